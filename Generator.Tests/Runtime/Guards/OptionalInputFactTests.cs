using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Guards;

/// <summary>What <c>Where</c> states of the sizes of an optional input is checked where that input is given.</summary>
[Collection("TorchSharp")]
public sealed class OptionalInputFactTests
{
    private const string Source = """
        #nullable enable
        [Shape("B T, *S B P -> B T", Where = "P + T <= limit, P % 2 == 0, T <= 4")]
        public sealed partial class Limited(int limit)
        {
            [Layer] private readonly Identity same;
            private Tensor Forward(Tensor x, Tensor? past = null) => past is null ? x + 1 : x + 2;
            public static Tensor Run(int limit, Tensor x, Tensor? past) => new Limited(limit).call(x, past);
        }
        """;

    private static readonly System.Reflection.MethodInfo Run = Compilations.Load(Source).GetType("Limited")!.GetMethod("Run")!;

    [Theory]
    [InlineData(3, null, null)]
    [InlineData(3, 2, null)]
    [InlineData(3, 4, "P+T <= limit does not hold (B=2, T=3, P=4, limit=6)")]
    [InlineData(3, 1, "P % 2 == 0 does not hold (B=2, T=3, P=1)")]
    [InlineData(5, null, "T <= 4 does not hold (B=2, T=5)")]
    public void A_fact_is_checked_where_the_input_that_tells_it_is_given(int length, int? past, string? message)
    {
        using var scope = NewDisposeScope();
        var input = zeros(2, length);
        var error = Record.Exception(
            () => Run.Invoke(null, System.Reflection.BindingFlags.DoNotWrapExceptions, null,
                [6, input, past is { } size ? zeros(3, 2, size) : null], null));
        if (message is null)
        {
            Assert.Null(error);
        }
        else
        {
            Assert.Contains(message, Assert.IsType<ShapeMismatchException>(error).Message, StringComparison.Ordinal);
        }
    }
}
