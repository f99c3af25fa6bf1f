namespace Gen.Tests.Analyzers;

/// <summary>The construction that is advised in place of one with a wrong size has the size that arrives; where it is not known which
/// argument that is, nothing is advised.</summary>
public sealed class OtherSizeTests
{
    [Theory]
    [InlineData("B 12 H W -> B 12 H W", "GroupNorm(4, 8)", "Change it to GroupNorm(4, 12).")]
    [InlineData("B 12 H W -> B 12 H W", "PReLU(8, 0.25)", "Change it to PReLU(12, 0.25).")]
    [InlineData("B 12 H W -> B 12 H W", "BatchNorm2d(8)", "Change it to BatchNorm2d(12).")]
    [InlineData("B 10 H W -> B 10 H W", "GroupNorm(4, 8)", "but the input has 10.")]
    public void The_advice_is_another_size(string shape, string written, string end)
    {
        var source = $"[Shape(\"{shape}\")] public sealed partial class Net {{ [Layer] private readonly {written.Split('(')[0]} layer = "
            + $"{written}; }}";
        var error = Assert.Single(Compilations.Diagnose(Compilations.Of(source)), static d => d.Id == "GEN1001");
        Assert.EndsWith(end, error.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
