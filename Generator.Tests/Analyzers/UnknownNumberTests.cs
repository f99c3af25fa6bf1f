using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>A number that is not known is the same number wherever it is read: from a to a + T there are T numbers, whatever a
/// is.</summary>
[Collection("TorchSharp")]
public sealed class UnknownNumberTests
{
    [Theory]
    [InlineData("arange(at, at + x.shape[1])")]
    [InlineData("arange(end - x.shape[1], end)")]
    [InlineData("arange(past, past + (end - at))")]
    [InlineData("arange(at, end)")]
    public void What_two_numbers_have_in_common_is_taken_away(string positions)
    {
        Markup.Verify(Net(positions), static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal) || d.Id is "GEN2001" or "GEN2002");
        using var scope = NewDisposeScope();
        Assert.Equal([2L, 3L, 8L], ((Tensor)Run(positions)!).shape);
    }

    [Theory]
    [InlineData("arange(at, end + 1)")]
    [InlineData("arange(at + 1, end)")]
    public void One_number_more_or_less_is_refuted(string positions)
    {
        Markup.Verify(Net($"{positions}").Replace("stack([x[0], table.call(positions)])",
            "{|GEN1003:stack([x[0], table.call(positions)])|}", StringComparison.Ordinal),
            static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        Assert.Throws<System.Reflection.TargetInvocationException>(() => Run(positions));
    }

    [Theory]
    [InlineData("arange(at, past + x.shape[1])")]
    [InlineData("arange(changed, at + x.shape[1])")]
    public void Two_numbers_are_not_one(string positions)
    {
        Markup.Verify(Net(positions), static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        Assert.Contains(Compilations.Diagnose(Compilations.Of(Net(positions))), d => d.Id == "GEN2002");
    }

    private static object? Run(string positions) =>
        Compilations.Load(
            Net(positions) + "public static class Program { public static Tensor Run() => new Net().call(zeros(2, 3, 8), 4, 6); }")
            .GetType("Program")!.GetMethod("Run")!.Invoke(null, null);

    private static string Net(string positions) => $$"""
        [Shape("B T 8 -> 2 T 8")] public sealed partial class Net
        {
            [Layer(64, 8)] private readonly Embedding table;
            private Tensor Forward(Tensor x, int at, int past)
            {
                var end = at + x.shape[1];
                var changed = at;
                for (var i = 0; i < past; i++) { changed = past; }
                var positions = {{positions}};
                return stack([x[0], table.call(positions)]);
            }
        }
        """;
}
