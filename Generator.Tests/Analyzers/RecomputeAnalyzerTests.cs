namespace Gen.Tests.Analyzers;

/// <summary>GEN0009: where <c>[Recompute]</c> has no effect.</summary>
public sealed class RecomputeAnalyzerTests
{
    [Theory]
    [InlineData("[Layer(4, 4), Recompute(Every = 2)] private readonly Linear {|GEN0009:a|};", "",
        "Every counts the items of a Sequential ")]
    [InlineData("[Layer, Recompute(Every = 0)] private readonly Sequential {|GEN0009:a|} = Sequential(ReLU());", "", "Every must be 1")]
    [InlineData("[Layer, Recompute(Every = 2)] private readonly ModuleDict<Linear> {|GEN0009:a|} = ModuleDict((\"b\", Linear(4, 4)));",
        "private Tensor Forward(Tensor x) => a[\"b\"].call(x);", "Every counts the items of a Sequential ")]
    [InlineData("[Layer(4, 4)] private readonly Linear a; [Recompute] private readonly int {|GEN0009:b|} = 1;", "", "it is for layers. ")]
    [InlineData("[Layer(4, 4), Recompute] private readonly Linear {|GEN0009:a|};",
        "public override Tensor forward(Tensor x) => a.call(x);", "it is for a forward that Gen generates, ")]
    public void On_a_field_of_which_nothing_is_computed_again(string field, string forward, string why)
    {
        var basis = forward.Contains("override", StringComparison.Ordinal) ? ": Module<Tensor, Tensor> " : "";
        Assert.Contains($" has no effect: {why}", Markup.Message($"public partial class Net {basis}{{ {field} {forward} }}"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[Recompute] public partial class {|GEN0009:Net|} : Module<Tensor, Tensor> { [Layer(4, 4)] private readonly Linear a; "
        + "public override Tensor forward(Tensor x) => a.call(x); }", "it is for a forward that Gen generates, ")]
    [InlineData("[Recompute(Every = 2)] public partial class {|GEN0009:Net|} { [Layer(4, 4)] private readonly Linear a; }",
        "Every counts the items of a Sequential or a ModuleList; remove it here")]
    [InlineData("[Recompute] public class {|GEN0009:Net|}() : Module<Tensor, Tensor>(\"Net\") "
        + "{ public override Tensor forward(Tensor x) => x; }", "Gen generates nothing for this class. ")]
    [InlineData("[Recompute] public sealed partial class {|GEN0009:Net|} { [Layer] internal Inner inner = new(); "
        + "[return: Shape(\"B 4\")] private Tensor Forward([Shape(\"B 4\")] Tensor x) => inner.call(x) + x; } "
        + "[Shape(\"B 4 -> B 4\")] public partial class Inner { [Layer(4, 4)] private readonly Linear a; }",
        "nothing that Forward computes is freed, since a class derived from that of 'inner' may hold it. Make 'Inner' sealed.")]
    public void On_a_class_of_which_nothing_is_computed_again(string source, string why) =>
        Assert.Contains($"[Recompute] on 'Net' has no effect: {why}", Markup.Message(source), StringComparison.Ordinal);

    [Theory]
    [InlineData("=> {|GEN0009:list|}.Aggregate(x, (y, l) => l.call(y));", "its calls cannot be followed when it is passed on. Call it ")]
    [InlineData("=> Run({|GEN0009:list[0]|}, x); private static Tensor Run(Linear layer, Tensor x) => layer.call(x);",
        "its calls cannot be followed when it is passed on. Call it directly, or its items by index or in a foreach.")]
    [InlineData("=> {|GEN0009:list|}.Last().call(x);", "its calls cannot be followed")]
    [InlineData("{ var last = list[0]; {|GEN0009:last|} = null!; return last.call(x); }", "'last' gets another value. ")]
    [InlineData("=> list.Count > 0 ? {|GEN0009:list[0]|}?.call(x)! : x;", "'?.' is not followed. Write 'list is null ? ")]
    [InlineData("=> list[0].call(x) + Half; private Tensor {|GEN0009:Half|} => list[0].call(ones(1, 4));",
        "the property 'Half' calls it. Make the property a method.")]
    [InlineData("=> Own(x); protected virtual Tensor {|GEN0009:Own|}(Tensor x) => list[0].call(x);",
        "'Own', which calls it, may be overridden. Make the class sealed.")]
    public void Where_a_call_cannot_be_followed(string forward, string why) => Assert.StartsWith(
        $"[Recompute] on 'list' has no effect here: {why}", Markup.Message(
        $$"""
        public partial class Net
        {
            [Layer, Recompute] private readonly ModuleList<Linear> list = ModuleList(Linear(4, 4), Linear(4, 4));

            private Tensor Forward(Tensor x) {{forward}}
        }
        """), StringComparison.Ordinal);

    [Theory]
    [InlineData("foreach (var item in {|GEN0009:list|}) { x = item.call(x) + x; }")]
    [InlineData("for (var i = 0; i < list.Count; i++) { x = {|GEN0009:list[i].call(x)|}; }")]
    public void Where_items_that_are_taken_together_are_called_one_by_one(string loop) => Assert.Equal(
        "[Recompute] on 'list' has no effect here: with Every = 2, its items are called together: write 'foreach (var item in list) "
            + "x = item.call(x);', or remove Every.", Markup.Message(
        $$"""
        public partial class Net
        {
            [Layer, Recompute(Every = 2)] private readonly ModuleList<Linear> list = ModuleList(Linear(4, 4), Linear(4, 4));

            private Tensor Forward(Tensor x) { {{loop}} return x; }
        }
        """));

    [Fact]
    public void Where_every_call_can_be_followed_nothing_is_said() => Markup.Verify(
        """
        public sealed partial class Net
        {
            [Layer, Recompute] private readonly ModuleList<LayerNorm> list = ModuleList(LayerNorm(4), LayerNorm(4));
            [Layer(4), Recompute] private readonly LayerNorm one;
            [Layer, Recompute(Every = 2)] private readonly ModuleList<LayerNorm> many = ModuleList(LayerNorm(4), LayerNorm(4));

            [return: Shape("B 4")]
            private Tensor Forward([Shape("B 4")] Tensor x)
            {
                var last = list[^1];
                x = last.call(one.call(x)) * list.Count;
                return Rest(x) + nameof(one).Length;
            }

            private Tensor Rest(Tensor x)
            {
                foreach (var item in many)
                {
                    x = item.call(x);
                }

                return one is null ? x : x + one.weight!.sum();
            }
        }
        """);
}
