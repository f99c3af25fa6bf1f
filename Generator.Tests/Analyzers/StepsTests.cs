using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>A diagnostic leads back: to the layer's declaration, and step by step to where the number comes from.</summary>
public sealed class StepsTests
{
    [Fact]
    public void A_layer_in_Forward_leads_to_its_field_and_to_the_layers_before_it() => Assert.Equal(
        ["4: b", "5: a.call(x).relu()", "3: a"],
        Steps("""
            [Shape("B 8")] public partial class Net
            {
                [Layer(8, 12)] private readonly Linear a;
                [Layer(16, 4)] private readonly Linear b;
                private Tensor Forward(Tensor x) => {|GEN1001:b.call(a.call(x).relu())|};
            }
            """));

    [Fact]
    public void A_layer_of_a_chain_leads_to_the_layers_before_it() => Assert.Equal(
        ["4: pool", "3: conv"],
        Steps("""
            [Shape("B 1 8 8")] public partial class Net
            {
                [Layer(1, 6, 3)] private readonly Conv2d conv;
                [Layer(2)] private readonly MaxPool2d pool;
                [Layer(5)] private readonly BatchNorm2d {|GEN1001:bn|};
            }
            """));

    [Fact]
    public void A_rank_leads_to_the_operation_that_made_it() => Assert.Equal(
        ["3: conv", "4: x.flatten(1)"],
        Steps("""
            [Shape("B 3 8 8")] public partial class Net
            {
                [Layer(3, 6, 3)] private readonly Conv2d conv;
                private Tensor Forward(Tensor x) => {|GEN1002:conv.call(x.flatten(1))|};
            }
            """));

    [Fact]
    public void Operands_lead_to_what_made_them() => Assert.Equal(
        ["5: b.call(x).mT", "4: b", "3: a"],
        Steps("""
            [Shape("B 5 8")] public partial class Net
            {
                [Layer(8, 4)] private readonly Linear a;
                [Layer(8, 4)] private readonly Linear b;
                private Tensor Forward(Tensor x) => {|GEN1003:b.call(x).mT + a.call(x)|};
            }
            """));

    [Fact]
    public void A_view_leads_to_what_it_views() => Assert.Equal(
        ["3: a"],
        Steps("""
            [Shape("B 8")] public partial class Net
            {
                [Layer(8, 12)] private readonly Linear a;
                private Tensor Forward(Tensor x) => {|GEN1004:a.call(x).view(x.shape[0], 3, 5)|};
            }
            """));

    [Fact]
    public void A_result_leads_to_what_gave_it() => Assert.Equal(
        ["3: a"],
        Steps("""
            [Shape("B 8 -> B 4")] public partial class Net
            {
                [Layer(8, 5)] private readonly Linear a;
                private Tensor Forward(Tensor x) { x = a.call(x); return {|GEN1005:x|}; }
            }
            """));

    [Fact]
    public void A_layer_of_a_held_module_leads_to_the_call_and_on() => Assert.Equal(
        ["3: fc", "11: hand.call(a.call(x))", "10: hand", "9: a"],
        Steps("""
            public sealed class Hand : Module<Tensor, Tensor>
            {
                private readonly Linear fc;
                public Hand() : base("Hand") { fc = Linear(6, 6); RegisterComponents(); }
                public override Tensor forward(Tensor x) => {|GEN1001:fc.call(x)|};
            }
            [Shape("B 8")] public partial class Net
            {
                [Layer(8, 12)] private readonly Linear a;
                [Layer] private readonly Hand hand = new();
                private Tensor Forward(Tensor x) => hand.call(a.call(x));
            }
            """));

    [Fact]
    public void A_declared_shape_is_led_to() => Assert.Equal(
        ["1: \"B 6 -> B 2\"", "5: inner", "4: a"],
        Steps("""
            [Shape("B 6 -> B 2")] public partial class Inner { [Layer(6, 2)] private readonly Linear fc; }
            [Shape("B 8")] public partial class Net
            {
                [Layer(8, 12)] private readonly Linear a;
                [Layer] private readonly Inner inner = new();
                private Tensor Forward(Tensor x) => {|GEN1008:inner.call(a.call(x))|};
            }
            """));

    [Fact]
    public void A_call_in_ordinary_code_leads_to_the_models_shape_and_to_the_tensor() => Assert.Equal(
        ["1: \"B 6 -> B 2\"", "7: x.view(2, 3)", "6: randn(6)"],
        Steps("""
            [Shape("B 6 -> B 2")] public partial class Net { [Layer(6, 2)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var x = randn(6);
                    x = x.view(2, 3);
                    var y = {|GEN1008:new Net().call(x)|};
                }
            }
            """));

    [Fact]
    public void A_loss_leads_to_what_made_the_prediction_and_the_target() => Assert.Equal(
        ["6: new Net().call(randn(4, 6))", "6: randn(4, 6)", "7: zeros(4, 3)"],
        Steps("""
            [Shape("B 6 -> B 2")] public partial class Net { [Layer(6, 2)] private readonly Linear fc; }
            public static class Program
            {
                public static void Main()
                {
                    var y = new Net().call(randn(4, 6));
                    var loss = {|GEN1009:functional.mse_loss(y, zeros(4, 3))|};
                }
            }
            """));

    /// <summary>The additional locations of the one diagnostic: line and text.</summary>
    private static IEnumerable<string> Steps(string marked)
    {
        var diagnostic = Assert.Single(Markup.Verify(marked));
        Assert.Equal(diagnostic.AdditionalLocations.Distinct(), diagnostic.AdditionalLocations);
        return diagnostic.AdditionalLocations.Select(
            l => $"{l.GetLineSpan().StartLinePosition.Line + 1}: {l.SourceTree!.GetText().ToString(l.SourceSpan)}");
    }
}
