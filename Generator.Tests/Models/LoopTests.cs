using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Loops whose number of turns only the constructor's parameters or the input tell: proved for every number, and run with
/// several.</summary>
[Collection("TorchSharp")]
public sealed class LoopTests
{
    private const string Cell = """
        [Shape("B n, B h -> B h")] public sealed partial class Cell(long n, long h)
        {
            [Layer] private readonly Linear x2h = Linear(n, h);
            [Layer] private readonly Linear h2h = Linear(h, h);
            private Tensor Forward(Tensor x, Tensor hidden) => tanh(x2h.call(x) + h2h.call(hidden));
        }

        """;

    /// <summary>A class <c>Net(int n)</c>, the input's shape and the result's, each over n.</summary>
    public static TheoryData<string, string, string, string> Proved => new()
    {
        { "a recurrent net by hand", "2 5+n 8", "2 5+n 6",
            Cell + Net("B T 8 -> B T 6", "[Layer] private readonly Cell cell = new(8, 6);",
                "var h = zeros(x.shape[0], 6); var all = new List<Tensor>(); for (var t = 0; t < x.shape[1]; t++) { h = cell.call(x[.., "
                + "t], h); all.Add(h); } return stack(all, 1);") },
        { "the steps of unbind", "2 5+n 8", "2 6", Cell
            + Net("B T 8 -> B 6", "[Layer] private readonly Cell cell = new(8, 6);",
                "var h = zeros(x.shape[0], 6); foreach (var step in x.unbind(1)) { h = cell.call(step, h); } return h;") },
        { "downwards", "2 5+n 8", "2 5+n 6", Cell + Net("B T 8 -> B T 6", "[Layer] private readonly Cell cell = new(8, 6);",
            "var h = zeros(x.shape[0], 6); var all = new List<Tensor>(); for (var t = x.shape[1] - 1; t >= 0; t--) { h = "
            + "cell.call(x.select(1, t), h); all.Add(h); } all.Reverse(); return stack(all.ToArray(), 1);") },
        { "features put behind the input", "2 3", "2 3+4*n",
            Net("B 3 -> B 3+4*n",
                "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, n).Select(i => Linear(3 + 4 * i, "
                + "4)).ToArray());", "foreach (var part in parts) { x = cat([x, part.call(x)], 1); } return x;") },
        { "a list that grows", "2 3", "2 3+4*n", Net("B 3 -> B 3+4*n",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, n).Select(i => Linear(3 + 4 * i, "
            + "4)).ToArray());",
            "var all = new List<Tensor> { x }; foreach (var part in parts) { all.Add(part.call(cat(all.ToArray(), 1))); } return "
            + "cat(all, 1);") },
        { "a number that grows", "2 3", "2 3+n", Net("B 3 -> B 3+n", "[Layer(3, 3)] private readonly Linear fc;",
            "var wide = 3L; for (var i = 0; i < n; i++) { wide++; } return fc.call(x).new_zeros(x.shape[0], wide);") },
        { "loops in loops", "2 3", "2 3+2*n", Net("B 3 -> B 3+2*n", "[Layer(3, 3)] private readonly Linear fc;",
            "x = fc.call(x); for (var i = 0; i < n; i++) { for (var j = 0; j < 2; j++) { x = functional.pad(x, [0, 1]); } } return x;") },
        { "the last of a list", "2 5", "2 5", Net("B 5 -> B 5", "[Layer(5, 5)] private readonly Linear fc;",
            "var all = new List<Tensor>(); for (var i = 0; i < n; i++) { all.Add(fc.call(x)); } return all[^1];") },
        { "modules by their index", "2 3", "2 3+2*n",
            Net("B 3 -> B 3+2*n",
                "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, n).Select(i => Linear(3 + 2 * i, 5 + "
                + "2 * i)).ToArray());", "for (var i = 0; i < parts.Count; i++) { x = parts[i].call(x); } return x;") },
        { "the mean of equal heads", "2 3", "2 4", Net("B 3 -> B 4",
            "[Layer] private readonly ModuleList<Linear> heads = ModuleList(Enumerable.Range(0, n).Select(_ => Linear(3, 4)).ToArray());",
            "return stack(heads.Select(h => h.call(x)).ToArray()).mean([0]);") },
        { "the skips of a stack", "2 3 8", "2 3 8", Skips("new Stack<Tensor>()", "Push",
            "foreach (var up in ups) { x = up.call(cat([x, skips.Pop()], 1)); } return x;") },
        { "the skips of a queue", "2 3 8", "2 3 8", Skips("new Queue<Tensor>()", "Enqueue",
            "foreach (var up in ups) { x = up.call(cat([x, skips.Dequeue()], 1)); } return x;") },
        { "the skips at the end of a list", "2 3 8", "2 3 8", Skips("new List<Tensor>()", "Add",
            "foreach (var up in ups) { var skip = skips[^1]; skips.RemoveAt(skips.Count - 1); x = up.call(cat([x, skip], 1)); } return "
            + "x;") },
        { "the skips by their index, downwards", "2 3 8", "2 3 8", Skips("new List<Tensor>()", "Add",
            "for (var i = 0; i < n; i++) { x = ups[i].call(cat([x, skips[n - 1 - i]], 1)); } return x;") },
        { "the skips beside the layers", "2 3 8", "2 3 8", Skips("new List<Tensor>()", "Add",
            "skips.Reverse(); foreach (var (up, skip) in ups.Zip(skips)) { x = up.call(cat([x, skip], 1)); } return x;") },
        { "an array that a loop fills", "2 3", "2 3*n", Net("B 3 -> B 3*n", "[Layer(3, 3)] private readonly Linear fc;",
            "var parts = new Tensor[n]; for (var i = 0; i < n; i++) { parts[i] = fc.call(x); } return cat(parts, 1);") },
        { "an array that a count fills", "2 3", "2 3*n", Net("B 3 -> B 3*n",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, n).Select(_ => Linear(3, 3)).ToArray());",
            "var all = new Tensor[parts.Count]; var i = 0; foreach (var part in parts) { all[i++] = part.call(x); } return cat(all, 1);") },
        { "two layers for each turn", "2 3", "2 3", Net("B 3 -> B 3",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, 2 * n).Select(_ => Linear(3, "
            + "3)).ToArray());",
            "for (var i = 0; i < n; i++) { x = parts[2 * i + 1].call(parts[2 * i].call(x).relu()).relu(); } return x;") },
        { "a fold with a last step", "2 3", "2 2", Net("B 3 -> B 2",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, n).Select(_ => Linear(3, 3)).ToArray());",
            "return parts.Aggregate(x, (h, part) => part.call(h).relu(), h => h.narrow(1, 0, 2));") },
    };

    private static string Skips(string list, string add, string up) => Net("B 3 L -> B 3 L",
        "[Layer] private readonly ModuleList<Conv1d> downs = ModuleList(Enumerable.Range(0, n).Select(_ => Conv1d(3, 3, 3, padding: "
        + "1L)).ToArray()); [Layer] private readonly ModuleList<Conv1d> ups = ModuleList(Enumerable.Range(0, n).Select(_ => Conv1d(6, 3, "
        + "3, padding: 1L)).ToArray());",
        $"var skips = {list}; foreach (var down in downs) {{ x = down.call(x).relu(); skips.{add}(x); }} {up}");

    private static string Net(string shape, string members, string body) =>
        $"[Shape(\"{shape}\", Where = \"n >= 1\")] public sealed partial class Net(int n) {{ {members} private Tensor Forward(Tensor x) "
        + $"{{ {body} }} }}";

    [Theory]
    [MemberData(nameof(Proved))]
    public void A_loop_is_proved_for_every_number_of_turns(string form, string input, string output, string source)
    {
        var found = Compilations.Diagnose(Compilations.Of(source)).Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, $"{form}: {string.Join("\n", found)}");
        var type = Compilations.Load(source).GetType("Net")!;
        using var scope = NewDisposeScope();
        foreach (var n in new[] { 1, 2, 5 })
        {
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, n)!;
            net.eval();
            Assert.Equal(Sizes(output, n), net.call(randn(Sizes(input, n))).shape);
            var counted = type.GetField("ParameterCount") is { } constant ? constant.GetRawConstantValue()
                : type.GetMethod("CountParameters")!.Invoke(null, [n]);
            Assert.Equal(net.parameters().Sum(p => p.numel()), counted);
        }
    }

    /// <summary>What does not hold for all turns is not said of any: these run.</summary>
    [Theory]
    [InlineData("for (var i = 0; i < n; i++) { if (i == 0) { x = x.reshape(6, 2); } else { x = x.reshape(2, 6).reshape(6, 2); } } return "
        + "x.reshape(12);")]
    [InlineData("var all = new List<Tensor>(); for (var i = 0; i < n; i++) { all.Insert(0, x); x = functional.pad(x, [0, 1]); } return "
        + "cat(all, 1)[0, ..3];")]
    [InlineData("var all = new List<Tensor> { x }; Fill(all); return cat(all, 1).reshape(24); static void Fill(List<Tensor> list) { "
        + "list.Add(list[0]); }")]
    [InlineData("var all = new List<Tensor> { x }; var same = all; same.Add(x); return cat(all, 1).reshape(24);")]
    [InlineData("var all = new List<Tensor> { x }; all.AddRange([x, x]); all.RemoveAt(0); return cat(all, 1).reshape(24);")]
    [InlineData("var pair = new[] { x, x }; pair[1] = x.reshape(6, 2); return pair[1].reshape(6, 2) + pair[0].reshape(6, 2);")]
    [InlineData("var pair = (x, x); pair.Item2 = x.reshape(6, 2); return pair.Item2 + pair.Item1.reshape(6, 2);")]
    [InlineData("var y = x; y.unsqueeze_(0); return x.reshape(12).expand(1, 12) + y.reshape(1, 12);")]
    [InlineData("Set(ref x); return x.reshape(6, 2) + ones(6, 2); static void Set(ref Tensor y) { y = y.reshape(6, 2); }")]
    [InlineData("var turns = 0; while (x.shape[1] < 9) { x = functional.pad(x, [0, 1]); turns++; } return x.matmul(ones(9, 1));")]
    [InlineData("var parts = new Tensor[n]; for (var i = 0; i < n; i++) { parts[i] = x; } parts[0] = x.reshape(6, 2); return parts[0] + "
        + "ones(6, 2);")]
    [InlineData("var parts = new Tensor[n]; var same = parts; for (var i = 0; i < n; i++) { parts[i] = x; } same[0] = x.reshape(6, 2); "
        + "return parts[0] + ones(6, 2);")]
    [InlineData("var parts = new Tensor[n]; for (var i = 0; i < n; i++) { parts[i] = i == 1 ? x.reshape(6, 2) : x; } return parts[1] + "
        + "ones(6, 2);")]
    [InlineData("var parts = Enumerable.Repeat(x, n).ToArray(); parts[0] = x.reshape(6, 2); return parts[0] + ones(6, 2);")]
    [InlineData("var all = new Stack<Tensor>(); all.Push(x); all.Push(x.reshape(6, 2)); return all.ToArray()[0] + ones(6, 2);")]
    [InlineData("var all = new Stack<Tensor>(); all.Push(x); all.Push(x.reshape(6, 2)); foreach (var y in all) { return y + ones(6, 2); } "
        + "return x;")]
    [InlineData("var all = new Queue<Tensor>(); all.Enqueue(x.reshape(6, 2)); all.Enqueue(x); return all.Peek() + ones(6, 2);")]
    [InlineData("var all = new Stack<Tensor>(); all.Push(x.reshape(6, 2)); for (var i = 3; i < n; i++) { all.Push(x); } return all.Pop() "
        + "+ ones(6, 2);")]
    [InlineData("var d = new Dictionary<string, Tensor>(); if (n > 5) { d[\"k\"] = x; } var y = d.TryGetValue(\"k\", out var k) ? k : "
        + "x.reshape(6, 2); return y + ones(6, 2);")]
    [InlineData("var d = new Dictionary<string, Tensor>(); for (var i = 3; i < n; i++) { d[\"k\"] = x; } var y = d.TryGetValue(\"k\", out "
        + "var k) ? k : x.reshape(6, 2); return y + ones(6, 2);")]
    [InlineData("var d = new Dictionary<string, Tensor> { [\"k\"] = x }; d.Remove(\"k\"); var y = d.TryGetValue(\"k\", out var k) ? k : "
        + "x.reshape(6, 2); return y + ones(6, 2);")]
    public void What_only_some_turns_do_is_no_mistake(string body)
    {
        var source =
            $"[Shape(\"2 6\")] public sealed partial class Net(int n) {{ public int Turns => n; [Layer(6, 6)] private readonly Linear "
            + $"fc; private Tensor Forward(Tensor x) {{ x = fc.call(x); {body} }} }}";
        var found = Compilations.Diagnose(Compilations.Of(source)).Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
            .Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, string.Join("\n", found));
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!, 3)!;
        net.call(randn(2, 6)).Dispose();
    }

    /// <summary>These fail at the first turn, or after any.</summary>
    [Theory]
    [InlineData("for (var i = 0; i < n; i++) { x = {|GEN1001:fc.call(functional.pad(x, [0, 1]))|}; } return x;")]
    [InlineData("for (var i = 0; i < n; i++) { x = functional.pad(x, [0, 1]); } return {|GEN1001:fc.call(x)|};")]
    [InlineData("var all = new List<Tensor>(); for (var i = 0; i < n; i++) { all.Add(x); } return {|GEN1001:fc.call(cat([cat(all, 1), "
        + "x], 1))|};")]
    [InlineData("var all = new Stack<Tensor>(); for (var i = 0; i < n; i++) { all.Push(functional.pad(x, [0, 1])); } return "
        + "{|GEN1001:fc.call(all.Pop())|};")]
    [InlineData("var all = new Queue<Tensor>(); for (var i = 0; i < n; i++) { all.Enqueue(functional.pad(x, [0, 1])); } return "
        + "{|GEN1001:fc.call(all.Dequeue())|};")]
    [InlineData("var all = new Tensor[n]; for (var i = 0; i < n; i++) { all[i] = x; } return {|GEN1001:fc.call(cat([cat(all, 1), x], "
        + "1))|};")]
    public void What_every_number_of_turns_does_is_a_mistake(string body) =>
        Analyzers.Markup.Verify(
            $"[Shape(\"B 6\", Where = \"n >= 1\")] public sealed partial class Net(int n) {{ [Layer(6, 6)] private readonly Linear fc; "
            + $"private Tensor Forward(Tensor x) {{ x = fc.call(x); {body} }} }}");

    private static long[] Sizes(string text, int n) => [.. text.Split(' ').Select(p => p.Split('+').Sum(t => t switch
    {
        "n" => n,
        _ when t.EndsWith("*n", StringComparison.Ordinal) => long.Parse(t[..^2], System.Globalization.CultureInfo.InvariantCulture) * n,
        _ => long.Parse(t, System.Globalization.CultureInfo.InvariantCulture),
    }))];
}
