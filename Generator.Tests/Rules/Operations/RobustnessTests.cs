using System.Globalization;
using System.Reflection;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;
using Gen.Tests.Rules.Layers;
using TorchSharp;

namespace Gen.Tests.Rules.Operations;

/// <summary>Rules are given anything that half-typed and nonsensical code may hold: they say something or nothing, and do not
/// throw.</summary>
public sealed class RobustnessTests
{
    private const int Tries = 200;

    private static readonly Shape[] Shapes =
    [
        Shape.UnknownRank, Shape.Of(), Shape.Of(Dim.Of(3)), Shape.Of(Dim.Name("B")), Shape.Of(Dim.Of(2), Dim.Of(3)),
        Shape.Of(Dim.Name("B"), Dim.Of(0)), Shape.Of(Dim.Unknown, Dim.Of(3)),
        Shape.Of(Dim.Name("B"), Dim.Name("T"), Dim.Of(8)), Shape.Of(Dim.Of(2), Dim.Of(3), Dim.Of(8), Dim.Of(8)),
        Shape.Of(Dim.Of(1), Dim.Name("C"), Dim.Name("H"), Dim.Unknown),
        Shape.Of(Dim.Of(1), Dim.Of(2), Dim.Of(3), Dim.Of(4), Dim.Of(5)), new Shape("S", [Dim.Of(3)]), new Shape("S", []),
        Shape.Of(Dim.Of(long.MaxValue), Dim.Of(3)),
    ];

    private static readonly Dim[] Sizes =
    [
        Dim.Unknown, Dim.Of(0), Dim.Of(1), Dim.Of(2), Dim.Of(3), Dim.Of(-1), Dim.Of(-2), Dim.Of(-7), Dim.Of(12), Dim.Of(long.MaxValue),
        Dim.Of(long.MinValue), Dim.Name("B"), Dim.Name("B") * Dim.Of(2), Dim.FloorDiv(Dim.Name("B"), Dim.Of(3)),
    ];

    public static TheoryData<string> Operations => [.. OperationRules.Names.Distinct()];

    public static TheoryData<string> Layers => [.. LayerRules.All.Select(r => r.Factory)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_is_given_anything(string name)
    {
        var random = new Random(1);
        var forms = new[] { typeof(torch.Tensor), typeof(torch), typeof(torch.nn.functional), typeof(torch.special), typeof(torch.linalg) }
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance).Where(m => m.Name == name))
            .Select(
                m => (m.IsStatic ? [] : new[] { (Name: "self", Type: typeof(torch.Tensor)) }).Concat(
                    m.GetParameters().Select(p => (Name: p.Name!, Type: p.ParameterType))).ToArray())
            .Append([("self", typeof(torch.Tensor)), ("dim", typeof(long)), ("other", typeof(torch.Tensor))]).ToArray();
        for (var i = 0; i < Tries * forms.Length; i++)
        {
            var form = forms[i % forms.Length];
            var arguments = form.Take(random.Next(form.Length + 1))
                .Select(p => new KeyValuePair<string, Value>(p.Name, Mostly(p.Type, random))).ToArray();
            foreach (var (isFunctional, called) in new[] { (false, name), (true, name), (false, name + "_") })
            {
                if (OperationRules.Find(isFunctional, called) is { Output: { } output } rule)
                {
                    NotThrowing($"{called}({string.Join(", ", arguments.Select(a => $"{a.Key}: {a.Value}"))})", () =>
                    {
                        var call = new OperationCall(rule, called, arguments, Facts.None);
                        _ = output(call).ToString();
                    });
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_is_given_anything(string factory)
    {
        var random = new Random(1);
        var rule = LayerRules.Find(factory)!;
        var overloads = Factories.All[factory].ToArray();
        for (var i = 0; i < Tries; i++)
        {
            var parameters = overloads[random.Next(overloads.Length)].GetParameters();
            var arguments = new LayerArguments(parameters.Take(random.Next(3) == 0 ? random.Next(parameters.Length + 1) : parameters.Length)
                .Select(p => new Argument(p.Name!, Mostly(p.ParameterType, random), "")));
            var inputs = Enumerable.Range(0, random.Next(4)).Select(_ => Shapes[random.Next(Shapes.Length)]).ToArray();
            var further = Enumerable.Range(0, random.Next(7)).Select(_ => Any(random, 0)).ToArray();
            NotThrowing(
                $"{factory}({string.Join(", ", parameters.Select(p => $"{p.Name}: {arguments.Raw(p.Name!)}"))}) of "
                + $"{string.Join<Shape>(", ", inputs)}; {string.Join<Value>(", ", further)}", () =>
            {
                var call = new LayerCall(arguments, inputs, Facts.None, null, further);
                rule.Arguments(call);
                var output = rule.Output(call);
                _ = rule.Others(call);
                _ = rule.MultiplyAdds(call, output);
                _ = rule.TorchinfoMultiplyAdds(call, output);
                _ = rule.State(arguments).ToArray();
                _ = rule.BriefOf(arguments);
                _ = rule.Infers?.From(call.Input);
            });
        }
    }

    private static void NotThrowing(string what, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}\n{e}");
        }
    }

    private static Value.Tensor Tensor(Random random) =>
        new(Shapes[random.Next(Shapes.Length)], (ElementType)random.Next(Enum.GetValues<ElementType>().Length));

    /// <summary>What fits the parameter's type, and now and then not.</summary>
    private static Value Mostly(Type type, Random random) =>
        random.Next(6) == 0 ? Any(random, 0) : (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(torch.Tensor) => Tensor(random),
        var t when t == typeof(long) || t == typeof(int) => new Value.Integer(Sizes[random.Next(random.Next(2) == 0 ? 7 : Sizes.Length)]),
        var t when t == typeof(bool) => new Value.Boolean(random.Next(2) == 0),
        { IsArray: true } t =>
            new Value.List(Enumerable.Range(0, random.Next(5)).Select(_ => Mostly(t.GetElementType()!, random)).ToEquatableArray()),
        { IsGenericType: true } t =>
            new Value.List(Enumerable.Range(0, random.Next(5)).Select(_ => Mostly(t.GetGenericArguments()[0], random)).ToEquatableArray()),
        _ => Any(random, 0),
    };

    private static Value Any(Random random, int depth) => random.Next(depth > 1 ? 9 : 12) switch
    {
        0 => Tensor(random),
        1 or 2 or 3 => new Value.Integer(Sizes[random.Next(Sizes.Length)]),
        4 => new Value.Boolean(random.Next(2) == 0),
        5 => new Value.Null(),
        6 => new Value.Opaque(""),
        7 => new Value.Real(random.Next(4) switch { 0 => 0.5, 1 => -1, 2 => double.NaN, _ => 1e300 }),
        8 => new Value.Text(random.Next(4) switch { 0 => "", 1 => "ij,jk->ik", 2 => "...i->", _ => "b h w c -> " }),
        9 => new Value.Enumeration("", random.Next(2) == 0 ? "Sum" : "Nearest"),
        _ => new Value.List(Enumerable.Range(0, random.Next(5)).Select(_ => Any(random, depth + 1)).ToEquatableArray()),
    };
}
