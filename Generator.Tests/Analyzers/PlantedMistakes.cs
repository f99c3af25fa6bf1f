namespace Gen.Tests.Analyzers;

/// <summary>The planted mistakes: one for each family of operations, each kind of composition, each loss, and at call sites.</summary>
internal static partial class PlantedMistakes
{
    public static IReadOnlyList<Mistake> All { get; } = [.. Elementwise, .. Shapes, .. Parts, .. Reductions, .. Products, .. Functions,
        .. Makers, .. Indices, .. Types, .. TypesThrough, .. TypesOfData, .. Devices, .. Losses, .. Compositions, .. Calls];

    /// <summary>A mistake in a <c>Forward</c> of an input (B, 8, 6), behind a linear layer.</summary>
    private static Mistake Body(string what, string message, string body) => new(what, message, $$"""
        [Shape("B 8 6")]
        public sealed partial class Net
        {
            [Layer(6, 6)] private readonly Linear fc;
            private Tensor Forward(Tensor x)
            {
                x = fc.call(x);
                {{body}}
            }
        }

        public static class Program { public static void Main() => new Net().call(rand(2, 8, 6)); }
        """);

    /// <summary>A mistake in the body of <c>Main</c>.</summary>
    private static Mistake Called(string what, string message, string body, string types = "") => new(what, message, $$"""
        {{types}}
        public static class Program { public static void Main() { {{body}} } }
        """);
}
