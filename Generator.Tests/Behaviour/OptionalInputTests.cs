using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Behaviour;

/// <summary>What is optional in <c>Forward</c> is optional in <c>call</c>, under the same names; hooks run all the same.</summary>
[Collection("TorchSharp")]
public sealed class OptionalInputTests
{
    private const string Sources = """
        #nullable enable
        [Shape("B 4, B 4 -> B 4")]
        public sealed partial class Scaled
        {
            [Layer(4, 4)] private readonly Linear fc;
            private Tensor Forward(Tensor x, Tensor? mask = null, bool negative = false, int times = 3)
            {
                var y = fc.call(x) * times;
                y = mask is null ? y : y + mask;
                return negative ? -y : y;
            }
        }

        [Shape("B 4, B 4 -> B 4")]
        public sealed partial class WithBase : Module<Tensor, Tensor?, Tensor>
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            public WithBase() : base("WithBase") => RegisterComponents();
            private Tensor Forward(Tensor x, Tensor? mask = null) => mask is null ? fc.call(x) : fc.call(x) + mask;
        }

        [Shape("B 4, B 4 -> B 4")]
        public sealed partial class OwnCall
        {
            [Layer(4, 4)] private readonly Linear fc;
            private Tensor Forward(Tensor x, Tensor? mask = null) => mask is null ? fc.call(x) : fc.call(x) + mask;
            public Tensor call(Tensor x) => call(x, null) * 2;
        }

        public sealed partial class Generic<T> where T : struct
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            private Tensor Forward(Tensor x, T scale = default) => fc.call(x);
        }

        [Shape("B 4 -> B 4")]
        public sealed partial class Outer
        {
            [Layer] private readonly Scaled scaled = new();
            [Layer] private readonly WithBase based = new();
            [Layer] private readonly OwnCall own = new();
            [Layer] private readonly Generic<int> generic = new();
            private Tensor Forward(Tensor x) => scaled.call(x) + scaled.call(x, times: 2, mask: x)
                + based.call(scaled.call(x, negative: true)) + own.call(x) + generic.call(x);
        }

        public static class Calls
        {
            public static Tensor Default(Scaled m, Tensor x) => m.call(x);
            public static Tensor Named(Scaled m, Tensor x) => m.call(x, times: 1, negative: true);
            public static Tensor All(Scaled m, Tensor x, Tensor? mask, bool negative, int times) => m.call(x, mask, negative, times);
            public static Tensor Own(OwnCall m, Tensor x) => m.call(x);
            public static Tensor Both(OwnCall m, Tensor x, Tensor? mask) => m.call(x, mask);
            public static Tensor Outer(Outer m, Tensor x) => m.call(x);
        }
        """;

    private static readonly Lazy<Assembly> Built = new(() => Compilations.Load(Sources));

    [Fact]
    public void What_is_left_out_has_the_value_that_Forward_gives_it()
    {
        using var scope = NewDisposeScope();
        var module = New("Scaled");
        var x = rand(2, 4);
        AssertSame(Call("All", module, x, null, false, 3), Call("Default", module, x));
        AssertSame(Call("All", module, x, null, true, 1), Call("Named", module, x));
        Assert.False(Call("Default", module, x).allclose(Call("Named", module, x)));
    }

    [Fact]
    public void The_hooks_of_the_module_run()
    {
        using var scope = NewDisposeScope();
        var module = (nn.Module<Tensor, Tensor?, bool, int, Tensor>)New("Scaled");
        var ran = new List<string>();
        module.register_forward_pre_hook((_, _, _, _, times) => { ran.Add($"before {times}"); return null; });
        module.register_forward_hook((_, _, _, _, _, y) => { ran.Add("after"); return y * 0; });
        Assert.Equal(0, Call("Default", module, rand(2, 4)).abs().sum().item<float>());
        Assert.Equal(["before 3", "after"], ran);
    }

    [Fact]
    public void A_call_that_the_user_wrote_stays_the_only_one()
    {
        using var scope = NewDisposeScope();
        var module = New("OwnCall");
        var x = rand(2, 4);
        AssertSame(Call("Both", module, x, null) * 2, Call("Own", module, x));
    }

    [Fact]
    public void A_module_that_holds_them_is_read_with_what_is_left_out()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([3, 4], Call("Outer", New("Outer"), rand(3, 4)).shape);
        Assert.Contains("public static long MultiplyAdds(long B)",
            Compilations.Generate(Sources).Driver.GetRunResult().GeneratedTrees.Single(
                t => t.FilePath.EndsWith("Outer.g.cs", StringComparison.Ordinal)).ToString(), StringComparison.Ordinal);
    }

    private static nn.Module New(string name) => (nn.Module)Activator.CreateInstance(Built.Value.GetType(name)!)!;

    private static Tensor Call(string name, params object?[] arguments) =>
        (Tensor)Built.Value.GetType("Calls")!.GetMethod(name)!.Invoke(null, arguments)!;

    private static void AssertSame(Tensor expected, Tensor found) =>
        Assert.True(expected.allclose(found), $"{expected.str()} {found.str()}");
}
