using Microsoft.CodeAnalysis;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>One module may stand in several places: its parameters are counted once, or there is no count.</summary>
[Collection("TorchSharp")]
public sealed class SharedModuleCountTests
{
    private const string Block = "static Sequential Block(Linear l) => Sequential(l, ReLU(), l);";
    private const string Made = "static Sequential Made() { var l = Linear(8, 8); return Sequential(l, ReLU()); }";

    /// <summary>The members of a class, and the count that Gen gives: empty for none.</summary>
    public static TheoryData<string, long?> Classes => new()
    {
        { "[Layer] private readonly Linear one = Linear(8, 8); [Layer] private readonly Sequential all; "
            + "public Net() { all = Sequential(one, ReLU(), one, Linear(8, 8)); }", 144 },
        { "[Layer] private readonly Sequential all; public Net() { var one = Linear(8, 8); all = Sequential(one, ReLU(), one); }", 72 },
        { "[Layer] private readonly Sequential all; "
            + "public Net() { var one = Linear(8, 8); all = Sequential((\"a\", one), (\"b\", Sequential(one, Linear(8, 8)))); }", 144 },
        { "[Layer] private readonly ModuleList<Linear> all; "
            + "public Net() { var one = Linear(8, 8); all = ModuleList(one, one, Linear(8, 8)); }", 144 },
        { "[Layer] private readonly Linear one = Linear(8, 8); [Layer] private readonly ModuleDict<Linear> all; "
            + "public Net() { all = ModuleDict((\"a\", one), (\"b\", one)); }", 72 },
        { "[Layer] private readonly Sequential a; [Layer] private readonly Sequential b; public Net() "
            + "{ var both = new List<Module<Tensor, Tensor>> { Linear(8, 8), ReLU() }; a = Sequential(both); b = Sequential(both); }", 72 },
        { "[Layer] private readonly Sequential all; public Net() "
            + "{ var two = new Module<Tensor, Tensor>[] { Linear(8, 8), ReLU() }; all = Sequential(two.Concat(two).ToArray()); }", 72 },
        { $"private {Block} [Layer] private readonly Sequential a = Block(Linear(8, 8)); "
            + "[Layer] private readonly Sequential b = Block(Linear(8, 8));", 144 },
        { "[Layer] private readonly Sequential all; public Net() { all = Sequential(); "
            + "for (var i = 0; i < 3; i++) { var one = Linear(8, 8); all.append(one); all.append(ReLU()); all.append(one); } }", 216 },

        // A module for each place, whatever it is called there.
        { $"private {Made} [Layer] private readonly Sequential a = Made(); [Layer] private readonly Sequential b = Made();", 144 },
        { "private static Linear New => Linear(8, 8); [Layer] private readonly Sequential all = Sequential(New, New);", 144 },
        { "[Layer] private readonly Sequential all; public Net() { all = Sequential(); "
            + "foreach (var n in new[] { 8, 8 }) { var one = Linear(8, n); all.append(one); } }", 144 },
        { "[Layer] private readonly ModuleList<Sequential> all = ModuleList(Enumerable.Range(0, 3).Select(_ => "
            + "{ var one = Linear(8, 8); return Sequential(one, ReLU(), one); }).ToArray());", 216 },

        // In how many places is not known.
        { "[Layer] private readonly Sequential all; public Net() { all = Sequential(); var one = Linear(8, 8); "
            + "for (var i = 0; i < 3; i++) { all.append(one); } }", null },
    };

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_module_in_several_places_is_counted_once(string members, long? expected)
    {
        var (_, output) = Compilations.Generate(
            $"public sealed partial class Net {{ {members} private Tensor Forward(Tensor x) => x; }}");
        Assert.DoesNotContain(Compilations.Diagnose(output), d => d.Severity == DiagnosticSeverity.Error);

        var type = Compilations.Load(output).GetType("Net", throwOnError: true)!;
        using var module = (Module)Activator.CreateInstance(type)!;
        Assert.Equal(expected, (long?)type.GetField("ParameterCount")?.GetRawConstantValue());
        Assert.Equal(expected ?? 72, module.parameters().Sum(p => p.numel()));
    }
}
