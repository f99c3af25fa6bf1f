using System.Reflection;
using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>An overload of an operation with random arguments.</summary>
internal sealed class OperationCases
{
    private readonly MethodInfo method;
    private readonly Tensor? receiver;
    private readonly object?[] values;
    private readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);

    /// <summary>The tensors as they were before the call, which may change them.</summary>
    private readonly Dictionary<Tensor, (long[] Shape, ScalarType Type)> before = new(ReferenceEqualityComparer.Instance);

    private OperationCases(MethodInfo method, Tensor? receiver, object?[] values)
    {
        this.method = method;
        this.receiver = receiver;
        this.values = values;
        foreach (var tensor in values.Append(receiver)
            .SelectMany(v => v switch { Tensor one => [one], Tensor[] many => many, _ => Array.Empty<Tensor>() }))
        {
            before[tensor] = (tensor.shape, tensor.dtype);
        }
    }

    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Int32,
        ScalarType.Byte, ScalarType.Bool, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int8, ScalarType.Int16,
        ScalarType.ComplexFloat32, ScalarType.ComplexFloat64];

    /// <param name="isTyped">With tensors of every type; else of float32, and of int64 where indexes are meant.</param>
    public static OperationCases Random(MethodInfo method, Random random, bool isTyped = false)
    {
        var operation = JudgedOperations.Operation(method);
        var shape = RandomArguments.Shape(random);
        shape = JudgedOperations.OfSquares.Contains(operation) && shape.Length > 1 && random.Next(6) > 0
            ? [.. shape[..^1], shape[^2]] : shape;
        var isSquare = JudgedOperations.OfSquares.Contains(operation) && shape.Length > 1 && shape[^1] == shape[^2];
        var isIndex = operation is "one_hot" or "gcd" or "lcm" || method.Name.StartsWith("bitwise", StringComparison.Ordinal);
        var receiver = method.IsStatic ? null : RandomArguments.Fill(shape, isIndex, random);
        var parameters = method.GetParameters();
        receiver = operation == "view_as_real" ? receiver?.to(ScalarType.ComplexFloat32) : receiver;
        var isFirst = method.IsStatic;
        var values = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            values[i] = RandomArguments.Of(parameters[i], shape, ref isFirst, isIndex, random);
        }

        if (isSquare)
        {
            var matrix = receiver ?? (Tensor)values[0]!;
            _ = matrix.copy_((matrix + matrix.mT) / 8 + (2 * eye(shape[^1])));
        }

        if (operation == "view_as_real" && method.IsStatic)
        {
            values[0] = ((Tensor)values[0]!).to(ScalarType.ComplexFloat32);
        }

        if (isTyped)
        {
            var common = Types[random.Next(Types.Length)];
            ScalarType Any() =>
                random.Next(2) == 0 || JudgedOperations.Guarded.Contains(operation) ? common : Types[random.Next(Types.Length)];
            receiver = receiver is null ? null : Typed(receiver, Any());
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = values[i] switch
                {
                    Tensor { dtype: ScalarType.Float32 } tensor => Typed(tensor, Any()),
                    Tensor[] tensors => tensors.Select(t => Typed(t, Any())).ToArray(),
                    Scalar => random.Next(3) switch { 0 => 2L, 1 => 2.5, _ => (Scalar)true },
                    ScalarType => Any(),
                    null when Nullable.GetUnderlyingType(parameters[i].ParameterType) == typeof(ScalarType) && random.Next(2) == 0 => Any(),
                    var value => value,
                };
            }
        }

        return new(method, receiver, values);
    }

    private static Tensor Typed(Tensor tensor, ScalarType type) =>
        OperationCases.Element(type).Is(ElementType.Float | ElementType.Complex) ? tensor.to(type) : type == ScalarType.Bool ? tensor > 0.5
            : (tensor * 5 + 1).to(type);

    /// <summary>The same call with other tensors.</summary>
    public OperationCases Copy(Func<Tensor, Tensor> other) => new(method, receiver is null ? null : other(receiver.clone()),
        [.. values.Select(v => v switch
        {
            Tensor tensor => other(tensor.clone()),
            Tensor[] tensors => tensors.Select(t => other(t.clone())).ToArray(),
            _ => v,
        })]);

    /// <summary>The arguments by their parameters, the tensor before the dot first.</summary>
    public (string Key, T Value)[] Arguments<T>(Func<object?, T> value) =>
        [.. receiver is null ? Array.Empty<(string, T)>() : [("self", value(receiver))],
            .. method.GetParameters().Zip(values, (p, v) => (p.Name!, value(v)))];

    /// <summary>On which devices the results are; null where TorchSharp throws.</summary>
    public IReadOnlyList<DeviceType>? Devices()
    {
        try
        {
            using var mode = no_grad();
            return method.Invoke(receiver, values) switch
            {
                Tensor tensor => [tensor.device_type],
                IEnumerable<Tensor> tensors => [.. tensors.Select(t => t.device_type)],
                ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => ((Tensor)tuple[i]!).device_type)],
                _ => [],
            };
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    /// <summary>The types of what came out last.</summary>
    public IReadOnlyList<ScalarType> ResultTypes { get; private set; } = [];

    /// <summary>What of the last call was not as the rule says, beside shapes and types.</summary>
    public string? WrongFact { get; private set; }

    /// <summary>The shapes of what comes out; null where TorchSharp throws.</summary>
    public long[][]? Run()
    {
        if (JudgedOperations.Guarded.Contains(JudgedOperations.Operation(method)) && Ask(named: false).Refusal is not null)
        {
            return null;
        }

        WrongFact = null;
        try
        {
            using var mode = no_grad();
            var facts = new OperationFacts(Rule,
                receiver is null ? before.Keys : before.Keys.Where(t => !ReferenceEquals(t, receiver)).Prepend(receiver));
            object? result = method.Invoke(receiver, values);
            Tensor[] results = result switch
            {
                Tensor tensor => [tensor],
                IEnumerable<Tensor> tensors => [.. tensors],
                ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)],
                _ => [],
            };
            ResultTypes = [.. results.Select(t => t.dtype)];
            long[][] shapes = [.. results.Select(t => t.shape)];
            WrongFact = facts.Contradiction(method.Name, results);
            return shapes;
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    /// <summary>What the rule said last of the types.</summary>
    public IReadOnlyList<ElementType> ToldTypes { get; private set; } = [];

    /// <summary>What holds a tensor of a type.</summary>
    public static ElementType Element(ScalarType type) => ElementTypes.OfMember(type.ToString());

    private OperationRule Rule => OperationRules.Find(method.DeclaringType == typeof(nn.functional), method.Name)!;

    /// <summary>What the rule says.</summary>
    public (IReadOnlyList<Shape>? Output, bool IsKnown, string? Refusal) Ask(bool named)
    {
        sizes.Clear();
        ToldTypes = [];
        var arguments = new List<KeyValuePair<string, Value>>();
        if (receiver is not null)
        {
            arguments.Add(new("self", ToValue(receiver, named)));
        }

        arguments.AddRange(method.GetParameters().Zip(values)
            .Select(p => new KeyValuePair<string, Value>(p.First.Name!, ToValue(p.Second, named))));
        var call = new OperationCall(Rule, method.Name, arguments, Facts.None);
        var output = Rule.Output!(call);
        if (call.Failed)
        {
            return (null, false,
                string.Join("; ", call.Problems.Select(p => $"{p.Kind} {string.Join(", ", p.Particulars)}")
                    .Concat(call.Checks.Issues.Select(i => $"{i.Kind} {string.Join(", ", i.Particulars)}"))));
        }

        var tensors = Flatten(output).ToArray();
        var shapes = tensors.Select(t => t.Shape).ToArray();
        ToldTypes = [.. tensors.Select(t => t.Type)];
        var holds = call.Checks.Conditions.All(c => (Number(c.Left), Number(c.Right)) is ({ } l, { } r) && c.Relation switch
        {
            Relation.Equal => l == r,
            Relation.NotEqual => l != r,
            Relation.AtLeast => l >= r,
            Relation.AtMost => l <= r,
            Relation.More => l > r,
            _ => l < r,
        });
        return (shapes, !call.IsIncomplete && holds && shapes.All(s => s.Rank is not null && s.Dims.All(d => !d.IsUnknown)), null);
    }

    public IReadOnlyList<Shape> Substitute(IReadOnlyList<Shape> shapes) => [.. shapes.Select(s => s.Substitute(n => Dim.Of(sizes[n])))];

    public override string ToString() =>
        $"{(receiver is null ? "" : Text(receiver) + ".")}{method.Name}("
        + string.Join(", ", method.GetParameters().Zip(values, (p, v) => $"{p.Name}: {Text(v)}")) + ")";

    private long? Number(Dim dim) => dim.Substitute(n => Dim.Of(sizes[n])).Constant;

    private IEnumerable<Value.Tensor> Flatten(Value value) => value switch
    {
        Value.Tensor tensor => [tensor],
        Value.Repeat repeat => Enumerable.Repeat(Flatten(repeat.Item).ToArray(), (int)Number(repeat.Count)!).SelectMany(s => s),
        Value.List list => list.Items.SelectMany(Flatten),
        _ => [],
    };

    private Value ToValue(object? value, bool named)
    {
        switch (value)
        {
            case null:
                return new Value.Null();
            case Tensor tensor:
                var (shape, type) = before[tensor];
                return new Value.Tensor(named && !shape.Contains(0) ? Named(shape) : Gen.Shapes.Shape.Of([.. shape.Select(Dim.Of)]),
                    Element(type));
            case bool truth:
                return new Value.Boolean(truth);
            case long or int:
                return new Value.Integer(Dim.Of(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)));
            case double or float:
                return new Value.Real(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture));
            case Scalar { Type: ScalarType.Float64 } scalar:
                return new Value.Real(scalar.ToDouble());
            case Scalar { Type: ScalarType.Bool }:
                return new Value.Boolean(true);
            case Scalar:
                return new Value.Integer(Dim.Of(2));
            case Enum member:
                return new Value.Enumeration(member.GetType().Name, member.ToString());
            case Array array:
                return new Value.List(array.Cast<object>().Select(i => ToValue(i, named)).ToEquatableArray());
            case ITuple tuple:
                return new Value.List(Enumerable.Range(0, tuple.Length).Select(i => ToValue(tuple[i], named)).ToEquatableArray());
            default:
                return new Value.Opaque("");
        }
    }

    private Shape Named(long[] shape) => Gen.Shapes.Shape.Of([.. shape.Select(size =>
    {
        var name = $"n{sizes.Count}";
        sizes[name] = size;
        return Dim.Name(name);
    })]);

    private string Text(object? value) => value switch
    {
        null => "null",
        Tensor tensor => $"[{string.Join(", ", before[tensor].Shape)}] {before[tensor].Type}",
        Array array => $"{{{string.Join(", ", array.Cast<object>().Select(Text))}}}",
        _ => FormattableString.Invariant($"{value}"),
    };
}
