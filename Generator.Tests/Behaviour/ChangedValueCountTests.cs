using Microsoft.CodeAnalysis;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>A size from an array, a list or a tuple is what that holds when the layer is built; where that is not known there is no count,
/// and never a wrong one.</summary>
[Collection("TorchSharp")]
public sealed class ChangedValueCountTests
{
    private const string Layer = "[Layer] private readonly Linear fc; ";
    private const string List = "[Layer] private readonly ModuleList<Linear> fc; ";

    /// <summary>The members of a class that builds layers of 40 parameters, and whether Gen counts them.</summary>
    public static TheoryData<string, bool> Classes => new()
    {
        { $"{Layer} public Net() {{ int[] h = [8, 4]; fc = Linear(4, h[0]); }}", true },
        { $"{Layer} public Net() {{ int[] h = [8, 4]; var other = new int[1]; other[0] = 3; fc = Linear(4, h[0]); }}", true },
        { $"{Layer} public Net() {{ int[] h = [4, 5]; h[0] = 8; fc = Linear(4, h[0]); }}", false },
        { $"{Layer} public Net() {{ int[] h = [4, 5]; h[0] += 4; fc = Linear(4, h[0]); }}", false },
        { $"{Layer} public Net() {{ int[] h = [4, 5]; ref var first = ref h[0]; first = 8; fc = Linear(4, h[0]); }}", false },
        { $"{Layer} public Net() {{ int[] h = [4, 5]; var same = h; same[0] = 8; fc = Linear(4, h[0]); }}", false },
        { $"{Layer} public Net() {{ int[] h = [8, 4]; Array.Sort(h); fc = Linear(4, h[1]); }}", false },
        { $"private readonly int[] h = [4, 5]; {Layer} public Net() {{ h[0] = 8; fc = Linear(4, h[0]); }}", false },
        { $"private readonly List<int> h = new() {{ 4 }}; {Layer} public Net() {{ h.Insert(0, 8); fc = Linear(4, h[0]); }}", false },
        { $"{Layer} public Net() {{ var h = new List<int> {{ 4, 5 }}; h[0] = 8; fc = Linear(4, h[0]); }}", false },
        { $"{Layer} public Net() {{ var h = (A: 4, B: 5); h.A = 8; fc = Linear(4, h.A); }}", false },
        { $"{Layer} public Net() {{ long h = 264; fc = Linear(4, unchecked((byte)h)); }}", false },
        { $"{Layer} public Net() {{ long h = 8; fc = Linear(4, (byte)h); }}", true },
        { $"{List} public Net() {{ var h = new[] {{ Linear(4, 8), Linear(4, 8) }}; h[1] = h[0]; fc = ModuleList(h); }}", false },
        { "[Layer] private readonly ModuleList<Linear> fc = ModuleList(Linear(4, 4)); public Net() { fc[0] = Linear(4, 8); }", false },
        { "[Layer] private readonly ModuleList<Linear> fc = ModuleList(Linear(3, 5)); "
            + "public Net() { var all = fc; all.Add(Linear(3, 5)); }", false },
        { "[Layer] private readonly Sequential fc = Make([4, 4]); "
            + "private static Sequential Make(int[] h) { h[1] = 8; return Sequential(Linear(h[0], h[1])); }", false },
        { "[Layer] private readonly Sequential fc = Make([4, 8]); "
            + "private static Sequential Make(int[] h) => Sequential(Linear(h[0], h[1]));", true },
    };

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_count_is_that_of_the_items_that_are_there(string members, bool isCounted)
    {
        var (_, output) = Compilations.Generate(
            $"public sealed partial class Net {{ {members} private Tensor Forward(Tensor x) => x; }}");
        Assert.DoesNotContain(Compilations.Diagnose(output), d => d.Severity == DiagnosticSeverity.Error);

        var type = Compilations.Load(output).GetType("Net", throwOnError: true)!;
        using var module = (Module)Activator.CreateInstance(type)!;
        Assert.Equal(40, module.parameters().Sum(p => p.numel()));
        Assert.Equal(isCounted ? 40L : null, (long?)type.GetField("ParameterCount")?.GetRawConstantValue());
    }

    /// <summary>The body of a method of a class with the primary constructor <c>(long n)</c>, and whether it leaves n as it was.</summary>
    public static TheoryData<string, bool> Bodies => new()
    {
        { "private Tensor Forward(Tensor x) { var (y, n) = (x, x); n = fc.call(n); return n + y; }", true },
        { "private Tensor Forward(Tensor x) { var n = fc.call(x); n = n.relu(); return n; }", true },
        { "private Tensor Forward(Tensor x, Tensor n) { n = n + fc.call(x); return n; }", true },
        { "private Tensor Forward(Tensor x) { for (var n = 0; n < 2; n++) { x = fc.call(x); } return x; }", true },
        { "private Tensor Forward(Tensor x) { Take(out var n); n += 1; return x * n; } private void Take(out int n) => n = 1;", true },
        { "private Tensor Forward(Tensor x) { Func<int, int> f = n => n += 1; return x * f(1); }", true },
        { "private Tensor Forward(Tensor x) => Plus(x); private Tensor Plus(Tensor n) { n = fc.call(n); return n; }", true },
        { "private Tensor Forward(Tensor x) { n = 3; return fc.call(x); }", false },
        { "private Tensor Forward(Tensor x) { { var n = 3; n++; } n = 3; return fc.call(x); }", false },
        { "private Tensor Forward(Tensor x) { Func<int, int> f = n => n + 1; n = f(2); return fc.call(x); }", false },
        { "private Tensor Forward(Tensor x) { ((n, _), _) = ((3, 4), 5); return fc.call(x); }", false },
        { "private Tensor Forward(Tensor x) { Take(out n); return fc.call(x); } private void Take(out long n) => n = 1;", false },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_local_of_the_name_of_a_parameter_is_another(string body, bool isCounted)
    {
        var (_, output) = Compilations.Generate(
            $"public sealed partial class Net(long n) {{ [Layer] private readonly Linear fc = Linear(4, n); {body} }}");
        Assert.DoesNotContain(Compilations.Diagnose(output), d => d.Severity == DiagnosticSeverity.Error);

        var count = Compilations.Load(output).GetType("Net", throwOnError: true)!.GetMethod("CountParameters");
        Assert.Equal(isCounted ? 40L : null, count?.Invoke(null, [8L]));
    }
}
