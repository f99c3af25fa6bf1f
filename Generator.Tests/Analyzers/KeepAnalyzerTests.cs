namespace Gen.Tests.Analyzers;

/// <summary>A tensor that is kept has the shape that it had.</summary>
public sealed class KeepAnalyzerTests
{
    [Fact]
    public void A_kept_tensor_is_followed() => Markup.Verify(Kept("4, 2", "fc2.call(hidden)"));

    [Fact]
    public void What_does_not_fit_behind_it_is_found() => Markup.Verify(Kept("5, 2", "{|GEN1001:fc2.call(hidden)|}"));

    [Fact]
    public void How_much_is_held_from_earlier_calls_is_not_known()
    {
        using var module = new KeepsHidden();
        Assert.Null(module.Summary("B=2").PeakActivationBytes);
        Assert.Equal(2 * ((8 * 4) + (4 * 2)), module.Summary("B=2").MultiplyAdds);
    }

    private static string Kept(string sizes, string call) => $$"""
        [Shape("B 8 -> B 2")]
        public sealed partial class Inspected
        {
            [Layer(8, 4)] private readonly Linear fc1;
            [Layer({{sizes}})] private readonly Linear fc2;
            private Tensor? last;

            public Tensor? Last => last;

            private Tensor Forward(Tensor x)
            {
                var hidden = fc1.call(x).relu();
                last = hidden.Keep(replacing: last);
                return {{call}};
            }
        }
        """;
}

[Shape("B 8 -> B 2")]
internal sealed partial class KeepsHidden
{
    [Layer(8, 4)] private readonly TorchSharp.Modules.Linear fc1;
    [Layer(4, 2)] private readonly TorchSharp.Modules.Linear fc2;
    private TorchSharp.torch.Tensor? last;

    public TorchSharp.torch.Tensor? Last => last;

    private TorchSharp.torch.Tensor Forward(TorchSharp.torch.Tensor x)
    {
        var hidden = fc1.call(x).relu();
        last = hidden.Keep(replacing: last);
        return fc2.call(hidden);
    }
}
