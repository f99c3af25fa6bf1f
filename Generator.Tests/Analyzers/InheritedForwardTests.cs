using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Classes whose forward is that of their base class, and methods that a class has in the place of its base class's.</summary>
[Collection("TorchSharp")]
public sealed class InheritedForwardTests
{
    private const string Bases = """
        [Shape("B 16 -> B 8")]
        public partial class Straight() : Module<Tensor, Tensor>("Straight") { [Layer] private readonly Linear fc = Linear(16, 8); }

        [Shape("B n -> B m")]
        public partial class Sized(int n, int m) : Module<Tensor, Tensor>("Sized") { [Layer] private readonly Linear fc = Linear(n, m); }

        [Shape("B 16 -> B 8")]
        public abstract partial class Steps() : Module<Tensor, Tensor>("Steps")
        {
            [Layer] private readonly Linear fc = Linear(16, 8);
            protected abstract Tensor Before(Tensor x);
            protected virtual Tensor After(Tensor x) => x;
            protected virtual int Times => 1;
            private Tensor Forward(Tensor x)
            {
                var h = fc.call(Before(x));
                for (var i = 0; i < Times; i++) { h = After(h); }
                return h;
            }
        }

        """;

    [Theory]
    [InlineData("public sealed class Net : Straight;", 16 * 8)]
    [InlineData("public sealed class Net() : Sized(16, 4);", 16 * 4)]
    [InlineData("public sealed class Net : Steps { protected override Tensor Before(Tensor x) => x.relu(); }", 16 * 8)]
    [InlineData("public sealed partial class Net : Steps { [Layer] private readonly Linear own = Linear(8, 8); "
        + "protected override Tensor Before(Tensor x) => x; protected override Tensor After(Tensor x) => own.call(x); }", 16 * 8 + 8 * 8)]
    [InlineData("public sealed partial class Net : Steps { [Layer] private readonly Linear own = Linear(8, 8); "
        + "protected override int Times => 3; protected override Tensor Before(Tensor x) => x; "
        + "protected override Tensor After(Tensor x) => own.call(x); }",
        16 * 8 + 3 * 8 * 8)]
    [InlineData("public sealed partial class Net : Steps { [Layer] private readonly Linear fc = Linear(16, 16); public Net() { } "
        + "protected override Tensor Before(Tensor x) => fc.call(x); }", 16 * 16 + 16 * 8, "own")]
    public void The_forward_of_the_base_class_is_that_of_the_class(string net, long multiplyAdds, string? key = null)
    {
        net = key is null ? net : net.Replace("[Layer]", $"[Layer, ComponentName(Name = \"{key}\")]", StringComparison.Ordinal);
        var source = Bases + net + """

            public sealed partial class Outer() : Module<Tensor, Tensor>("Outer")
            {
                [Layer] private readonly Net net = new();
                [Shape("B 16")] private Tensor Forward(Tensor x) => ADD;
            }
            """;
        using var scope = NewDisposeScope();
        var width = net.Contains("Sized", StringComparison.Ordinal) ? 4 : 8;
        var right = source.Replace("ADD", $"net.call(x) + rand(1, {width})", StringComparison.Ordinal);
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(right)),
            d => d.Id is not ("GEN2003" or "GEN2004" or "GEN4012" or "GEN5003"));
        var type = Compilations.Load(right).GetType("Outer")!;
        using var outer = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal([3, width], outer.call(rand(3, 16)).shape);
        Assert.Equal(5 * multiplyAdds, type.GetMethod("MultiplyAdds")!.Invoke(null, [5L]));
        Assert.Equal(outer.parameters().Sum(p => p.numel()), type.GetField("ParameterCount")!.GetRawConstantValue());

        var wrong = source.Replace("ADD", "{|GEN1003:net.call(x) + rand(1, 7)|}", StringComparison.Ordinal);
        Markup.Verify(wrong, static d => d.Id == "GEN1003");
        using var failing = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Markup.Strip(wrong)).GetType("Outer")!)!;
        Assert.ThrowsAny<Exception>(() => failing.call(rand(3, 16)));
    }

    [Fact]
    public void What_a_class_between_may_do_is_not_known()
    {
        var source = Bases + """
            public class Between : Straight;
            public sealed class Net : Between;
            public sealed partial class Outer() : Module<Tensor, Tensor>("Outer")
            {
                [Layer] private readonly Net net = new();
                [Shape("B 16")] private Tensor Forward(Tensor x) => net.call(x) + rand(1, 8);
            }
            """;
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)), d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Outer")!)!;
        Assert.Equal([3, 8], net.call(rand(3, 16)).shape);
    }

    [Fact]
    public void A_method_of_the_class_that_breaks_the_shape_of_its_base_is_said_at_the_class()
    {
        var source = Bases + """
            public sealed partial class {|GEN1005:Net|} : Steps
            {
                [Layer] private readonly Linear own = Linear(8, 7);
                protected override Tensor Before(Tensor x) => x;
                protected override Tensor After(Tensor x) => own.call(x);
            }
            """;
        Markup.Verify(source, static d => d.Id == "GEN1005");
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Markup.Strip(source)).GetType("Net")!)!;
        Assert.Throws<ShapeMismatchException>(() => net.call(rand(3, 16)));
    }

    [Fact]
    public void What_a_derived_class_may_replace_is_checked_when_it_runs() => Assert.Contains("ShapeGuard", Compilations.GeneratedText("""
        [Shape("B 8 -> B 8")]
        public partial class Open
        {
            [Layer(8, 8)] private readonly Linear fc;
            protected virtual Tensor After(Tensor x) => x;
            private Tensor Forward(Tensor x) => After(fc.call(x));
        }
        """).Split("forward(", 2)[1].Split("Forward(", 2)[1], StringComparison.Ordinal);

    [Fact]
    public void A_private_field_of_the_base_class_is_not_the_one_of_the_same_name_below()
    {
        const string Source = """
            public partial class Basis() : Module<Tensor, Tensor>("Basis")
            {
                [Layer] private readonly Linear fc = Linear(4, 6);
                protected Linear First => fc;
                [Shape("B 4")] private Tensor Forward(Tensor x) => fc.call(x);
            }

            public sealed partial class Net : Basis
            {
                [Layer, ComponentName(Name = "last")] private readonly Linear fc = Linear(6, 2);
                [Shape("B 4 -> B 2")] private Tensor Forward(Tensor x) => fc.call(First.call(x));
            }
            """;
        Markup.Verify(Source, static d => d.Id is "GEN1001" or "GEN1005");
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Source).GetType("Net")!)!;
        Assert.Equal([3, 2], net.call(rand(3, 4)).shape);
    }

    /// <summary>Properties and indexers of the class, with layers in them.</summary>
    [Theory]
    [InlineData("private Tensor Weight => fc.weight!.transpose(0, 1);", "x.matmul(Weight)", 10, 160)]
    [InlineData("private Linear Last => fc;", "Last.call(x)", 10, 160)]
    [InlineData("private int Half { get { return 8; } }", "fc.call(x)[.., ..Half]", 8, 160)]
    [InlineData("private Linear this[int i] => i == 0 ? fc : wide;", "this[1].call(x)", 12, 192)]
    [InlineData("private readonly Rotation rotation = new(4); ", "rotation.Apply(fc.call(x))", 4, 160)]
    [InlineData("private readonly Rotation rotation = new(4); ", "fc.call(x)[.., ..rotation.Width]", 8, 160)]
    [InlineData("private readonly Rotation rotation = new(4); ", "rotation.Rows(fc.call(x).sum(dim: 0))", 10, 160)]
    public void Properties_and_objects_of_the_class_are_followed(string member, string use, int width, long multiplyAdds)
    {
        string Source(string result) => $$"""
            public sealed class Rotation(int size)
            {
                private readonly Tensor table = zeros(size, 10);
                public int Width => 2 * size;
                public Tensor Apply(Tensor x) => x[.., ..size] + rand(size, 10).matmul(rand(10, 1)).sum();
                public Tensor Rows(Tensor x) => table + x;
            }

            public sealed partial class Net() : Module<Tensor, Tensor>("Net")
            {
                [Layer] private readonly Linear fc = Linear(16, 10);
                [Layer] private readonly Linear wide = Linear(16, 12);
                {{member}}
                [Shape("B 16")] private Tensor Forward(Tensor x) => {{result}};
            }
            """;
        using var scope = NewDisposeScope();
        var right = Source($"{use} + rand(1, {width})");
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(right)), d => d.Id is "GEN1003" or "GEN2002" or "GEN2003" or "GEN2004");
        var type = Compilations.Load(right).GetType("Net")!;
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal(width, net.call(rand(3, 16)).shape[1]);
        var own = use.Contains("Apply", StringComparison.Ordinal) ? 4 * 10 : 0;
        Assert.Equal((5 * multiplyAdds) + own, type.GetMethod("MultiplyAdds")!.Invoke(null, [5L]));
        var wrong = Source($"{{|GEN1003:{use} + rand(1, 7)|}}");
        Markup.Verify(wrong, static d => d.Id == "GEN1003");
        using var failing = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Markup.Strip(wrong)).GetType("Net")!)!;
        Assert.ThrowsAny<Exception>(() => failing.call(rand(3, 16)));
    }

    /// <summary>A method that a derived class of another file or project may replace, of an object that is not known.</summary>
    [Theory]
    [InlineData("public class Trim { public virtual Tensor Apply(Tensor x) => x; } "
        + "public sealed class Half : Trim { public override Tensor Apply(Tensor x) => x[.., ..5]; }", "Trim trim",
        "trim.Apply(fc.call(x))")]
    [InlineData("public abstract class Trim { public abstract Tensor Apply(Tensor x); } "
        + "public sealed class Half : Trim { public override Tensor Apply(Tensor x) => x[.., ..5]; }", "Trim trim",
        "trim.Apply(fc.call(x))")]
    [InlineData("public interface ITrim { int Size => 10; } public sealed class Half : ITrim { public int Size => 5; }", "ITrim trim",
        "fc.call(x)[.., ..trim.Size]")]
    [InlineData("public sealed class Half { public int Size { get; set; } = 5; }", "Half trim", "fc.call(x)[.., ..trim.Size]")]
    public void What_another_object_may_do_is_not_known(string types, string parameter, string use)
    {
        var source = $$"""
            {{types}}
            public sealed partial class Net({{parameter}}) : Module<Tensor, Tensor>("Net")
            {
                [Layer] private readonly Linear fc = Linear(16, 10);
                [Shape("B 16")] private Tensor Forward(Tensor x) => {{use}} + rand(1, 5);
            }
            """;
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)), d => d.Id is "GEN1003");
        using var scope = NewDisposeScope();
        var all = Compilations.Load(source);
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(all.GetType("Net")!,
            Activator.CreateInstance(all.GetType("Half")!))!;
        Assert.Equal([3, 5], net.call(rand(3, 16)).shape);
    }

    [Theory]
    [InlineData("blocks.Aggregate(x, (h, b) => b.call(h))", 16)]
    [InlineData("blocks.Select(b => b.call(x)).Aggregate((a, b) => a + b)", 16)]
    [InlineData("cat(blocks.Select(b => b.call(x)).ToArray(), 1)", 48)]
    [InlineData("cat(Enumerable.Range(0, n).Select(i => blocks[i].call(x)).ToList(), 1)", 48)]
    [InlineData("cat(blocks.Zip(norms, (b, m) => m.call(b.call(x))).ToArray(), 1)", 48)]
    [InlineData("blocks.Zip(norms).Aggregate(x, (h, p) => p.Second.call(p.First.call(h)))", 16)]
    public void Sequences_over_layers_are_followed(string use, int width)
    {
        using var scope = NewDisposeScope();
        foreach (var isNamed in new[] { true, false })
        {
            string Source(string result) => $$"""
                public sealed partial class Net({{(isNamed ? "int n" : "")}}) : Module<Tensor, Tensor>("Net")
                {
                    {{(isNamed ? "" : "private const int n = 3;")}}
                    [Layer] private readonly ModuleList<Linear> blocks = new(Enumerable.Range(0, n).Select(_ => Linear(16, 16)).ToArray());
                    [Layer] private readonly ModuleList<LayerNorm> norms = new(Enumerable.Range(0, n).Select(_ => LayerNorm(16)).ToArray());
                    [Shape("B 16", Where = "{{(isNamed ? "n >= 1" : "B >= 1")}}")] private Tensor Forward(Tensor x) => {{result}};
                }
                """;
            var right = Source($"{use} + rand(1, {(isNamed && width == 48 ? "16 * n" : $"{width}")})");
            Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(right)),
                d => d.Id is "GEN1003" or "GEN2002" or "GEN2003" or "GEN2004");
            var type = Compilations.Load(right).GetType("Net")!;
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, isNamed ? [3] : [])!;
            Assert.Equal(width, net.call(rand(5, 16)).shape[^1]);
            Assert.Equal(3L * 5 * 256, type.GetMethod("MultiplyAdds")!.Invoke(null, isNamed ? [5L, 3] : [5L]));
            var wrong = Source($"{{|GEN1003:{use} + rand(1, {(isNamed && width == 48 ? "16 * n + 7" : "7")})|}}");
            Markup.Verify(wrong, static d => d.Id == "GEN1003");
        }

    }
}
