using System.Globalization;
using System.Reflection;
using System.Text;
using Gen.Tests.Analyzers;
using Gen.Tests.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TorchSharp;

namespace Gen.Tests.Parity;

/// <summary>GEN4009: a constant 0 that becomes a type.</summary>
[Collection("TorchSharp")]
public sealed class ZeroAsTypeTests
{
    private const string X = "var x = ones(300, 4); ";

    /// <summary>Enums whose 0 means no harm where a number could stand too.</summary>
    private static readonly Dictionary<string, string> Harmless = new(StringComparer.Ordinal)
    {
        ["DeviceType"] = "0 is the CPU, and a call with 0 alone does not compile or takes the index",
        ["TensorStringStyle"] = "how a tensor is printed",
        ["HistogramBinSelector"] = "a histogram of 0 bins means nothing",
        ["Padding"] = "0 is Padding.Valid, which pads by 0",
    };

    [Theory]
    [InlineData("var y = x.sum({|GEN4009:0|});")]
    [InlineData("var y = x.prod({|GEN4009:0|});")]
    [InlineData("var y = torch.sum(x, {|GEN4009:0|});")]
    [InlineData("var y = torch.prod(x, {|GEN4009:0|});")]
    [InlineData("const int First = 0; var y = x.sum({|GEN4009:First|});")]
    [InlineData("var y = x?.sum({|GEN4009:0|});")]
    [InlineData("var y = x.sum(type: {|GEN4009:0|});")]
    [InlineData("var y = ones_like(x, {|GEN4009:0|}); var z = x.cumsum(0, {|GEN4009:0|}); var w = x.type({|GEN4009:0|});")]
    [InlineData("var y = x.sum(0L) + x.sum(dim: 0) + x.sum(0, true); var first = 0; var z = x.sum(first) + x.sum(1);")]
    [InlineData("var y = x.sum(ScalarType.Byte) + x.sum((ScalarType)0) + x.sum(default(ScalarType)) + x.sum();")]
    [InlineData("var y = zeros(3, 0); var z = x.mean([0L]); var w = torch.device(0); var l = MSELoss(0);")]
    public void A_zero_that_becomes_a_type(string body) =>
        Markup.Verify($"public static class Program {{ public static void Main() {{ {X}{body} }} }}", d => d.Id == "GEN4009");

    [Theory]
    [InlineData("x.sum(0)", "x.sum(0L)")]
    [InlineData("x.prod(0)", "x.prod(0L)")]
    [InlineData("torch.sum(x, 0)", "torch.sum(x, 0L)")]
    [InlineData("torch.prod(x, 0)", "torch.prod(x, 0L)")]
    public void It_is_a_sum_of_bytes_and_0L_is_the_sum_along_the_dimension(string wrong, string right)
    {
        Assert.Equal(right, FixHarness.Fix(Source(wrong), "GEN4009").Source.Split("return ")[1].Split(';')[0]);
        var (ofBytes, alongIt) = (Value(wrong), Value(right));
        Assert.Equal((torch.ScalarType.Byte, 0), (ofBytes.dtype, ofBytes.dim()));
        Assert.Equal((torch.ScalarType.Float32, 1), (alongIt.dtype, alongIt.dim()));
        if (wrong.Contains("sum", StringComparison.Ordinal))
        {
            Assert.Equal(300 * 4 % 256, ofBytes.ToInt32());
        }

        static string Source(string call) => $"public static class Program {{ public static Tensor Value() {{ {X}return {call}; }} }}";
        static torch.Tensor Value(string call) =>
            (torch.Tensor)Compilations.Load(Source(call)).GetType("Program", throwOnError: true)!.GetMethod("Value")!.Invoke(null, null)!;
    }

    /// <summary>
    /// Calls every method of TorchSharp with the literal 0 at each place where it takes an enum, and asks the compiler which of them bind
    /// to that enum: those to <c>ScalarType</c> are reported, of the others those that a number could be meant for are known to do no harm.
    /// </summary>
    [Fact]
    public void Every_method_that_takes_a_zero_for_an_enum_is_reported_or_harmless()
    {
        var (source, calls) = (new StringBuilder("public static class Calls {\n"), 0);
        foreach (var method in typeof(torch).Assembly.GetExportedTypes()
            .Where(t => t.Namespace?.StartsWith("TorchSharp", StringComparison.Ordinal) == true && !t.ContainsGenericParameters)
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(m => !m.IsSpecialName && !m.ContainsGenericParameters))
        {
            var parameters = method.GetParameters();
            foreach (var (parameter, i) in parameters.Select((p, i) => (p, i)))
            {
                if (!(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType).IsEnum
                    || parameters.Any(p => p.ParameterType.IsByRef))
                {
                    continue;
                }

                var given = parameters.TakeWhile((p, at) => at <= i || !p.HasDefaultValue)
                    .Select((p, at) => at == i ? "0" : $"default({Name(p.ParameterType)})");
                var target = method.IsStatic ? Name(method.DeclaringType!) : $"default({Name(method.DeclaringType!)})";
                source.Append(CultureInfo.InvariantCulture,
                    $"static void C{calls++}() {{ {target}!.@{method.Name}({string.Join(", ", given)}); }}\n");
            }
        }

        Assert.True(calls > 200, $"{calls}");
        var compilation = Compilations.Of(source.Append('}').ToString());
        var reported = Compilations.Diagnose(compilation).Where(d => d.Id == "GEN4009").Select(d => d.Location.SourceSpan).ToHashSet();
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == "Source.cs");
        var semantics = compilation.GetSemanticModel(tree);
        var (types, others) = (0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var zero in tree.GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>()
            .Where(l => l.Token.ValueText == "0" && l.Parent is ArgumentSyntax))
        {
            if (semantics.GetOperation(zero.Parent!) is not IArgumentOperation { Value: IConversionOperation,
                Parameter: { ContainingSymbol: IMethodSymbol bound } parameter })
            {
                continue;
            }

            var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T,
                TypeArguments: [var inner] } ? inner : parameter.Type;
            if (type.Name == "ScalarType")
            {
                types++;
                Assert.True(reported.Contains(zero.Span), $"{bound.ToDisplayString()} is not reported");
            }
            else if (type.TypeKind == TypeKind.Enum && bound.ContainingType.GetMembers(bound.Name).OfType<IMethodSymbol>()
                .Any(m => m.Parameters.Length > parameter.Ordinal && IsNumber(m.Parameters[parameter.Ordinal].Type)))
            {
                others.Add(type.Name);
            }
        }

        Assert.True(types > 50, $"{types}");
        Assert.Empty(others.Except(Harmless.Keys));
    }

    private static bool IsNumber(ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Single or SpecialType.System_Double
        || type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] }
            && IsNumber(inner);

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        var name = (type.FullName ?? type.Name).Split('[')[0].Replace('+', '.');
        if (type.IsGenericType)
        {
            name = $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }

        return $"global::{name}".Replace(".bool", ".@bool", StringComparison.Ordinal);
    }
}
