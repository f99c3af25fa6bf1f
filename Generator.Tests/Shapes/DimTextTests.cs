using System.Reflection;
using CsCheck;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using G = CsCheck.Gen;

namespace Gen.Tests.Algebra;

public class DimTextTests
{
    [Theory]
    [InlineData("0", "0L")]
    [InlineData("-5", "-5L")]
    [InlineData("2*H+1", "2L * h + 1L")]
    [InlineData("H//2", "((h) / (2L))")]
    [InlineData("H%2", "((h) % (2L))")]
    [InlineData("min(H,3)", "global::System.Math.Min(3L, h)")]
    [InlineData("_", null)]
    public void A_size_is_a_C_sharp_expression(string dim, string? text) =>
        Assert.Equal(text, DimText.ToCSharp(Dims.Of(dim), n => n.ToLowerInvariant()));

    [Fact]
    public void Only_operands_that_may_be_negative_need_a_floor()
    {
        Assert.DoesNotContain("%", DimText.ToCSharp(Dims.Of("padding//2"), n => n));
        Assert.Contains("%", DimText.ToCSharp(Dims.Of("padding//2"), n => n, Dims.Facts("padding >= -1")));
    }

    [Fact]
    public void The_compiled_expression_gives_the_number()
    {
        var cases = new List<(Expression Expression, Dim Dim)>();
        Expression.Random.Array[400].Sample(all => cases.AddRange(all.Select(e => (e, e.ToDim())).Where(c => !c.Item2.IsUnknown)), iter: 1,
            threads: 1);
        var usual = Compile(cases.Select(c => DimText.ToCSharp(c.Dim, n => n)!));
        var any = Compile(cases.Select(c => DimText.ToCSharp(c.Dim, n => n, Facts.Nothing)!));
        foreach (var sizes in new[] { new Sizes(1, 1, 1, 1), new(1, 7, 3, 2), new(5, 2, 9, 12), new(8, 4, 2, 64), new(-3, 0, -7, 5),
            new(0, -1, 2, -9) })
        {
            for (var i = 0; i < cases.Count; i++)
            {
                // A quotient by 0 throws there, and is no number here.
                var isUsual = sizes.B > 0 && sizes.H > 0;
                if (cases[i].Expression.Evaluate(sizes) is { } value)
                {
                    var arguments = new object[] { sizes.B, sizes.H, sizes.W, sizes.D };
                    Assert.Equal(value, any.GetMethod($"M{i}")!.Invoke(null, arguments));
                    Assert.Equal(value, isUsual ? usual.GetMethod($"M{i}")!.Invoke(null, arguments) : value);
                }
            }
        }
    }

    private static Type Compile(IEnumerable<string> expressions)
    {
        var methods = expressions.Select((e, i) => $"public static long M{i}(long B, long H, long W, long d) => {e};");
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is "System.Private.CoreLib.dll" or "System.Runtime.dll")
            .Select(p => MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create(
            "Expressions",
            [CSharpSyntaxTree.ParseText($"public static class Expressions {{ {string.Join("\n", methods)} }}")],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Take(3)));
        return Assembly.Load(stream.ToArray()).GetType("Expressions")!;
    }
}
