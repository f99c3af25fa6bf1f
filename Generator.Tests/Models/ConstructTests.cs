using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Every construct of C# that a module may be written with: nothing is left unproved, the count is TorchSharp's, and it
/// runs.</summary>
[Collection("TorchSharp")]
public sealed class ConstructTests
{
    private const string Ab = "[Layer(8, 8)] private readonly Linear a; [Layer(8, 4)] private readonly Linear b;";

    /// <summary>Bodies of <c>Forward</c> over the layers a (8 to 8) and b (8 to 4), from (B, 8) to (B, 4).</summary>
    public static TheoryData<string, string> Bodies => new()
    {
        { "locals and reassignment", "var h = a.call(x); var y = h; h = y.relu(); y = h + x; return b.call(y);" },
        { "a local declared and set later", "Tensor h; h = a.call(x); return b.call(h);" },
        { "a tuple", "var pair = (x, a.call(x)); return b.call(pair.Item1 + pair.Item2);" },
        { "a tuple with names", "(Tensor first, Tensor second) pair = (x, a.call(x)); return b.call(pair.first + pair.second);" },
        { "a deconstruction", "var (first, second) = (x, a.call(x)); (first, second) = (second, first); return b.call(first + second);" },
        { "a deconstruction of shape", "var (n, d) = (x.shape[0], x.shape[1]); return b.call(a.call(x.view(n, d)));" },
        { "a deconstruction with a discard", "var (values, _) = a.call(x).max(1, keepdim: true); return b.call(x + values);" },
        { "an array deconstructed",
            "var parts = a.call(x).chunk(2, 1); var (left, right) = (parts[0], parts[1]); return b.call(cat([left, right], 1));" },
        { "if and else", "if (x.dim() == 2) { x = a.call(x); } else { x = x.flatten(1); } return b.call(x);" },
        { "if on training", "if (training) { x = a.call(x); } else { x = a.call(x).relu(); } return b.call(x);" },
        { "if over a size", "if (x.shape[0] > 4) { x = a.call(x); } return b.call(x);" },
        { "an early return", "if (x.shape[0] == 0) { return zeros(x.shape[0], 4); } return b.call(a.call(x));" },
        { "a guard that throws", "if (x.shape[1] != 8) { throw new ArgumentException(\"x\"); } return b.call(a.call(x));" },
        { "a conditional expression", "var h = training ? a.call(x) : a.call(x.relu()); return b.call(h);" },
        { "a switch statement",
            "switch (x.dim()) { case 1: x = x.unsqueeze(0); break; case 2: x = a.call(x); break; default: throw new "
            + "ArgumentException(\"x\"); } return b.call(x);" },
        { "a switch over an enum",
            "switch (Kind) { case Size.Small: x = a.call(x); break; default: x = x.relu(); break; } return b.call(x); } private static "
            + "readonly Size Kind = Size.Small; private enum Size { Small, Big" },
        { "a switch that returns", "switch (x.dim()) { case 2: return b.call(a.call(x)); default: return b.call(x); }" },
        { "a switch expression",
            "var h = x.dim() switch { 1 => x.unsqueeze(0), 2 => a.call(x), _ => throw new ArgumentException(\"x\") }; return b.call(h);" },
        { "a switch expression with a guard",
            "var h = x.dim() switch { 2 when training => a.call(x), 2 => a.call(-x), _ => x.flatten(1) }; return b.call(h);" },
        { "a for loop", "for (var i = 0; i < 3; i++) { x = a.call(x).relu(); } return b.call(x);" },
        { "a for loop downwards", "for (var i = 2; i >= 0; i--) { x = a.call(x).relu(); } return b.call(x);" },
        { "a for loop over sizes",
            "var sum = zeros(x.shape[0], 8); for (var i = 0; i < x.shape[1]; i++) { sum = sum + x.select(1, i).unsqueeze(1); } return "
            + "b.call(sum);" },
        { "a foreach over an array", "foreach (var factor in new[] { 1.0, 0.5 }) { x = a.call(x) * factor; } return b.call(x);" },
        { "a foreach over chunks",
            "var parts = new List<Tensor>(); foreach (var part in x.chunk(2, 1)) { parts.Add(part.relu()); } return "
            + "b.call(a.call(cat(parts, 1)));" },
        { "a foreach over a range", "foreach (var i in Enumerable.Range(0, 2)) { x = a.call(x); } return b.call(x);" },
        { "a foreach over a tuple's items",
            "foreach (var (part, scale) in new[] { (x, 1.0), (x, 2.0) }) { x = a.call(part) * scale; } return b.call(x);" },
        { "a while loop", "var i = 0; while (i < 3) { x = a.call(x); i++; } return b.call(x);" },
        { "a do loop", "var i = 0; do { x = a.call(x); i += 1; } while (i < 3); return b.call(x);" },
        { "break and continue",
            "for (var i = 0; ; i++) { if (i == 1) { continue; } if (i > 2) { break; } x = a.call(x); } return b.call(x);" },
        { "a while over a size", "while (x.shape[1] > 8) { x = x.narrow(1, 0, 8); } return b.call(a.call(x));" },
        { "a using statement", "using (var h = a.call(x)) { return b.call(h); }" },
        { "a using declaration", "using var h = a.call(x); using var scope = no_grad(); return b.call(h);" },
        { "a dispose scope", "using var scope = NewDisposeScope(); var y = b.call(a.call(x)); return y.MoveToOuterDisposeScope();" },
        { "checked", "var n = checked(x.shape[1] * 2 / 2); return b.call(a.call(x.view(x.shape[0], n)));" },
        { "a checked block", "checked { var n = x.shape[1] * 1; return b.call(a.call(x.view(-1, n))); }" },
        { "try and finally", "try { x = a.call(x); } finally { GC.KeepAlive(x); } return b.call(x);" },
        { "a private method",
            "return Head(Body(x)); } private Tensor Body(Tensor h) => a.call(h).relu(); "
            + "private Tensor Head(Tensor h) { return b.call(h); " },
        { "a static method",
            "return b.call(Mix(a.call(x), x)); } private static Tensor Mix(Tensor left, Tensor right, double weight = 0.5) { return left "
            + "* weight + right * (1 - weight); " },
        { "a method with named arguments",
            "return b.call(Mix(right: a.call(x), left: x)); } private static Tensor Mix(Tensor left, Tensor right) { return cat([left, "
            + "right], 1).narrow(1, 0, 8); " },
        { "a method that gives a tuple",
            "var (h, y) = Both(x); return b.call(h * y); } private (Tensor, Tensor) Both(Tensor h) { return (a.call(h), h); " },
        { "a method with an out parameter",
            "Split(x, out var left, out var right); return b.call(cat([left, right], 1)); } private static void Split(Tensor h, out "
            + "Tensor left, out Tensor right) { left = h.narrow(1, 0, 4); right = h.narrow(1, 4, 4); " },
        { "a method with a params array",
            "return b.call(Sum(x, a.call(x))); } private static Tensor Sum(params Tensor[] all) { var sum = all[0]; for (var i = 1; i < "
            + "all.Length; i++) { sum = sum + all[i]; } return sum; " },
        { "a local function", "Tensor Twice(Tensor h) { return a.call(a.call(h)); } return b.call(Twice(x));" },
        { "a static local function", "static Tensor Half(Tensor h, double by = 2) => h / by; return b.call(Half(a.call(x)));" },
        { "a lambda", "Func<Tensor, Tensor> step = h => a.call(h).relu(); return b.call(step(step(x)));" },
        { "a lambda given to a helper",
            "return b.call(Repeat(x, 2, h => a.call(h))); } private static Tensor Repeat(Tensor h, int times, Func<Tensor, Tensor> step) "
            + "{ for (var i = 0; i < times; i++) { h = step(h); } return h; " },
        { "layers given to a helper",
            "return Through(x, a.call, b.call); } private static Tensor Through(Tensor h, params Func<Tensor, Tensor>[] steps) { foreach "
            + "(var step in steps) { h = step(h); } return h; " },
        { "a fold", "return b.call(new[] { 1, 2 }.Aggregate(x, (h, i) => a.call(h) * i)); " },
        { "shape", "var h = a.call(x).view(x.shape[0], 2, 4).transpose(1, 2).reshape(x.shape[0], -1); return b.call(h);" },
        { "size", "var h = a.call(x).view(x.size(0), x.size(1) / 2, 2); return b.call(h.flatten(1));" },
        { "size from the end", "var h = a.call(x).view(x.shape[^2], x.shape[^1]); return b.call(h);" },
        { "the sizes of another tensor", "var h = a.call(x); return b.call(h.reshape(x.shape) + x.view(h.shape));" },
        { "dim", "var h = a.call(x); return b.call(h.sum(h.dim() - 1, keepdim: true) + x);" },
        { "ndim and Dimensions",
            "var h = a.call(x); return b.call(h.mean([h.ndim - 1], keepdim: true) + x.unsqueeze((int)x.dim()).squeeze(-1));" },
        { "numel", "return b.call(a.call(x).view(x.numel() / 8, 8));" },
        { "Math.Min of sizes",
            "var n = Math.Min(x.shape[1], 6); return b.call(cat([a.call(x).narrow(1, 0, n), x.narrow(1, n, x.shape[1] - n)], 1));" },
        { "ranges", "return b.call(cat([a.call(x)[.., ..4], x[.., 4..]], 1));" },
        { "indexes from the end", "return b.call(a.call(x) + x[.., ^1].unsqueeze(1));" },
        { "TensorIndex",
            "return b.call(a.call(x)[TensorIndex.Ellipsis, TensorIndex.Slice(0, 8)] + x[TensorIndex.Colon, "
            + "TensorIndex.Single(0)].unsqueeze(1) + x[TensorIndex.Colon, 0, TensorIndex.None]);" },
        { "indexes of tuples", "return b.call(a.call(x)[.., (0, 8)]);" },
        { "a tensor of indexes", "return b.call(a.call(x)[TensorIndex.Colon, TensorIndex.Tensor(arange(8))]);" },
        { "call", "return b.call(a.call(x));" },
        { "forward", "return b.forward(a.forward(x));" },
        { "operators", "var h = -a.call(x) * 2 + x / 3 - 1; h += x; h *= 0.5; return b.call((h > 0).to(float32) + h % 2);" },
        { "named and default arguments", "return b.call(functional.dropout(a.call(x), p: 0.1, training: training).softmax(dim: -1));" },
        { "functional", "return b.call(functional.gelu(functional.layer_norm(a.call(x), [8])));" },
        { "static torch", "return b.call(torch.tanh(torch.add(a.call(x), x)));" },
        { "an in-place form", "var h = a.call(x); h.add_(x).relu_(); return b.call(h);" },
        { "a null-forgiving operator", "Tensor? h = a.call(x); return b.call(h!);" },
        { "a tensor that may be null",
            "Tensor? skip = null; if (training) { skip = x; } var h = a.call(x); if (skip is not null) { h = h + skip; } "
            + "return b.call(h);" },
        { "a conversion", "return b.call(a.call(x).to(float64).to(ScalarType.Float32));" },
        { "expression nesting", "return b.call((training ? a : a).call(x));" },
        { "a string interpolation beside",
            "var name = $\"{x.shape[0]}\"; Console.Write(name.Length > 100 ? name : \"\"); return b.call(a.call(x));" },
        { "a const local", "const int Heads = 2; var h = a.call(x).view(x.shape[0], Heads, 8 / Heads); return b.call(h.flatten(1));" },
        { "is patterns", "if (x.shape is [_, 8]) { x = a.call(x); } return b.call(x);" },
        { "is patterns that bind",
            "if (x.shape is [var n, .., var d]) { return b.call(a.call(x.view(n, 2, d / 2)).flatten(1)); } return b.call(x);".Replace(
                "a.call(x.view(n, 2, d / 2)).flatten(1)", "a.call(x.view(n, 2, d / 2).flatten(1))", StringComparison.Ordinal) },
        { "a layer called where a switch decides",
            "var h = a.call(x).dim() switch { 1 => x, 2 => x.relu(), _ => throw new ArgumentException(\"x\") }; return b.call(h);" },
        { "a function of torch given to a helper",
            "return b.call(With(a.call(x), torch.tanh)); } private static Tensor With(Tensor h, Func<Tensor, Tensor> step) { return "
            + "step(h); " },
        { "a ref parameter", "Grow(ref x); return b.call(x); } private void Grow(ref Tensor h) { h = a.call(h); " },
        { "is with and", "if (x.dim() is >= 2 and < 5) { x = a.call(x); } return b.call(x);" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_is_proved_counted_and_run(string construct, string body) =>
        ProveCountAndRun(construct,
            $"[Shape(\"B 8 -> B 4\")] public sealed partial class Net {{ {Ab} private Tensor Forward(Tensor x) {{ {body} }} }}");

    /// <summary>Members of a class that takes (B, 8) and gives (B, 4): where sizes come from, and modules made of modules.</summary>
    public static TheoryData<string, string> Members => new()
    {
        { "a const",
            "private const long D = 12; [Layer] private readonly Linear a = Linear(8, D); "
            + "[Layer] private readonly Linear b = Linear(D, 4);" },
        { "a const in an attribute",
            "private const int D = 12; [Layer(8, D)] private readonly Linear a; [Layer(D, 4)] private readonly Linear b;" },
        { "a readonly field",
            "private readonly long d = 3 * 4; [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net() { a = "
            + "Linear(8, d); b = Linear(d, 4); }" },
        { "a static readonly field",
            "private static readonly int D = Math.Max(3, 12); [Layer] private readonly Linear a = Linear(8, D); [Layer] private readonly "
            + "Linear b = Linear(D, 4);" },
        { "a static property",
            "private static long D => 2 * Half; private static long Half { get; } = 6; [Layer] private readonly Linear a = Linear(8, D); "
            + "[Layer] private readonly Linear b = Linear(D, 4);" },
        { "a static member of another class",
            "[Layer] private readonly Linear a = Linear(8, Sizes.Wide); [Layer] private readonly Linear b = Linear(Sizes.Wide, "
            + "Sizes.Classes); private static class Sizes { public const int Classes = 4; public static readonly long Wide = 6 << 1; }" },
        { "a static method of one expression",
            "private static long Twice(long n) => 2 * n; [Layer] private readonly Linear a = Linear(8, Twice(6)); [Layer] private "
            + "readonly Linear b = Linear(Twice(6), 4);" },
        { "an enum",
            "private enum Size { Small = 12 } [Layer] private readonly Linear a = Linear(8, (long)Size.Small); [Layer] private readonly "
            + "Linear b = Linear((int)Size.Small, 4);" },
        { "checked arithmetic",
            "private const int D = 6; [Layer] private readonly Linear a = Linear(8, checked(D * 2)); [Layer] private readonly Linear b = "
            + "Linear(checked((long)D + D), 4);" },
        { "Math.Max and Min",
            "[Layer] private readonly Linear a = Linear(8, Math.Max(8 / 4, 12)); [Layer] private readonly Linear b = "
            + "Linear(Math.Min(12L, 100), 4);" },
        { "a conditional expression",
            "private const bool Wide = true; [Layer] private readonly Linear a = Linear(8, Wide ? 12 : 6); [Layer] private readonly "
            + "Linear b = Linear(Wide ? 12 : 6, 4);" },
        { "an array of sizes",
            "private static readonly long[] Sizes = [8, 12, 4]; [Layer] private readonly Linear a = Linear(Sizes[0], Sizes[1]); [Layer] "
            + "private readonly Linear b = Linear(Sizes[1], Sizes[^1]);" },
        { "a tuple of sizes",
            "private static readonly (long In, long Out) Sizes = (8, 12); [Layer] private readonly Linear a = Linear(Sizes.In, "
            + "Sizes.Out); [Layer] private readonly Linear b = Linear(Sizes.Out, 4);" },
        { "an explicit constructor with this",
            "private readonly long d; [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net() { long n = 6; "
            + "this.d = 2 * n; this.a = Linear(8, this.d); this.b = Linear(this.d, 4); }" },
        { "an expression-bodied constructor",
            "[Layer] private readonly Linear a; [Layer(12, 4)] private readonly Linear b; public Net() => a = Linear(8, 12);" },
        { "default arguments",
            "[Layer] private readonly Inner a = new(); [Layer(12, 4)] private readonly Linear b; } [Shape(\"B n -> B m\")] public sealed "
            + "partial class Inner(long n = 8, long m = 12) { [Layer] private readonly Linear fc = Linear(n, m);" },
        { "a constructor that calls another",
            "[Layer] private readonly Inner a = new(8); [Layer(12, 4)] private readonly Linear b; } [Shape(\"B n -> B 12\")] public "
            + "sealed partial class Inner(long n) { [Layer] private readonly Linear fc = Linear(n, 12);" },
        { "Sequential of a list",
            "[Layer] private readonly Sequential all = Sequential(new List<Module<Tensor, Tensor>> { Linear(8, 12), ReLU(), Linear(12, "
            + "4) });" },
        { "Sequential of an array",
            "[Layer] private readonly Sequential all = "
            + "Sequential(new Module<Tensor, Tensor>[] { Linear(8, 12), ReLU(), Linear(12, 4) });" },
        { "Sequential of named tuples in a list",
            "[Layer] private readonly Sequential all = Sequential(new List<(string, Module<Tensor, Tensor>)> { (\"up\", Linear(8, 12)), "
            + "(\"down\", Linear(12, 4)) });" },
        { "a Sequential that is added to",
            "[Layer] private readonly Sequential all = Sequential(); public Net() { all.append(Linear(8, 12)); all.append(ReLU()); "
            + "all.append(\"last\", Linear(12, 4)); }" },
        { "Sequential in Sequential",
            "[Layer] private readonly Sequential all = Sequential(Sequential(Linear(8, 12), ReLU()), Sequential((\"last\", Linear(12, "
            + "4))));" },
        { "a ModuleList as a collection expression",
            "[Layer] private readonly ModuleList<Linear> parts = [Linear(8, 12), Linear(12, 4)]; private Tensor Forward(Tensor x) { "
            + "foreach (var part in parts) { x = part.call(x); } return x; }" },
        { "a ModuleList by new",
            "[Layer] private readonly ModuleList<Linear> parts = new(Linear(8, 12), Linear(12, 4)); private Tensor Forward(Tensor x) => "
            + "parts[1].call(parts[0].call(x));" },
        { "a ModuleList by Enumerable.Repeat",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Repeat(8, 3).Select(n => Linear(n, "
            + "8)).ToArray()); [Layer(8, 4)] private readonly Linear b; private Tensor Forward(Tensor x) { foreach (var part in parts) { "
            + "x = part.call(x); } return b.call(x); }" },
        { "a ModuleList of pairs",
            "[Layer] private readonly ModuleList<Module<Tensor, Tensor>> parts = ModuleList(new long[] { 8, 12 }.Select(n => "
            + "(Module<Tensor, Tensor>)Linear(n, n == 8 ? 12 : 4)).ToArray()); private Tensor Forward(Tensor x) { foreach (var part in "
            + "parts) { x = part.call(x); } return x; }" },
        { "a ModuleList with an index",
            "[Layer] private readonly ModuleList<Linear> parts = ModuleList(new long[] { 8, 12, 4 }.SkipLast(1).Select((n, i) => "
            + "Linear(n, i == 0 ? 12 : 4)).ToArray()); private Tensor Forward(Tensor x) { foreach (var part in parts) { x = "
            + "part.call(x); } return x; }" },
        { "a ModuleDict of literals",
            "[Layer] private readonly ModuleDict<Linear> parts = ModuleDict((\"up\", Linear(8, 12)), (\"down\", Linear(12, 4))); private "
            + "Tensor Forward(Tensor x) => parts[\"down\"].call(parts[\"up\"].call(x));" },
        { "a ModuleDict that is filled",
            "[Layer] private readonly ModuleDict<Linear> parts = new(); public Net() { parts.Add((\"up\", Linear(8, 12))); "
            + "parts.Add((\"down\", Linear(12, 4))); } private Tensor Forward(Tensor x) => parts[\"down\"].call(parts[\"up\"].call(x));" },
        { "a for loop with two variables",
            "[Layer] private readonly ModuleList<Linear> parts = new(); [Layer(8, 4)] private readonly Linear b; public Net() { for (int "
            + "i = 0, n = 3; i < n; ++i) { var layer = Linear(8, 8); parts.Add(layer); } } private Tensor Forward(Tensor x) { foreach "
            + "(var part in parts) { x = part.call(x); } return b.call(x); }" },
        { "a loop over neighbours",
            "[Layer] private readonly ModuleList<Linear> parts = new(); private static readonly int[] Widths = [8, 12, 4]; public Net() "
            + "{ for (var i = 0; i + 1 < Widths.Length; i++) { parts.Add(Linear(Widths[i], Widths[i + 1])); } } private Tensor "
            + "Forward(Tensor x) { foreach (var part in parts) { x = part.call(x); } return x; }" },
        { "a loop with two layers a turn",
            "[Layer] private readonly Sequential parts = Sequential(); public Net() { for (var i = 0; i < 2; i++) { "
            + "parts.append(Linear(8, 8)); parts.append(ReLU()); } parts.append(Linear(8, 4)); }" },
        { "a layer that the constructor chooses",
            "[Layer] private readonly Linear a; [Layer(8, 4)] private readonly Linear b; public Net() { const bool wide = false; a = "
            + "wide ? Linear(8, 8) : Linear(8, 8, hasBias: false); }" },
        { "a list of tuples",
            "private static readonly (long In, long Out)[] Sizes = [(8, 12), (12, 4)]; [Layer] private readonly Sequential all = "
            + "Sequential(Sizes.Select(s => Linear(s.In, s.Out)).ToArray());" },
        { "a list with items and more added",
            "[Layer] private readonly Sequential all; public Net() { var parts = new List<Module<Tensor, Tensor>> { Linear(8, 12), "
            + "ReLU() }; parts.Add(Linear(12, 12)); parts.AddRange([ReLU(), Linear(12, 4)]); all = Sequential(parts); }" },
        { "a parameter and a buffer with computed shapes",
            "private const long D = 8; [Parameter] private readonly Parameter scale = Parameter(ones(1, D).sqrt()); [Buffer] private "
            + "readonly Tensor mask = ones(D, D).tril().view(D * D).reshape(D, D); [Layer(8, 4)] private readonly Linear b; private "
            + "Tensor Forward(Tensor x) => b.call((x * scale).matmul(mask));" },
        { "a buffer set in the constructor",
            "[Buffer] private readonly Tensor shift; [Layer(8, 4)] private readonly Linear b; public Net() { shift = "
            + "arange(8).to(float32); } private Tensor Forward(Tensor x) => b.call(x + shift);" },
        { "tied weights with this",
            "[Layer] private readonly Linear a; [Layer] private readonly Linear b; [Layer(8, 4)] private readonly Linear c; public Net() "
            + "{ this.a = Linear(8, 8); this.b = Linear(8, 8); this.b.weight = this.a.weight!; } private Tensor Forward(Tensor x) => "
            + "c.call(b.call(a.call(x)));" },
        { "names in the shape that are constants",
            "private const long D = 8; [Layer(8, 4)] private readonly Linear b; [Shape(\"B D -> B 4\")] private Tensor Forward(Tensor x) "
            + "=> b.call(x);" },
        { "names in the shape that are readonly fields",
            "private readonly long D = 2 * 4; [Layer(8, 4)] private readonly Linear b; [Shape(\"B D -> B 4\", Where = \"D % 4 == 0\")] "
            + "private Tensor Forward(Tensor x) => b.call(x.view(x.shape[0], 4, D / 4).flatten(1));" },
        { "a generic block",
            "[Layer] private readonly Twice<ReLU> a = new(8); [Layer(8, 4)] private readonly Linear b; } [Shape(\"B d -> B d\")] public "
            + "sealed partial class Twice<T>(long d) where T : Module<Tensor, Tensor> { [Layer] private readonly Linear fc = Linear(d, "
            + "d); private Tensor Forward(Tensor x) => fc.call(fc.call(x));" },
        { "fields of tuples of layers",
            "[Layer] private readonly Linear a = Linear(8, 8); [Layer] private readonly Linear b = Linear(8, 4); private Tensor "
            + "Forward(Tensor x) { var (first, second) = (a, b); return second.call(first.call(x)); }" },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void A_class_is_proved_counted_and_run(string construct, string members) =>
        ProveCountAndRun(construct,
            $"{(members.Contains("[Shape(\"B D", StringComparison.Ordinal) ? "" : "[Shape(\"B 8 -> B 4\")]")} public sealed partial "
            + $"class Net {{ {members} }}");

    /// <summary>
    /// Classes <c>Net</c> whose constructor has two numbers and a truth, from (B, 8) to (B, 4): <c>CountParameters</c> is exact for every
    /// value that the constructor takes.
    /// </summary>
    public static TheoryData<string, string> Counted => new()
    {
        { "a conditional size",
            "(long n, long m, bool wide) { [Layer] private readonly Linear a = Linear(8, wide ? 4 * n : n + m); [Layer] private readonly "
            + "Linear b = Linear(wide ? 4 * n : n + m, 4);" },
        { "a nested conditional",
            "(long n, long m, bool wide) { [Layer] private readonly Linear a = Linear(8, n > m ? (wide ? n : 2 * n) : n == m ? 7 : m); "
            + "[Layer] private readonly Linear b = Linear(n > m ? (wide ? n : 2 * n) : n == m ? 7 : m, 4);" },
        { "an optional layer by a truth",
            "(long n, long m, bool wide) { [Layer] private readonly Linear? a = wide ? Linear(8, 8) : null; [Layer] private readonly "
            + "Linear b = Linear(8, n * m); [Layer] private readonly Linear c = Linear(n * m, 4); private Tensor Forward(Tensor x) { if "
            + "(a is not null) { x = a.call(x); } return c.call(b.call(x)); }" },
        { "a layer or another",
            "(long n, long m, bool wide) { [Layer] private readonly Linear a = wide ? Linear(8, n) : Linear(8, n, hasBias: false); "
            + "[Layer] private readonly Linear b = Linear(n, m); [Layer] private readonly Linear c = Linear(m, 4);" },
        { "a bias by a truth",
            "(long n, long m, bool wide) { [Layer] private readonly Linear a = Linear(8, n, hasBias: wide); [Layer] private readonly "
            + "Linear b = Linear(n, m, hasBias: n > m); [Layer] private readonly Linear c = Linear(m, 4);" },
        { "a list as long as a parameter",
            "(long n, long m, bool wide) { [Layer] private readonly ModuleList<Linear> parts = ModuleList(Enumerable.Range(0, "
            + "(int)n).Select(_ => Linear(8, 8, hasBias: wide)).ToArray()); [Layer] private readonly Linear b = Linear(8, m); [Layer] "
            + "private readonly Linear c = Linear(m, 4); private Tensor Forward(Tensor x) { foreach (var part in parts) { x = "
            + "part.call(x); } return c.call(b.call(x)); }" },
        { "a loop as long as a parameter",
            " { [Layer] private readonly ModuleList<Linear> parts = new(); [Layer] private readonly Linear b; [Layer] private readonly "
            + "Linear c; public Net(long n, long m, bool wide) { for (var i = 0; i < n; i++) { parts.Add(Linear(8, 8)); } b = Linear(8, "
            + "m, hasBias: wide); c = Linear(m, 4); } private Tensor Forward(Tensor x) { foreach (var part in parts) { x = part.call(x); "
            + "} return c.call(b.call(x)); }" },
        { "Math and division",
            "(long n, long m, bool wide) { [Layer] private readonly Linear a = Linear(8, Math.Max(n, m) / 2 + 1, hasBias: wide); [Layer] "
            + "private readonly Linear b = Linear(Math.Max(n, m) / 2 + 1, 4 + n % 3); [Layer] private readonly Linear c = Linear(4 + n % "
            + "3, 4);" },
        { "guards of the constructor",
            " { private readonly long n; [Layer] private readonly Linear a; [Layer] private readonly Linear b; public Net(long n, long "
            + "m, bool wide) { ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n); ArgumentOutOfRangeException.ThrowIfGreaterThan(m, "
            + "9); if (n % 2 != 0) { throw new ArgumentException(\"n\"); } this.n = n; a = Linear(8, n, hasBias: wide); b = Linear(n, "
            + "4); } private Tensor Forward(Tensor x) => b.call(a.call(x).view(x.shape[0], 2, n / 2).flatten(1));" },
        { "a module in a module",
            "(long n, long m, bool wide) { [Layer] private readonly Inner a = new(8, n, wide); [Layer] private readonly Inner b = new(n, "
            + "4 * m, m > 2); [Layer] private readonly Linear c = Linear(4 * m, 4); } [Shape(\"B a -> B b\")] public sealed partial "
            + "class Inner(long a, long b, bool deep) { [Layer] private readonly Linear fc = Linear(a, b); [Layer] private readonly "
            + "Linear? more = deep ? Linear(b, b) : null; private Tensor Forward(Tensor x) { x = fc.call(x); return more is null ? x : "
            + "more.call(x); }" },
        { "parameters of one's own",
            "(long n, long m, bool wide) { [Parameter] private readonly Parameter scale = Parameter(ones(n, m)); [Layer] private "
            + "readonly Linear a = Linear(8, n, hasBias: wide); [Layer] private readonly Linear b = Linear(m, 4); private Tensor "
            + "Forward(Tensor x) => b.call(a.call(x).matmul(scale));" },
    };

    [Theory]
    [MemberData(nameof(Counted))]
    public void The_count_is_exact_for_every_value(string construct, string rest)
    {
        var source = $"[Shape(\"B 8 -> B 4\")] public sealed partial class Net{rest} }}";
        var found = Compilations.Diagnose(Compilations.Of(source))
            .Where(d => d.Id is not ("GEN5003" or "GEN5008" or "GEN4004" or "GEN4012"))
            .Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, $"{construct}: {string.Join("\n", found)}");
        var type = Compilations.Load(source).GetType("Net")!;
        var count = type.GetMethod("CountParameters");
        Assert.NotNull(count);
        var built = 0;
        foreach (var (n, m, wide) in from n in Enumerable.Range(1,
            5) from m in Enumerable.Range(1, 5) from wide in new[] { true, false } select ((long)n, (long)m, wide))
        {
            using var scope = NewDisposeScope();
            nn.Module<Tensor, Tensor> net;
            try
            {
                net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type, n, m, wide)!;
            }
            catch (System.Reflection.TargetInvocationException e) when (e.InnerException is ArgumentException)
            {
                continue;
            }

            built++;
            object[] values = [.. count.GetParameters().Select(p => p.Name switch { "n" => n, "m" => m, _ => (object)wide })];
            Assert.Equal(net.parameters().Sum(p => p.numel()), (long)count.Invoke(null, values)!);
            Assert.Equal([3, 4], net.call(randn(3, 8)).shape);
        }

        Assert.InRange(built, 20, 50);
    }

    private static void ProveCountAndRun(string construct, string source)
    {
        var found = Compilations.Diagnose(Compilations.Of(source))
            .Where(d => d.Id is not ("GEN5003" or "GEN5008" or "GEN4004" or "GEN4012"))
            .Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, $"{construct}: {string.Join("\n", found)}");
        var type = Compilations.Load(source).GetType("Net")!;
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal(net.parameters().DistinctBy(p => p.Handle).Sum(p => p.numel()),
            (long)type.GetField("ParameterCount")!.GetRawConstantValue()!);
        foreach (var training in new[] { true, false })
        {
            net.train(training);
            Assert.Equal([5, 4], net.call(randn(5, 8)).shape);
        }
    }
}
