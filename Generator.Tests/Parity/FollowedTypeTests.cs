using Gen.Tests.Analyzers;

namespace Gen.Tests.Parity;

/// <summary>The rows that depend on an element type, wherever the tensor went.</summary>
public sealed class FollowedTypeTests
{
    private const string Loss = "functional.cross_entropy(randn(2, 3), {|GEN4010:y|})";

    [Theory]
    [InlineData("var y = tensor(new[] { 0, 1 });")]
    [InlineData("var a = tensor(new[] { 0, 1 }); var (x, y) = (zeros(2), a);")]
    [InlineData("var all = new[] { tensor(new[] { 0, 1 }), zeros(2) }; var y = all[0];")]
    [InlineData("var y = zeros(2); y = tensor(new[] { 0, 1 });")]
    [InlineData("var y = tensor(new[] { 0L, 1L }).to(int32);")]
    [InlineData("var y = zeros([4, 2], dtype: int32)[1];")]
    [InlineData("Tensor Classes() => tensor(new[] { 0, 1 }); var y = Classes();")]
    public void Classes_of_int32_are_found_in_ordinary_code(string before) => Verify($$"""
        public static class Program { public static void Main() { {{before}} var loss = {{Loss}}; } }
        """);

    [Theory]
    [InlineData("var y = tensor(new[] { 0, 1 }); y = y.to(int64);")]
    [InlineData("var y = zeros([2, 2], dtype: int32).sum(0L);")]
    [InlineData("var y = tensor(new[] { 0, 1 }, dtype: int64);")]
    public void Those_of_int64_are_not(string before) => Verify($$"""
        public static class Program { public static void Main() { {{before}} var loss = functional.cross_entropy(randn(2, 3), y); } }
        """);

    /// <summary>Through a field, a method, a parameter.</summary>
    [Fact]
    public void Classes_of_int32_are_found_through_a_module() => Verify($$"""
        [Shape("B 3")] public sealed partial class Net
        {
            [Layer] private readonly Identity id;
            [Buffer] private readonly Tensor classes = tensor(new[] { 0, 1 });
            private Tensor Forward(Tensor x) => Loss(x, classes) + Loss(x, classes.clone());
            private Tensor Loss(Tensor x, Tensor y) => {{Loss}};
        }
        """);

    [Theory]
    [InlineData("var w = {|GEN4010:tensor(new[] { 0.5, 1 })|}; var y = randn(3, 2) * w;")]
    [InlineData("var w = {|GEN4010:tensor(new[] { 0.5, 1 })|}.unsqueeze(0); var all = new[] { w, w }; var y = randn(3, 2) + all[1];")]
    [InlineData("Tensor Times(Tensor t) => randn(3, 2) * t; var y = Times({|GEN4010:tensor(new[] { 0.5, 1 })|});")]
    [InlineData("var w = tensor(new[] { 0.5, 1 }).to(float32); var y = randn(3, 2) * w;")]
    [InlineData("var w = tensor(0.5); var y = randn(3, 2) * w;")]
    [InlineData("var w = tensor(new[] { 0.5, 1 }); var y = zeros([2], dtype: float64) * w;")]
    public void Doubles_are_found_where_they_are_made(string body) => Verify($$"""
        public static class Program { public static void Main() { {{body}} } }
        """);

    [Fact]
    public void Doubles_of_a_buffer_are_found_beside_what_a_layer_gives() => Verify("""
        [Shape("B 4 -> B 2")] public sealed partial class Net
        {
            [Layer(4, 2)] private readonly Linear fc;
            [Buffer] private readonly Tensor scale = {|GEN4010:tensor(new[] { 0.5, 1 })|};
            [Buffer] private readonly Tensor other = tensor(new[] { 0.5, 1 });
            private Tensor Forward(Tensor x) => fc.call(x) * scale + other.sum();
        }
        """);

    [Theory]
    [InlineData("var mask = ones(5, 5).triu(1) == 1; mask = mask.clone();")]
    [InlineData("var mask = (ones(5, 5) > 0).logical_not() | zeros([5, 5], dtype: torch.@bool);")]
    public void A_mask_of_truths_is_found(string before) => Verify($$"""
        public static class Program
        {
            public static void Main()
            {
                var attention = MultiheadAttention(8, 2);
                var x = randn(5, 2, 8);
                {{before}}
                var (y, _) = attention.call(x, x, x, null!, false, {|GEN4010:mask|});
            }
        }
        """);

    private static void Verify(string source) => Markup.Verify(source, static d => d.Id == "GEN4010");
}
