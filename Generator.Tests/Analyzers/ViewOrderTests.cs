using System.Reflection;
using System.Runtime.InteropServices;
using Gen.Tests.CodeFixes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Views of what was transposed: what is reported fails when it runs, and what runs is not reported.</summary>
[Collection("TorchSharp")]
public sealed class ViewOrderTests
{
    private static string Net(string shape, string body) => $$"""
        [Shape("{{shape}}")]
        public sealed partial class Net
        {
            [Layer] private readonly Linear fc = Linear(64, 64);

            private Tensor Forward(Tensor x)
            {
                {{body}}
            }
        }
        """;

    public static TheoryData<string, string> Wrong => new()
    {
        { "B 10 64", "var h = fc.call(x).view(-1, 10, 8, 8).transpose(1, 2); return {|GEN1004:h.relu().transpose(1, 2).contiguous()"
            + ".transpose(1, 2).view(-1, 8, 80)|};" },
        { "B T 64", "var h = fc.call(x).view(x.shape[0], -1, 8, 8).transpose(1, 2); return {|GEN4013:h.matmul(h.transpose(-1, -2))"
            + ".matmul(h).transpose(1, 2).view(x.shape[0], -1, 64)|};" },
        { "B T 64", "return {|GEN4013:fc.call(x).transpose(1, 2).view(x.shape[0], -1)|};" },
        { "B 6 64", "return {|GEN1004:fc.call(x).transpose(1, 2).view(x.shape[0], 384)|};" },
        { "B 6 64", "return {|GEN1004:fc.call(x).permute(0, 2, 1).view(-1, 32, 12)|};" },
        { "6 64", "var y = fc.call(x); return {|GEN1004:y.t().view(-1)|};" },
        { "6 64", "var y = fc.call(x); return {|GEN1004:y.T.view(384)|};" },
        { "6 64", "var y = fc.call(x); return {|GEN1004:y.t().view_as(y)|};" },
        { "2 3 64", "var y = fc.call(x); return {|GEN1004:y.movedim([0], [2]).view(-1, 128)|};" },
        { "2 3 64", "var y = fc.call(x); var z = y.mT; return {|GEN1004:z.view(2, 192)|};" },
        { "B 64", "var y = fc.call(x); return {|GEN4013:y.t().view(-1)|};" },

        // What comes in is in order nearly always.
        { "B 6 64", "return fc.call({|GEN4013:x.transpose(1, 2).view(x.shape[0], 6, 64)|});" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_viewed_is_reported_and_fails(string shape, string body)
    {
        var source = Net(shape, body);
        Markup.Verify(source, static d => d.Id is "GEN1004" or "GEN4013");
        var error = Assert.Throws<TargetInvocationException>(() => Run(Markup.Strip(source), shape)).InnerException;
        Assert.Contains("view", Assert.IsType<ExternalException>(error, exactMatch: false).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void The_fix_writes_reshape(string shape, string body)
    {
        if (body.Contains("view_as", StringComparison.Ordinal))
        {
            // Tensor has no reshape_as.
            var project = FixHarness.Project(Markup.Strip(Net(shape, body)));
            Assert.Empty(FixHarness.Offered(project, Assert.Single(FixHarness.Diagnose(project), static d => d.Id == "GEN1004")));
            return;
        }

        var source = Markup.Strip(Net(shape, body));
        var id = body.Contains("GEN1004", StringComparison.Ordinal) ? "GEN1004" : "GEN4013";
        var mended = FixHarness.Fix(source, id).Source;
        Markup.Verify(mended, static d => d.Id is "GEN1004" or "GEN4013");
        Run(mended, shape);
    }

    [Theory]
    [InlineData("B T 64", "return fc.call(x).transpose(1, 2).contiguous().view(x.shape[0], -1);")]
    [InlineData("B T 64", "return fc.call(x).transpose(1, 2).reshape(x.shape[0], -1);")]
    [InlineData("B T 64", "return fc.call(x).transpose(1, 2).flatten(1);")]
    [InlineData("B 6 64", "return fc.call(x).mT.flip(1).mT.view(x.shape[0], -1);")]
    [InlineData("B 6 64", "return fc.call(x).mT.relu().mT.view(x.shape[0], -1);")]
    [InlineData("B 6 64", "return BatchNorm1d(6).call(fc.call(x).mT.transpose(1, 2)).view(x.shape[0], -1);")]
    [InlineData("B 8 64", "var h = functional.avg_pool2d(fc.call(x).view(-1, 8, 8, 8).permute(0, 3, 1, 2), 2); "
        + "return h.permute(0, 2, 3, 1).view(-1, 128);")]
    [InlineData("B T 64", "return fc.call(x).transpose(1, 2).transpose(1, 2).view(x.shape[0], -1);")]
    [InlineData("B T 64", "return fc.call(x).transpose(1, 2).view(x.shape[0], 8, 8, -1);")]
    [InlineData("B T 64", "return fc.call(x).transpose(0, 1).view(x.shape[1], x.shape[0], 8, 8);")]
    [InlineData("B 1 64", "return fc.call(x).transpose(1, 2).view(x.shape[0], -1);")]
    [InlineData("B T 64", "var h = fc.call(x).mT; return h.is_contiguous() ? h.view(x.shape[0], -1) : h.reshape(x.shape[0], -1);")]
    [InlineData("B T 64", "var h = fc.call(x).mT; if (!h.is_contiguous()) { h = h.contiguous(); } return h.view(x.shape[0], -1);")]
    [InlineData("B T 64", "var h = fc.call(x).transpose(1, 2); return (h + zeros(64, x.shape[1])).sum(2).view(-1);")]
    [InlineData("B T 64", "var h = fc.call(x).transpose(1, 2); return cat([h, h], 1).view(x.shape[0], -1);")]
    [InlineData("B T 64", "return fc.call(x).transpose(1, 2).unsqueeze(1).squeeze(1).unflatten(1, [8, 8]);")]
    public void What_can_be_viewed_is_not_reported(string shape, string body)
    {
        var source = Net(shape, body);
        Markup.Verify(source, static d => d.Id is "GEN1004" or "GEN4013");
        Run(source, shape);
    }

    [Fact]
    public void The_message_says_what_to_write() => Assert.Equal(
        ["view of [B, 64, T] as [B, 64*T]: it would merge dimensions that do not follow each other in memory, so nearly every call fails. "
            + "Write reshape."],
        Compilations.Diagnose(Compilations.Of(Net("B T 64", "return fc.call(x).transpose(1, 2).view(x.shape[0], -1);")))
            .Where(static d => d.Id == "GEN4013").Select(static d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));

    private static void Run(string source, string shape)
    {
        using var scope = NewDisposeScope();
        var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        long[] sizes = [.. shape.Split(' ').Select(static s => s == "B" ? 3 : s == "T" ? 5 : long.Parse(s,
            System.Globalization.CultureInfo.InvariantCulture))];
        try
        {
            net.call(randn(sizes));
        }
        catch (Exception exception)
        {
            throw new TargetInvocationException(exception);
        }
    }
}
