using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>GEN5006: a column with a row is a mistake, unless the code makes the column for it.</summary>
public sealed class SilentBroadcastTests
{
    private static bool IsSilent(Diagnostic diagnostic) => diagnostic.Id == "GEN5006";

    [Theory]
    [InlineData("var t = rand(9); var d = (t.unsqueeze(1) - t).abs();")]
    [InlineData("var t = rand(9); var column = t.unsqueeze(-1); var d = column - t;")]
    [InlineData("var t = rand(9); var d = t.view(-1, 1) * t;")]
    [InlineData("var t = rand(9); var d = t / t.reshape(9, 1);")]
    [InlineData("var t = rand(9); var d = t[.., TensorIndex.None] - t;")]
    [InlineData("var t = arange(9); var d = t.unsqueeze(0).T - t;")]
    [InlineData("var t = rand(9); var d = (-t.unsqueeze(1)).exp() + t;")]
    [InlineData("var t = rand(9); var d = (t.unsqueeze(1) * 2 + 1).sub(t);")]
    [InlineData("var t = rand(9); var column = torch.unsqueeze(t, 1); column = column.clone(); var d = torch.sub(column, t);")]
    [InlineData("var (a, b) = (rand(9, 4), rand(9, 4)); var d = a.square().sum(1, keepdim: true) + b.square().sum(1) - 2 * a.matmul(b.T);")]
    [InlineData("var a = rand(9, 4); var d = a.norm(1, keepdim: true) * a.norm(1);")]
    [InlineData("var a = rand(9, 4); var (deviation, mean) = a.std_mean(1, keepdim: true); var d = mean - a.mean([1]);")]
    [InlineData("var t = rand(9); var column = t.clone().unsqueeze_(1); var d = column - t;")]
    [InlineData("var s = Linear(4, 1).call(rand(9, 4)).squeeze(1); var d = clamp(1 - (s.unsqueeze(1) - s), min: 0).mean();")]
    [InlineData("var t = rand(9); var d = functional.l1_loss(t.unsqueeze(1), t, Reduction.None);")]
    public void Pairs_on_purpose_are_left_alone(string body) => Markup.Verify(In(body), IsSilent);

    [Theory]
    [InlineData("var d = {|GEN5006:functional.mse_loss(Linear(4, 1).call(rand(9, 4)), rand(9))|};")]
    [InlineData("var d = ({|GEN5006:Linear(4, 1).call(rand(9, 4)) - rand(9)|}).square().mean();")]
    [InlineData("var y = rand(9); var p = Linear(4, 1).call(rand(9, 4)); var d = {|GEN5006:y - p.sigmoid()|};")]
    [InlineData("var y = rand(9); var d = {|GEN5006:Linear(1, 1).call(y.unsqueeze(1)) - y|};")]
    [InlineData("var y = rand(9); var d = {|GEN5006:y.unsqueeze(1) * Linear(4, 1).call(rand(9, 4)) + y|};")]
    [InlineData("var d = {|GEN5006:rand(9, 4).matmul(rand(4, 1)) - rand(9)|};")]
    [InlineData("var x = rand(9, 4); var d = {|GEN5006:x[.., ..1] - x[.., 0]|};")]
    [InlineData("var t = rand(9); var d = {|GEN5006:functional.mse_loss(t.unsqueeze(1), rand(9))|};")]
    public void An_output_of_one_feature_with_a_row_is_told(string body) => Markup.Verify(In(body), IsSilent);

    [Fact]
    public void The_column_is_named() => Assert.Equal(
        "'-' of [9] and [9, 1] gives [9, 9]: every element is combined with every other. Change it to squeeze(1) on the second, or "
        + "unsqueeze(1) on the other.",
        Markup.Message(In("var d = {|GEN5006:rand(9) - rand(9, 1)|};")));

    private static string In(string body) => $"public static class Program {{ public static void Main() {{ {body} }} }}";
}
