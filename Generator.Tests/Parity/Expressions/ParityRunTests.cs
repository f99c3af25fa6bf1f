using System.Diagnostics;
using System.Globalization;
using Gen.Diagnostics.Parity;

namespace Gen.Tests.Parity.Expressions;

/// <summary>
/// The judge of the differences: thousands of expressions in TorchSharp and in PyTorch (Debian's python3-torch), number by number. What
/// does not agree is a row of the differences, or is in known.txt with its reason.
/// </summary>
public sealed class ParityRunTests(ITestOutputHelper output)
{
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3"];

    [Fact]
    [Trait("Category", "Long")]
    public async Task What_does_not_agree_with_PyTorch_is_known()
    {
        var python = Python();
        Assert.True(python is not null, "python3 with torch is not installed: apt-get install --no-install-recommends python3-torch");
        var all = ExpressionTable.All();
        var (image, errors) = ExpressionCompiler.Compile(all);
        Assert.True(errors.Count == 0, string.Join("\n", errors.Prepend("These do not compile:")));
        var path = Path.Combine(Directory.CreateTempSubdirectory("expressions").FullName, "Expressions.dll");
        File.WriteAllBytes(path, image);
        using var here = new ExpressionProcess("dotnet", typeof(ParityRunTests).Assembly.Location, "expressions", path);
        using var there = new ExpressionProcess(python!, Path.Combine(ExpressionTable.Folder, "given.py"));
        var ours = Task.Run(() => here.Run(all, e => e.Number.ToString(CultureInfo.InvariantCulture)));
        var theirs = there.Run(all, e => $"{e.Number.ToString(CultureInfo.InvariantCulture)}\t{e.Python}");
        Judge(all, await ours, theirs, $"{here.Version}, {there.Version}");
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void There_are_more_than_3_000_expressions_and_each_is_an_expression()
    {
        var all = ExpressionTable.All();
        Assert.True(all.Count > 3_000, all.Count.ToString(CultureInfo.InvariantCulture));
        Assert.All(all, e => Assert.DoesNotContain('$', e.CSharp));
        Assert.Equal(all.Count, all.Select(e => e.CSharp).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void What_is_known_names_a_row_or_gives_a_reason()
    {
        var rows = Differences.All.Select(d => d.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(KnownDifference.All, k => Assert.Contains(k.Kind, KnownDifference.Kinds));
        Assert.All(KnownDifference.All.Where(k => k.Kind == "row"), k => Assert.Contains(k.Reason, rows));
    }

    [Theory]
    [InlineData("x.sum({0L|1}, keepdim: {true|false})", "x.sum(0, keepdim=True)", "x.sum(0, keepdim=False)", "x.sum(1, keepdim=True)",
        "x.sum(1, keepdim=False)")]
    [InlineData("Linear(3, 4, hasBias: false).call(X(2))", "Linear(3, 4, bias=False)(X(2))")]
    [InlineData("Grad((x, y) => x.add(y, alpha: 0.5f), a, b)", "Grad(lambda x, y: x.add(y, alpha=0.5), a, b)")]
    [InlineData("f({fft_~fft|ifft}) ~~ g({0})", "g(fft)", "g(ifft)")]
    [InlineData("F(new[] { 1f, 2f }, null)", "F([1, 2], None)")]
    public void A_line_of_a_table_is_written_in_Python(string line, params string[] python) =>
        Assert.Equal(python, ExpressionTable.Read([line]).Select(e => e.Python));

    [Theory]
    [InlineData("x.sum(0L)", "sum")]
    [InlineData("Run(Linear(3, 4), X(2, 3))", "Linear")]
    [InlineData("Grad((x, y) => x.add(y), X(2), Y(2))", "add")]
    [InlineData("Steps(p => optim.SGD([p], 0.1))", "optim.SGD")]
    [InlineData("Rates(o => optim.lr_scheduler.StepLR(o, 2))", "optim.lr_scheduler.StepLR")]
    [InlineData("torch.special.erfcx(X(3))", "torch.special.erfcx")]
    [InlineData("X(3, 4)[.., 1]", "[]")]
    [InlineData("X(3) + Y(3)", "operators")]
    public void What_an_expression_is_about(string expression, string name) => Assert.Equal(name, Agreement.NameOf(expression));

    [Theory]
    [InlineData("ok\tFloat32[2] 1 2", "ok\tFloat32[2] 1.0 2.00001", Outcome.Equal)]
    [InlineData("ok\tFloat32[2] 1 2", "ok\tFloat32[2] 1.0 2.001", Outcome.Differs)]
    [InlineData("ok\tFloat32[2] 1 2", "ok\tFloat64[2] 1.0 2.0", Outcome.Differs)]
    [InlineData("ok\tFloat32[2] 1 2", "ok\tFloat32[1,2] 1.0 2.0", Outcome.Differs)]
    [InlineData("ok\tFloat32[2] nan inf", "ok\tFloat32[2] nan inf", Outcome.Equal)]
    [InlineData("ok\tFloat32[1] nan", "ok\tFloat32[1] 1.0", Outcome.Differs)]
    [InlineData("ok\tnumber 2", "ok\tFloat32[] 2.0", Outcome.Equal)]
    [InlineData("ok\tInt64[1] 2 ; text a", "ok\tInt64[1] 2.0 ; text a", Outcome.Equal)]
    [InlineData("ok\tInt64[1] 2 ; text a", "ok\tInt64[1] 2.0 ; text b", Outcome.Differs)]
    [InlineData("error\tArgumentException: no", "error\tRuntimeError: no", Outcome.BothThrow)]
    [InlineData("error\tArgumentException: no", "ok\tnumber 1.0", Outcome.ThrowsHere)]
    [InlineData("ok\tnumber 1", "error\tRuntimeError: no", Outcome.ThrowsThere)]
    [InlineData("ok\tnumber 1", "error\tAttributeError: no such function", Outcome.Absent)]
    internal void Results_are_compared_by_type_shape_and_value(string here, string there, Outcome outcome) =>
        Assert.Equal(outcome, Comparison.Of(here, there));

    private void Judge(IReadOnlyList<Expression> all, IReadOnlyDictionary<int, string?> ours, IReadOnlyDictionary<int, string?> theirs,
        string versions)
    {
        var ended = all.Where(e => ours[e.Number] is null || theirs[e.Number] is null).ToArray();
        var judged = all.Except(ended).Select(e => (Expression: e, Outcome: Comparison.Of(ours[e.Number]!, theirs[e.Number]!))).ToArray();
        var odd = judged.Where(j => j.Outcome is not (Outcome.Equal or Outcome.BothThrow))
            .Select(j => (j.Expression, j.Outcome, Known: KnownDifference.All.FirstOrDefault(k => k.Explains(j.Expression, j.Outcome))))
            .ToArray();
        int Judged(Outcome outcome) => judged.Count(j => j.Outcome == outcome);
        int Of(string kind) => odd.Count(o => o.Known?.Kind == kind);
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            {versions}: {all.Count} expressions. {Judged(Outcome.Equal)} agree, {Judged(Outcome.BothThrow)} throw in both.
            Known: {Of("row")} by rows of the differences, {Of("silent")} with another value and no row, {Of("throws")} throw in one.
            Not comparable: {Of("version")} for the version of PyTorch, {Of("absent")} absent from it.
            Not known: {odd.Count(o => o.Known is null)}. Ended the process: {ended.Length}.
            """);
        output.WriteLine(text);
        Console.WriteLine(text);
        var wrong = odd.Where(o => o.Known is null)
            .Select(o => $"{o.Outcome} {o.Expression.CSharp}\n    {Short(ours[o.Expression.Number]!)}\n    "
                + Short(theirs[o.Expression.Number]!))
            .Concat(ended.Select(e => $"ended the process: {e.CSharp}"))

            // What has come to agree, with a newer TorchSharp, is to be taken out, and its row ends.
            .Concat(KnownDifference.All.Where(k => odd.All(o => o.Known != k))
                .Select(k => $"agrees now: {k.Kind} {k.Pattern}: {k.Reason}"))
            .ToArray();
        Assert.True(wrong.Length == 0, $"{text}\n{string.Join("\n", wrong.Take(50))}");
        var found = Agreement.Write(versions, judged.Where(j => !odd.Any(o => o.Expression == j.Expression
            && o.Known?.Kind is "version" or "absent")));
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(Agreement.Path, found);
        }

        Assert.Equal(File.ReadAllText(Agreement.Path), found);
    }

    private static string Short(string result) => result.Length > 160 ? result[..160] : result;

    /// <summary>The first that has torch.</summary>
    private static string? Python() => Pythons.FirstOrDefault(python =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });
}
