using Gen.Tests.Analyzers;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>What the members of a configuration are: read off how it is built, and open where that is not known.</summary>
[Collection("TorchSharp")]
public sealed class ConfigurationValueTests
{
    private const string Cfg = ConfiguredTests.Cfg;

    /// <summary>Values of a <c>Cfg</c>, and the size that the layer needs.</summary>
    public static TheoryData<string, long> Values => new()
    {
        { "new Cfg(6, 1).Dim", 6 },
        { "new Cfg(Depth: 6, Dim: 3).Depth", 6 },
        { "Cfg.Small.Twice / 2", 6 },
        { "(Cfg.Small with { Dim = 9 }).Twice", 18 },
        { "Cfg.Small.Bias ? 6 : 5", 6 },
        { "Made.Sizes.Dim", 7 },
        { "Made.Other.Dim", 64 },
        { "Made.Other.Twice", 128 },
        { "Made.Zero.Dim", 0 + 8 },
        { "Made.Copied.Kept", 14 },
        { "Made.Copied.Dim", 1 },
        { "Made.Nested.Inner.Dim", 6 },
        { "new Struct(4).Dim", 4 },
        { "new Struct().Dim + 3", 3 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void An_object_that_is_built_in_place_gives_its_numbers(string size, long number)
    {
        var source = $$"""
            [Shape("B 2 -> B {{number}}")] public sealed partial class Net { [Layer] private readonly Linear a = Linear(2, {{size}}); }
            {{Cfg}}
            public static class Made
            {
                public static readonly Sizes Sizes = new(7);
                public static Open Other { get; } = new() { Dim = 64 };
                public static Open Zero => new();
                public static readonly Sizes Copied = Sizes with { Dim = 1 };
                public static readonly Pair Nested = new() { Inner = Cfg.Small };
            }
            public sealed record Sizes(long Dim) { public long Kept { get; init; } = 2 * Dim; }
            public sealed record Pair { public Cfg? Inner { get; init; } }
            public sealed class Open { public long Dim { get; init; } = 8; private readonly long two = 2; public long Twice => two * Dim; }
            public readonly record struct Struct(long Dim) { public long Kept { get; } = Dim; }
            """.Replace("Made.Nested.Inner.", "Made.Nested.Inner!.", StringComparison.Ordinal);
        var (_, output) = Compilations.Generate(source);
        Assert.Equal([], Compilations.Diagnose(output).Select(d => d.ToString()));
        var type = Compilations.Load(output).GetType("Net")!;
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal(net.parameters().Sum(p => p.numel()), type.GetField("ParameterCount")!.GetRawConstantValue());
        Assert.Equal(3 * number, net.parameters().Sum(p => p.numel()));
    }

    /// <summary>Random chains of constructions: what is computed is what C# makes of them.</summary>
    [Fact]
    public void Random_constructions_give_their_numbers()
    {
        var random = new Random(11);
        var fields = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var from = i == 0 ? "" : $"C{random.Next(i)}";
            var size = i == 0 ? "3" : random.Next(4) switch { 0 => $"{from}.A", 1 => $"{from}.B % 7", 2 => $"{from}.Sum / 2",
                _ => $"Math.Min({from}.Kept, 9)" };
            fields.Add($"public static readonly Mix C{i} = " + (i == 0 ? "new(1)" : random.Next(5) switch
            {
                0 => $"new({size})",
                1 => $"new({size}, B: {random.Next(9)}) {{ Later = {random.Next(9)} }}",
                2 => $"{from} with {{ A = {size} }}",
                3 => $"{from} with {{ Later = {size}, Flag = {(random.Next(2) == 0 ? "true" : $"{from}.A > 4")} }}",
                _ => $"new Mix({random.Next(9)}, {size}, {(random.Next(2) == 0 ? "true" : $"!{from}.Flag")})",
            }) + ";");
        }

        var layers = Enumerable.Range(0, 60).Select(i =>
            $"[Layer] private readonly Linear l{i} = Linear(1 + All.C{i}.Sum, 1 + All.C{i}.Deep, hasBias: All.C{i}.Flag);");
        var source = $$"""
            public sealed partial class Net { {{string.Join(" ", layers)}} private Tensor Forward(Tensor x) => x; }
            public sealed record Mix(long A, long B = 4, bool Flag = false)
            {
                public long Kept { get; } = A + 2 * B;
                public long Later { get; init; } = Flag ? 5 : B;
                public long Sum => A + B + (Flag ? Kept : Later);
                public long Deep { get { return Math.Max(Sum, Later) / 2 + Kept % 3; } }
            }
            public static class All { {{string.Join(" ", fields)}} }
            """;
        var type = Compilations.Load(source).GetType("Net")!;
        using var net = (nn.Module)Activator.CreateInstance(type)!;
        Assert.Equal(net.parameters().Sum(p => p.numel()), type.GetField("ParameterCount")!.GetRawConstantValue());
    }

    /// <summary>Members whose value may be another by then, or that only running code tells.</summary>
    [Theory]
    [InlineData("public class Cfg { public long Dim { get; set; } }")]
    [InlineData("public class Cfg { public long Dim { get; private set; } }")]
    [InlineData("public record struct Cfg(long Dim);")]
    [InlineData("public class Cfg { public long Dim; }")]
    [InlineData("public class Cfg { public virtual long Dim { get; init; } }")]
    [InlineData("public abstract class Cfg { public abstract long Dim { get; } }")]
    [InlineData("public interface Cfg { long Dim { get; } }")]
    [InlineData("public class Cfg { private readonly long d = 3; public long Dim => d; }")]
    [InlineData("public class Cfg { public long Dim => Environment.ProcessorCount; }")]
    [InlineData("public class Cfg(long dim) { public long Dim => dim; }")]
    [InlineData("public class Cfg { private long d; public long Dim { get => d; init => d = 2 * value; } }")]
    [InlineData("public class Basis { public long Dim { get; init; } } public class Cfg : Basis { public new long Dim { get; init; } }")]
    public void A_member_that_may_change_stays_open(string config) => Markup.Verify($$"""
        [Shape("B 8 -> B 4")] public sealed partial class {|GEN2003:{|GEN2004:{|GEN2004:Net|}|}|}(Cfg config)
        {
            [Layer] private readonly Linear a = Linear(8, config.Dim);
            [Layer] private readonly Linear b = Linear(4, 4);
        }
        {{config}}
        """, d => d.Id != "GEN5003");

    /// <summary>What is built by code that is not followed.</summary>
    [Theory]
    [InlineData("public static Cfg Small = new(6);", "public record Cfg(long Dim);")]
    [InlineData("public static Cfg Small { get; set; } = new(6);", "public record Cfg(long Dim);")]
    [InlineData("public static readonly Cfg Small = new([6]);", "public record Cfg(long[] All) { public long Dim => All[0]; }")]
    [InlineData("public static readonly Cfg Small = new(6); static All() { Small = new(7); }", "public record Cfg(long Dim);")]
    [InlineData("public static Cfg Small { get; } = new(6); static All() => All.Small = new(7);", "public record Cfg(long Dim);")]
    [InlineData("public static readonly Cfg Small = new(6);",
        "public class Cfg(long dim) { public long Next { get; } = dim++; public long Dim { get; } = dim; }")]
    [InlineData("public static readonly Cfg Small = new(6);",
        "public class Cfg { public Cfg(long dim) { Dim = dim; } public long Dim { get; } }")]
    [InlineData("public static readonly Cfg Small = new(6);", "public record Cfg(long Dim) { protected Cfg(Cfg other) { Dim = 2; } }")]
    [InlineData("public static readonly Cfg Small = new(6);",
        "public record Basis(long Dim); public record Cfg(long Dim) : Basis(2 * Dim);")]
    [InlineData("public static readonly Cfg Small = new() { Twice = 6 };",
        "public class Cfg { private long d; public long Dim => d; public long Twice { get => d; init => d = 2 * value; } }")]
    public void An_object_that_is_not_understood_stays_open(string made, string config) => Markup.Verify($$"""
        [Shape("B 8 -> B 4")] public sealed partial class {|GEN2003:{|GEN2004:{|GEN2004:Net|}|}|}
        {
            [Layer] private readonly Linear a = Linear(8, All.Small.Dim);
            [Layer] private readonly Linear b = Linear(4, 4);
        }
        public static class All { {{made}} }
        {{config}}
        """, d => d.Id != "GEN5003");

    /// <summary>Members of members of members are not followed, by whichever way they are reached.</summary>
    [Theory]
    [InlineData("[Layer] private readonly Linear a = Linear(8, config.B.C.D); "
        + "[Layer] private readonly Linear b = Linear(config.B.C.D, 4);")]
    [InlineData("[Layer] private readonly Inner a = new(config.B);")]
    [InlineData("[Layer] private readonly Last a = new(config.B.C);")]
    public void A_path_that_is_too_long_is_open(string layers)
    {
        var (_, output) = Compilations.Generate($$"""
            [Shape("B 8 -> B 4")] public sealed partial class Net(A config) { {{layers}} }
            public sealed record A(B B); public sealed record B(C C); public sealed record C(long D);
            [Shape("B 8 -> B 4")] public sealed partial class Inner(B it) { [Layer] private readonly Last a = new(it.C); }
            [Shape("B 8 -> B 4")] public sealed partial class Last(C it)
            {
                [Layer] private readonly Linear a = Linear(8, it.D);
                [Layer] private readonly Linear b = Linear(it.D, 4);
            }
            """);
        Assert.Contains(Compilations.Diagnose(output),
            d => d.Id == "GEN2004" && d.GetMessage().Contains("'Net'", StringComparison.Ordinal));
    }

    /// <summary>An assignment in an initializer sets a member, in an array a variable.</summary>
    [Fact]
    public void A_parameter_that_is_set_is_open() => Markup.Verify("""
        [Shape("B 8 -> B 4")] public sealed partial class {|GEN2003:{|GEN2004:{|GEN2004:Net|}|}|}
        {
            [Layer] private readonly Linear a;
            [Layer] private readonly Linear b = Linear(4, 4);
            public Net(long d) { long[] all = { d = 4 }; a = Linear(8, d); GC.KeepAlive(all); }
        }
        """, d => d.Id != "GEN5003");
}
