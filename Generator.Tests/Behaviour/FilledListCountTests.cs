using Microsoft.CodeAnalysis;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>A list that a constructor fills has what the statements have added; where that is not known there is no count, and never a
/// wrong one.</summary>
[Collection("TorchSharp")]
public sealed class FilledListCountTests
{
    /// <summary>What a constructor of an integer does, and whether Gen counts what it adds.</summary>
    public static TheoryData<string, bool> Constructors => new()
    {
        { "var w = 4; foreach (var k in new[] { 5, 6 }) { all.append(Linear(w, k)); w = k; } all.append(Linear(w, 2));", true },
        { "var w = 4; foreach (var k in new[] { 5, 6 }) { all.append(Linear(w, k)); w = k; } "
            + "foreach (var k in new[] { 7, 8 }) { all.append(Linear(w, k)); w = k; }", true },
        { "var w = 4; for (var i = 0; i < 2; i++) { for (var j = 0; j < 2; j++) { all.append(Linear(w, w + 1)); w = w + 1; } }", true },
        { "var w = 4; foreach (var k in new[] { 5, 6 }) { all.append(Linear(w, k)); w = k; } w = 9; all.append(Linear(w, 2));", true },
        { "if (n < 0) { throw new ArgumentException(); } all.append(Linear(2, n)); all.append(Linear(n, 3));", true },
        { "var w = 4; foreach (var k in new[] { 5, 6 }) { if (k > 5) { w = 3; } all.append(Linear(w, k)); }", false },
        { "var w = 4; w = 3; foreach (var k in new[] { 5, 6 }) { all.append(Linear(w, k)); w = k; }", false },
        { "var w = 4; foreach (var k in new[] { 5, 6 }) { all.append(Linear(w, k)); w = k; w++; }", false },
        { "for (var i = 0; i < n; i++) { if (i == 1) { continue; } all.append(Linear(i + 1, 2)); }", false },
        { "for (var i = 0; i < 5; i++) { if (i == n) { break; } all.append(Linear(i + 1, 2)); }", false },
        { "all.append(Linear(2, 2)); if (n == 3) { return; } all.append(Linear(2, 2));", false },
    };

    [Theory]
    [MemberData(nameof(Constructors))]
    public void A_count_is_that_of_what_was_added(string body, bool isCounted)
    {
        var (_, output) = Compilations.Generate($$"""
            public sealed partial class Net
            {
                [Layer] private readonly ModuleList<Linear> all = ModuleList<Linear>();
                public Net(int n) { {{body}} }
                private Tensor Forward(Tensor x) => x * all.Count;
            }
            """);
        Assert.DoesNotContain(Compilations.Diagnose(output), d => d.Severity == DiagnosticSeverity.Error);

        var type = Compilations.Load(output).GetType("Net", throwOnError: true)!;
        using var module = (Module)Activator.CreateInstance(type, 3)!;
        var count = type.GetField("ParameterCount")?.GetRawConstantValue() ?? type.GetMethod("CountParameters")?.Invoke(null, [3]);
        Assert.Equal(isCounted ? module.parameters().Sum(p => p.numel()) : null, (long?)count);
    }

    /// <summary>Sizes that were taken for those of the first turn.</summary>
    [Fact]
    public void A_size_that_a_branch_of_a_loop_sets_is_no_mistake() => Assert.DoesNotContain(
        Compilations.Diagnose(Compilations.Of("""
            [Shape("B 4 -> B 6")] public sealed partial class Net
            {
                [Layer] private readonly Sequential all = Sequential();
                public Net() { var w = 4; foreach (var k in new[] { 5, 6 }) { if (k > 5) { w = 5; } all.append(Linear(w, k)); } }
            }
            """)),
        d => d.Severity == DiagnosticSeverity.Error);
}
