namespace Gen.Tests.Analyzers;

/// <summary>Arrays of tensors in code that is no module's: made, filled, indexed, stacked.</summary>
public sealed class TensorArrayTests
{
    [Theory]
    [InlineData("var xs = new Tensor[2]; xs[0] = randn(3, 4); xs[1] = randn(3, 5); var y = {|GEN1003:stack(xs)|};")]
    [InlineData("var xs = new Tensor[2]; xs[0] = randn(3, 4); xs[1] = randn(3, 5); var y = {|GEN1003:xs[1].matmul(randn(4, 2))|};")]
    [InlineData("var xs = new Tensor[2]; xs[0] = randn(3, 4); xs[1] = randn(3, 5); var y = cat(xs, 1).view(27);")]
    [InlineData("var xs = new Tensor[2]; xs[1] = randn(3, 5); xs[0] = randn(3, 4); var y = {|GEN1004:cat(xs, 1).view(26)|};")]
    [InlineData("var xs = new Tensor[3]; for (var i = 0; i < 3; i++) xs[i] = randn(2, 5); var y = {|GEN1004:stack(xs).view(31)|};")]
    [InlineData("var xs = new Tensor[3]; for (var i = 0; i < 3; i++) xs[i] = randn(2, 5); var y = stack(xs).view(30);")]
    [InlineData("var xs = new Tensor[2]; Fill(xs); var y = stack(xs).view(26);")]
    [InlineData("var xs = new Tensor[2]; xs[n] = randn(3, 4); var y = stack(xs).view(26);")]
    public void What_is_set_is_there(string body) => Markup.Verify($$"""
        public static class Program
        {
            private static void Fill(Tensor[] xs) => System.Array.Fill(xs, rand(13));
            public static void Run(int n) { {{body}} }
        }
        """);

    [Fact]
    public void A_static_readonly_tensor_is_what_it_is_set_to() => Markup.Verify("""
        public static class Statistics
        {
            public static readonly Tensor Mean = tensor(new[] { 0.5f, 0.4f, 0.4f });
            public static readonly Tensor Deviation = Mean.view(3, 1, 1);
            private static readonly Tensor First = Second, Second = First;

            public static Tensor Right(Tensor x) => (rand(4, 3, 8, 8) - Mean.view(3, 1, 1)) / Deviation + First.view(8);
            public static Tensor Wrong(Tensor x) => {|GEN1003:rand(4, 3, 8, 8) - Mean|};
        }
        """);

    /// <summary>The third dimension is there when it is asked for.</summary>
    [Fact]
    public void A_static_readonly_tensor_that_is_changed_in_place_is_not_known() => Markup.Verify("""
        public static class Masks
        {
            private static readonly Tensor Mask = zeros(3, 4);
            public static readonly Tensor Other = zeros(3, 4);

            static Masks() => Mask.unsqueeze_(0);

            public static Tensor First() => Mask.transpose(1, 2);
            public static Tensor Second() => Other.transpose(1, 2);
        }

        public static class Program
        {
            public static void Run() { Masks.Other.unsqueeze_(0); Console.WriteLine(Masks.Second()); }
        }
        """);
}
