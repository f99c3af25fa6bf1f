using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Gen.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>Calls of TorchSharp's functions by the names of their parameters.</summary>
internal static class Functions
{
    private static readonly Dictionary<OperatorKind, Type[]> Owners = new()
    {
        [OperatorKind.Tensor] = [typeof(Tensor), typeof(TensorExtensionMethods), typeof(torch)],
        [OperatorKind.Torch] = [typeof(torch), typeof(nn.init), typeof(special), typeof(linalg), typeof(nn)],
        [OperatorKind.Functional] = [typeof(nn.functional)],
        [OperatorKind.Math] = [typeof(Math)],
    };

    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["float"] = typeof(float), ["double"] = typeof(double), ["long"] = typeof(long), ["int"] = typeof(int), ["bool"] = typeof(bool),
    };

    public static object? Call(GraphNode.Apply node, object?[] operands)
    {
        switch (node.Operator.Name)
        {
            case "Keep" or "MoveToOuterDisposeScope":
                return operands[0];
            case "Dispose" when operands[0] is IDisposable mode and not Tensor:
                mode.Dispose();
                return null;
            case "Additive":
                return AttentionMask.Additive((Tensor)operands[0]!);
            case "Parameter":
                return new TorchSharp.Modules.Parameter((Tensor)operands[0]!);
        }

        var hasReceiver = node.Operands.Count > 0 && node.Operands[0].Parameter.Length == 0;
        var names = node.Operands.Skip(hasReceiver ? 1 : 0).Select(o => o.Parameter).ToArray();
        var best = Owners[node.Operator.Kind]
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Where(m => m.Name == node.Operator.Name && m.GetGenericArguments().Length == node.Operator.Types.Count)
            .Select(m => m.IsGenericMethodDefinition ? m.MakeGenericMethod([.. node.Operator.Types.Select(t => Types[t])]) : m)
            .Select(m => (Method: m, Distance: Distance(m, hasReceiver, names, operands)))
            .Where(m => m.Distance is not null).OrderBy(m => m.Distance).FirstOrDefault().Method
            ?? throw new NotSupportedException($"{node.Operator.Kind}.{node.Operator.Name}({string.Join(", ", names)})");
        return best.IsStatic ? Invoke(best, null, operands) : Invoke(best, operands[0], operands[1..]);
    }

    public static object? CallModule(object module, (bool IsDefault, object? Value)[] inputs)
    {
        var given = inputs.Reverse().SkipWhile(i => i.IsDefault).Reverse().Select(i => i.Value).ToArray();
        var calls = module.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance).Where(m => m.Name == "call")
            .Where(m => m.GetParameters() is var parameters && parameters.Length >= given.Length
                && parameters.Skip(given.Length).All(p => p.HasDefaultValue)
                && parameters.Zip(given).All(p => Arguments.Distance(p.Second, p.First.ParameterType) is not null));
        var call = calls.OrderBy(m => m.GetParameters().Length).FirstOrDefault()
            ?? throw new NotSupportedException($"{module.GetType().Name}.call of {given.Length}");
        return Invoke(call, module, [.. call.GetParameters().Select((p, i) => i < given.Length ? given[i] : p.DefaultValue)]);
    }

    private static int? Distance(MethodInfo method, bool hasReceiver, string[] names, object?[] operands)
    {
        var parameters = method.GetParameters();
        var isExtension = hasReceiver && method.IsStatic && method.IsDefined(typeof(ExtensionAttribute));
        if (method.IsStatic ? hasReceiver && !isExtension : !hasReceiver)
        {
            return null;
        }

        var named = isExtension ? parameters[1..] : parameters;
        var all = hasReceiver && !isExtension ? operands[1..] : operands;
        if (!named.Select(p => p.Name).SequenceEqual(names))
        {
            return null;
        }

        var sum = 0;
        foreach (var (parameter, value) in parameters.Zip(all))
        {
            if (Arguments.Distance(value, parameter.ParameterType) is not { } distance)
            {
                return null;
            }

            sum += distance;
        }

        return sum;
    }

    private static object? Invoke(MethodInfo method, object? target, object?[] arguments)
    {
        try
        {
            return method.Invoke(target,
                [.. method.GetParameters().Select((p, i) => Arguments.Convert(arguments[i], p.ParameterType))]);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}

/// <summary>The operators of C#, by the types that the values have.</summary>
internal static class Operators
{
    public static object? Unary(string name, object? value) => name switch
    {
        "-" => -(dynamic)value!,
        "!" => !(dynamic)value!,
        "~" => ~(dynamic)value!,
        "+" => value,
        "(int)" => (int)(dynamic)value!,
        "(long)" => (long)(dynamic)value!,
        "(double)" => (double)(dynamic)value!,
        "(float)" => (float)(dynamic)value!,
        _ => throw new NotSupportedException(name),
    };

    public static object? Binary(string name, object? left, object? right)
    {
        if (name is "==" or "!=" && (left is null || right is null))
        {
            return ReferenceEquals(left, right) == (name == "==");
        }

        dynamic a = left is GraphInterpreter.EnumMember ? Arguments.Convert(left, right!.GetType())! : left!;
        dynamic b = right is GraphInterpreter.EnumMember ? Arguments.Convert(right, left!.GetType())! : right!;
        return name switch
        {
            "+" => a + b, "-" => a - b, "*" => a * b, "/" => a / b, "%" => a % b,
            "==" => a == b, "!=" => a != b, "<" => a < b, ">" => a > b, "<=" => a <= b, ">=" => a >= b,
            "&" => a & b, "|" => a | b, "^" => a ^ b, "<<" => a << b, ">>" => a >> b,
            _ => throw new NotSupportedException(name),
        };
    }
}
