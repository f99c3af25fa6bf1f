using System.Reflection;
using Gen.Diagnostics.Parity;
using Gen.Tests.Analyzers;
using Gen.Tests.CodeFixes;
using TorchSharp;

namespace Gen.Tests.Parity;

/// <summary>GEN4006, GEN4010, GEN4011: each row of the differences is what TorchSharp does, is reported where it does it, and nowhere
/// else.</summary>
[Collection("TorchSharp")]
public sealed class ParityTests
{
    public static TheoryData<string> Rows => [.. Programs.All.Select(p => p.Row)];

    /// <summary>GEN4006 has a fix with two choices, which is tested with it.</summary>
    public static TheoryData<string> FixableRows =>
        [.. Differences.All.Where(d => d.Rule != Diagnostics.Descriptors.LogTarget && d.IsFixable).Select(d => d.Name)];

    public static TheoryData<string> UnreportedRows => [.. Unreported.All.Select(u => u.Name)];

    public static TheoryData<string> Uncompiled => [.. Unreported.Uncompiled.Select(u => u.Call)];

    [Fact]
    public void Every_row_has_a_program() =>
        Assert.Equal(Differences.All.Select(d => d.Name).Order(StringComparer.Ordinal),
            Programs.All.Select(p => p.Row).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rows))]
    public void TorchSharp_does_what_the_row_says_and_that_is_reported(string row)
    {
        var wrong = Source(Program(row).Wrong);
        Markup.Verify(wrong, IsParity);
        Assert.True(Bites(Markup.Strip(wrong)), $"TorchSharp does not do any more what the row '{row}' says: give it MendedIn.");
    }

    [Theory]
    [MemberData(nameof(UnreportedRows))]
    public void What_is_not_reported_is_what_TorchSharp_does(string row)
    {
        var unreported = Unreported.All.Single(u => u.Name == row);
        Markup.Verify(Source(unreported.Wrong), IsParity);
        Assert.True(Bites(Source(unreported.Wrong)), $"TorchSharp does not do any more what '{row}' of the page says: take it out.");
        Markup.Verify(Source(unreported.Right), IsParity);
        Assert.False(Bites(Source(unreported.Right)));
    }

    [Theory]
    [MemberData(nameof(Uncompiled))]
    public void What_PyTorch_has_and_does_not_compile(string call)
    {
        var (_, error, instead) = Unreported.Uncompiled.Single(u => u.Call == call);
        Assert.Contains(error, Errors(call));
        Assert.Empty(Errors(instead));

        static IEnumerable<string> Errors(string call) => Compilations.Of(Source($"var x = ones(2, 2); var y = {call}; return true;"))
            .GetDiagnostics().Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Select(d => d.Id);
    }

    [Theory]
    [InlineData("", "Init.TruncatedNormal(w, std: 0.02)")]
    [InlineData("public static class Init;", "Gen.Init.TruncatedNormal(w, std: 0.02)")]
    public void The_fix_names_the_runtime_as_it_goes_by_there(string other, string call)
    {
        var source = Source("var w = empty(9); init.trunc_normal_(w, std: 0.02); return true;") + other;
        Assert.Contains($" {call};", FixHarness.FixAll(source, "GEN4010"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_runtime_what_TorchSharp_has_is_advised()
    {
        var compilation = Compilations.Of(Source("var w = empty(9); init.trunc_normal_(w, std: 0.02); return true;"));
        compilation = compilation.RemoveReferences(compilation.References.Where(r =>
            r.Display!.EndsWith("Gen.Runtime.dll", StringComparison.Ordinal)));
        Assert.EndsWith(" Write 'init.normal_(w, 0, 0.02)'.", Assert.Single(Compilations.Diagnose(compilation), IsParity)
            .GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{|GEN4010:functional.dropout2d(x, 0.5)|}")]
    [InlineData("{|GEN4010:functional.dropout2d(x, training: x.shape[0] > 1)|}")]
    [InlineData("functional.dropout2d(x, 0.5, training: false)")]
    [InlineData("functional.dropout2d(x, 0)")]
    [InlineData("functional.dropout1d(x, 0.5)")]
    [InlineData("functional.dropout2d(x.unsqueeze(2), 0.5).squeeze(2)")]
    public void A_function_that_drops_whole_samples(string call) => Markup.Verify(
        "[Shape(\"N 20 L -> N 20 L\")] public sealed partial class Net { [Layer] private readonly ReLU act; "
        + $"private Tensor Forward(Tensor x) => act.call({call}); }}",
        IsParity);

    [Theory]
    [InlineData("[Layer] private readonly Dropout2d drop = Dropout2d(0.5);", "drop.call(x)", "Dropout1d drop = Dropout1d(0.5)")]
    [InlineData("[Layer] private readonly ReLU act;", "functional.dropout2d(act.call(x))", "functional.dropout1d(act.call(x))")]
    [InlineData("[Layer(0.5)] private readonly Dropout2d drop;", "drop.call(x) + drop.call(x.unsqueeze(3)).squeeze(3)", null)]
    public void Channels_are_dropped_by_the_fix(string layer, string call, string? written)
    {
        var source = "[Shape(\"N 20 L -> N 20 L\")] public sealed partial class Net { " + layer
            + $" private Tensor Forward(Tensor x) => {call}; }}";
        if (written is not null)
        {
            Assert.Contains(written, FixHarness.Fix(source, "GEN4010").Source, StringComparison.Ordinal);
            return;
        }

        var project = FixHarness.Project(source);
        Assert.Empty(FixHarness.Offered(project, Assert.Single(FixHarness.Diagnose(project), d => d.Id == "GEN4010")));
    }

    [Fact]
    public void Channels_are_dropped_by_the_fix_in_a_chain() => Assert.Contains("Dropout1d drop", FixHarness.Fix(
        "[Shape(\"N 20 L -> N 20 L\")] public sealed partial class Net { [Layer(0.5)] private readonly Dropout2d drop; }",
        "GEN4010").Source, StringComparison.Ordinal);

    [Fact]
    public void A_mask_that_is_made_additive_keeps_its_shape() => Assert.Empty(Markup.Verify(
        """
        [Shape("T B 4 -> T B 4")] public sealed partial class Net
        {
            [Layer(4, 1)] private readonly MultiheadAttention attention;

            private Tensor Forward(Tensor x)
            {
                var mask = AttentionMask.Additive(ones(x.shape[0], x.shape[0], dtype: @bool).triu(1));
                return attention.call(x, x, x, attn_mask: mask).Item1;
            }
        }
        """));

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_twin_is_right_and_silent(string row)
    {
        var right = Source(Program(row).Right);
        Markup.Verify(right, IsParity);
        Assert.False(Bites(right));
    }

    [Theory]
    [MemberData(nameof(FixableRows))]
    public void The_fix_takes_the_harm_away(string row)
    {
        var difference = Differences.All.Single(d => d.Name == row);
        Assert.False(Bites(FixHarness.FixAll(Markup.Strip(Source(Program(row).Wrong)), difference.Rule.Id)));
    }

    /// <summary><c>UPDATE_SNAPSHOTS=1</c> prints it again.</summary>
    [Fact]
    public void The_page_is_printed_from_the_rows()
    {
        var (path, printed) = (Path.Combine(SampleSources.Repository, DifferencePage.Name), DifferencePage.Print());
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, printed);
        }

        Assert.Equal(printed, File.ReadAllText(path));
    }

    [Fact]
    public void A_row_ends_with_the_version_that_mends_it()
    {
        var row = Differences.All[0] with { MendedIn = new Version(0, 108) };
        Assert.True(row.AppliesTo(typeof(torch).Assembly.GetName().Version!));
        Assert.False(row.AppliesTo(new Version(0, 108, 0, 0)));
        Assert.StartsWith(Difference.Measured + ".", typeof(torch).Assembly.GetName().Version!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_names_members_that_TorchSharp_has() => Assert.All(Differences.All.SelectMany(d => d.Of), m => Assert.NotEmpty(
        (typeof(torch).Assembly.GetType(m.Type) ?? typeof(TorchSharp.PyBridge.PyBridgeModuleExtensions).Assembly.GetType(m.Type)
            ?? throw new InvalidOperationException(m.Type)).GetMember(m.Member,
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)));

    [Theory]
    [InlineData("[Layer] private readonly Hardtanh {|GEN4010:act|};")]
    [InlineData("[Layer(-1, 1, true)] private readonly Hardtanh act;")]
    [InlineData("[Layer(2, 4)] private readonly GroupNorm {|GEN4010:norm|};")]
    [InlineData("[Layer(2, 4)] private readonly GroupNorm norm; public Net() { init.ones_(norm.weight!); init.zeros_(norm.bias!); }")]
    [InlineData("[Layer(2, 4, 1e-5, false)] private readonly GroupNorm norm;")]
    [InlineData("[Layer(0.1, 0.1)] private readonly RReLU act;")]
    [InlineData("[Layer(0.1, 0.3)] private readonly RReLU {|GEN4010:act|};")]
    [InlineData("[Layer(3, 2)] private readonly LPPool1d {|GEN4010:pool|};")]
    [InlineData("[Layer(2, 2)] private readonly LPPool1d pool;")]
    [InlineData("[Layer] private readonly GaussianNLLLoss {|GEN4010:{|GEN4011:loss|}|};")]
    [InlineData("[Layer] private readonly Hardtanh act = {|GEN4010:Hardtanh()|};")]
    public void A_layer_by_its_attribute(string field) =>
        Markup.Verify($"public partial class Net {{ {field} private Tensor Forward(Tensor x) => x + 1; }}", IsParity);

    [Theory]
    [InlineData("optim.SGD([new SGD.ParamGroup([p], 0.1)], 0.1);")]
    [InlineData("optim.SGD([new SGD.ParamGroup([p], 0.1, momentum: 0.9)], 0.2, momentum: 0.9);")]
    [InlineData("var g = {|GEN4011:new SGD.ParamGroup([p], 0.1)|}; optim.SGD([g], 0.2, momentum: 0.9);")]
    [InlineData("var g = new[] { {|GEN4011:new AdamW.ParamGroup([p], 0.1)|} }; optim.AdamW(g, weight_decay: 0.1);")]
    [InlineData("var g = new SGD.ParamGroup([p]);")]
    [InlineData("var rate = 0.2; optim.SGD([{|GEN4011:new SGD.ParamGroup([p])|}], rate);")]
    public void A_group_is_reported_where_it_hides_an_argument(string body) =>
        Markup.Verify(Source($"var p = Parameter(ones(1)); {body} return true;"), IsParity);

    [Theory]
    [InlineData("var mask = ones(2, 2) > 0; mask = zeros(2, 2);")]
    [InlineData("var mask = zeros(2, 2);")]
    [InlineData("var mask = Environment.TickCount > 0 ? ones(2, 2) > 0 : zeros(2, 2);")]
    public void A_mask_of_another_or_an_unknown_type_is_not_reported(string mask) =>
        Markup.Verify(Source($"{mask} var x = rand(2, 1, 4); MultiheadAttention(4, 1).call(x, x, x, attn_mask: mask); return true;"),
            IsParity);

    [Theory]
    [InlineData("var rate = 0.2; optim.SGD([new SGD.ParamGroup([p])], rate, momentum: 0.9);",
        "new SGD.ParamGroup([p], lr: rate, momentum: 0.9)")]
    [InlineData("var g = new SGD.ParamGroup([p], 0.1); optim.SGD([g], 0.2, nesterov: true, momentum: 0.5);",
        "new SGD.ParamGroup([p], 0.1, momentum: 0.5, nesterov: true)")]
    public void A_group_is_given_what_its_optimizer_is_given(string body, string group) => Assert.Contains(group,
        FixHarness.FixAll(Source($"var p = Parameter(ones(1)); {body} return true;"), "GEN4011"), StringComparison.Ordinal);

    /// <summary>A local that is declared after the group cannot stand in it.</summary>
    [Fact]
    public void A_group_before_the_rate_is_reported_without_a_fix()
    {
        var found = Assert.Single(Markup.Verify(Source("var p = Parameter(ones(1)); var g = {|GEN4011:new SGD.ParamGroup([p])|}; "
            + "var rate = 0.2; optim.SGD([g], rate); return true;"), IsParity));
        Assert.Empty(found.Properties);
    }

    private static bool IsParity(Microsoft.CodeAnalysis.Diagnostic diagnostic) =>
        diagnostic.Id is "GEN4005" or "GEN4006" or "GEN4009" or "GEN4010" or "GEN4011";

    private static ParityProgram Program(string row) => Programs.All.Single(p => p.Row == row);

    private static string Source(string body) => $"public static class Program {{ public static bool Bites() {{ {body} }} }}";

    private static bool Bites(string source)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        return (bool)Compilations.Load(source).GetType("Program", throwOnError: true)!.GetMethod("Bites",
            BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!;
    }
}
