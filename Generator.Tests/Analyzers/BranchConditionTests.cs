namespace Gen.Tests.Analyzers;

/// <summary>GEN2001 says how a condition is checked: for every call, in a branch, or not at all.</summary>
public sealed class BranchConditionTests
{
    private static string[] Messages(string members, string constructor = "") => [.. Markup.Verify(
        $"[Shape(\"B d -> B 4\")] public sealed partial class Net{constructor} {{ [Layer(30, 4)] private readonly Linear big; "
        + $"[Layer(20, 4)] private readonly Linear small; {members} }}",
        static d => d.Id == "GEN2001").Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];

    [Fact]
    public void What_two_branches_need_is_said_with_the_branch_and_without_advice() => Assert.Equal(
        ["not proved at 'big': d == 30; checked at run time if wide.", "not proved at 'small': d == 20; checked at run time if !wide."],
        Messages("private Tensor Forward(Tensor x) => wide ? {|GEN2001:big.call(x)|} : {|GEN2001:small.call(x)|};", "(bool wide)"));

    [Fact]
    public void What_both_branches_need_every_call_needs() => Assert.All(
        Messages("private Tensor Forward(Tensor x) { if (wide) { return {|GEN2001:big.call(x)|}; } return {|GEN2001:big.call(x * 2)|}; }",
            "(bool wide)"),
        m => Assert.Equal("not proved at 'big': d == 30; checked at run time. To state it: Where = \"d == 30\".", m));

    [Fact]
    public void What_follows_a_throw_every_call_needs_that_gives_something() => Assert.Equal(
        ["not proved at 'big': d == 30; checked at run time. To state it: Where = \"d == 30\"."],
        Messages(
            "private Tensor Forward(Tensor x) { if (x.sum().item<float>() > 0) { throw new InvalidOperationException(); } return "
            + "{|GEN2001:big.call(x)|}; }"));

    [Fact]
    public void A_branch_that_only_its_value_tells_is_checked_where_it_runs() => Assert.Equal(
        ["not proved at 'big': d == 30; checked at run time when this line runs."],
        Messages(
            "private Tensor Forward(Tensor x) => x.sum().item<float>() > 0 ? {|GEN2001:big.call(x)|} : small.call({|GEN2001:x.narrow(1, "
            + "0, 20)|});").Take(1));

    [Fact]
    public void A_forward_of_ones_own_is_not_guarded_and_that_is_said() => Assert.Equal(
        "not proved at 'big': d == 30; not checked at run time: the class has its own forward.",
        Markup.Verify(
            """
            [Shape("B d -> B 4")] public sealed partial class Net() : Module<Tensor, Tensor>("net")
            {
                [Layer] private readonly Linear big = Linear(30, 4);
                public override Tensor forward(Tensor x) => {|GEN2001:big.call(x)|};
            }
            """).Single().GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void What_only_an_optional_input_tells_is_said_with_its_name() => Assert.Equal(
        "not proved at 'view': 4*P == 12; not checked at run time: 'past', which has the size P, is optional.",
        Markup.Verify(
            """
            [Shape("B 8, P 4 -> B 8")] public sealed partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor? past = null)
                {
                    var y = fc.call(x);
                    return past is null ? y : y + {|GEN2001:past.view(3, 4)|}[0, 0];
                }
            }
            """).Single().GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void The_body_of_a_loop_knows_the_loops_condition() => Markup.Verify("""
        [Shape("B 8 -> B 8")] public sealed partial class Net(int depth)
        {
            [Layer] private readonly ModuleList<Linear> layers = ModuleList([.. Enumerable.Range(0, depth).Select(_ => Linear(8, 8))]);
            private Tensor Forward(Tensor x)
            {
                for (var i = 1; i < layers.Count; i++) { x = layers[i].call(x); }
                return x;
            }
        }
        """);

    /// <summary>A break deep in a case goes on after the switch, not after the loop around it.</summary>
    [Fact]
    public void A_break_in_a_switch_leaves_the_switch() => Markup.Verify("""
        [Shape("B 8 -> B 4")] public sealed partial class Net(bool wide)
        {
            [Layer] private readonly Linear fc = Linear(8, 4);
            private Tensor Forward(Tensor x)
            {
                for (var i = 0; i < 3; i++)
                {
                    switch (i)
                    {
                        case 0:
                            if (wide) { break; }
                            x = x.relu();
                            break;
                        case 1:
                            break;
                    }

                    x = i == 0 ? fc.call(x) : {|GEN1001:fc.call(x)|};
                }

                return x;
            }
        }
        """);

    /// <summary>What a jump to a label gives is not known, and nothing wrong is said.</summary>
    [Fact]
    public void A_jump_to_a_label_gives_what_is_not_known() => Markup.Verify("""
        [Shape("B 8 -> B 4")] public sealed partial class {|GEN2004:Net|}(bool wide)
        {
            [Layer] private readonly Linear fc = Linear(8, 4);
            private Tensor Forward(Tensor x)
            {
                if (wide) { {|GEN2002:goto end;|} }
                x = x.relu();
                end: return fc.call(x);
            }
        }
        """);

    /// <summary>A path that only calls what is not known has no operation of its own, and is lost all the same.</summary>
    [Fact]
    public void A_path_that_is_not_followed_is_said() => Markup.Verify("""
        [Shape("B 8 -> B 4")] public sealed partial class {|GEN2004:Net|}(bool wide)
        {
            [Layer] private readonly Linear fc = Linear(8, 4);
            private Tensor Forward(Tensor x) => wide ? {|GEN2002:new Others().Draw(4)|} : fc.call(x);
        }
        public class Others { public virtual Tensor Draw(int n) => randn(1, n); }
        """);
}
