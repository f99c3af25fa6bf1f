using System.Reflection;
using Gen.CompilerServices;
using Gen.Emit;
using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;
using Size = Gen.CompilerServices.Size;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>Sizes in generated code: expressions of C# that give, at run time, what the generator knows.</summary>
public sealed class SizeTests
{
    private static readonly string[] Written =
    [
        "0", "12", "B", "-B", "2*B*T+3", "4-B", "H//2*2", "(H+1)//2", "H//2//B", "B*(H//2)%3", "(H-B)//(T+1)", "max(0,T-1)",
        "min(B,3)%2", "H//min(B,T)", "config.heads*2+config_heads", "class*at+summary", "(B*T+2)//(4*B)*3-H%5",
    ];

    [Fact]
    public void An_expression_of_a_size_gives_that_size()
    {
        var random = new Random(5);
        var sizes = Written.Select(w => ShapeParser.ParseDim(w).Dim!).Concat(Enumerable.Range(0, 300).Select(_ => Random(random, 4)))
            .Where(d => !d.IsUnknown).ToArray();
        var expressions = new SizeExpressions("summary", "at");
        var texts = sizes.Select(expressions.Of).ToArray();
        var source = $$"""
            public static class Sizes
            {
                public static global::Gen.CompilerServices.Size[] All(string summary, int at)
                {
                    global::Gen.CompilerServices.Size {{string.Join(", ", expressions.Names.Select(n => $"{n.Value} = \"{n.Key}\""))}};
                    return new global::Gen.CompilerServices.Size[] { {{string.Join(", ", texts)}} };
                }
            }
            """;
        var all = (Size[])Compilations.Load(source).GetType("Sizes")!.GetMethod("All")!.Invoke(null, ["", 0])!;
        Assert.Equal(sizes.Select(s => s.ToString()), all.Select(Text));
    }

    /// <summary>What is not known, and names that no program can write, are not known at run time either.</summary>
    [Fact]
    public void What_is_not_known_is_not_known_at_run_time()
    {
        var expressions = new SizeExpressions();
        Assert.Equal(["\"_\"", "\"_\""], new[] { Dim.Unknown, Dim.Name("#k0.0") + Dim.Name("B") }.Select(expressions.Of));
        Assert.Empty(expressions.Names);
        Assert.Equal("_", Text("_"));
        Assert.Equal("0", Text(default));
    }

    [Fact]
    public void The_names_in_generated_code_are_those_of_the_generator()
    {
        Assert.Equal(Enum.GetNames<Role>(), Enum.GetNames<LayerRole>());
        Assert.Equal(Enum.GetNames<FreeingPolicy>(), Enum.GetNames<SummaryFreeing>());
        Assert.Equal(Enum.GetNames<CompositeKind>(), Enum.GetNames<SummaryComposite>());
        Assert.Equal(Enum.GetNames<Saved>(), Enum.GetNames<SummarySaved>());
        Assert.Equal(Enum.GetValues<Saved>().Select(static v => (int)v), Enum.GetValues<SummarySaved>().Select(static v => (int)v));
    }

    private static Dim Random(Random random, int depth) => depth == 0 || random.Next(4) == 0
        ? random.Next(2) == 0 ? Dim.Of(random.Next(-3, 9)) : Dim.Name("BTHd"[random.Next(4)].ToString())
        : (Random(random, depth - 1), Random(random, depth - 1)) is var (a, b) ? random.Next(7) switch
        {
            0 or 1 => a + b,
            2 => a - b,
            3 => a * b,
            4 => Dim.FloorDiv(a, b),
            5 => Dim.Mod(a, b),
            _ => random.Next(2) == 0 ? Dim.Min(a, b) : Dim.Max(a, b),
        } : Dim.Unknown;

    private static string Text(Size size) =>
        typeof(Size).GetProperty("Dim", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(size)!.ToString()!;
}
