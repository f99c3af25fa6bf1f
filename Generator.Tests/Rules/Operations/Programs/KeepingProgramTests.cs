using System.Globalization;
using System.Reflection;
using Gen.Tests.Runtime.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>
/// Random modules that keep tensors across calls, called four times: each result, and all that is kept, is what the same class written by
/// hand gives and keeps, after every call and at the end. What keeps nothing leaves nothing behind, and nothing lives longer than by hand.
/// </summary>
[Collection("TorchSharp")]
public sealed class KeepingProgramTests(ITestOutputHelper output)
{
    private const int Batch = 100;
    private const int Times = 4;

    private delegate (nn.Module Module, Func<Tensor, Tensor[]> Call, Func<Tensor[]> Kept) Maker();

    [Fact]
    public void What_a_program_keeps_is_not_freed() => Check(0, 30);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(1_000)]
    [InlineData(1_500)]
    [InlineData(2_000)]
    [InlineData(2_500)]
    public void What_500_programs_keep_is_not_freed(int from) => Check(from, from + 500);

    private void Check(int from, int to)
    {
        var (contradictions, compared, alive, aliveByHand) = (new List<string>(), 0L, 0L, 0L);
        for (var start = from; start < to; start += Batch)
        {
            var numbers = Enumerable.Range(start, Math.Min(Batch, to - start)).ToArray();
            Compilations.Driver().RunGeneratorsAndUpdateCompilation(
                Compilations.Of(KeepingLines.Shared + string.Concat(numbers.Select(KeepingPrograms.Write))), out var compilation, out _);
            var programs = Compilations.Load(compilation);
            var before = Collected();
            var byHand = numbers.Select(n => new Run(programs, n, null)).ToArray();
            aliveByHand += Collected() - before;
            before = Collected();
            var runs = numbers.Zip(byHand, (n, hand) => new Run(programs, n, hand)).ToArray();
            alive += Collected() - before;
            foreach (var (number, hand, run) in numbers.Zip(byHand, runs))
            {
                compared += run.Values.Count;
                if ((hand.Error is { } error ? $"by hand: {error}"
                    : run.Contradicts(hand) ?? (KeepingPrograms.Keeps(number) ? null : Growth(programs, number))) is { } contradiction)
                {
                    contradictions.Add(
                        $"{number.ToString(CultureInfo.InvariantCulture)}: {contradiction}\n{KeepingPrograms.Write(number)}");
                }
            }
        }

        var text = string.Create(CultureInfo.InvariantCulture,
            $"{to - from} programs that keep tensors: {compared} tensors compared, {contradictions.Count} contradictions; {alive} "
            + $"tensors alive at the end, {aliveByHand} by hand.");
        output.WriteLine(text);
        Console.WriteLine(text);
        Assert.True(contradictions.Count == 0, $"{text}\n{string.Join("\n", contradictions.Take(20))}");
        Assert.True(alive <= aliveByHand, text);
        Assert.True(compared > (to - from) * Times * 4, text);
    }

    /// <summary>What calls of a program leave behind.</summary>
    private static string? Growth(Assembly programs, int number)
    {
        var (module, call, _) = Make(programs, "Net", number);
        using var input = torch.ones(4, 4);
        using var mode = no_grad();
        try
        {
            LiveCount.AssertConstant(10, 10, () => Array.ForEach(call(input), t => { if (!ReferenceEquals(t, input)) { t.Dispose(); } }));
            return null;
        }
        catch (Xunit.Sdk.XunitException growth)
        {
            return $"live tensors: {growth.Message.ReplaceLineEndings(" ")}";
        }
        finally
        {
            module.Dispose();
        }
    }

    private static (nn.Module Module, Func<Tensor, Tensor[]> Call, Func<Tensor[]> Kept) Make(Assembly programs, string form, int number) =>
        ((nn.Module, Func<Tensor, Tensor[]>,
            Func<Tensor[]>))programs.GetType("Programs")!.GetMethod(form + number.ToString(CultureInfo.InvariantCulture))!.Invoke(null,
                null)!;

    private static long Collected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Tensor.TotalCount;
    }

    /// <summary>Four calls, in one form.</summary>
    private sealed class Run
    {
        public Run(Assembly programs, int number, Run? byHand)
        {
            // In one of three within a scope of the user's own.
            using var scope = number % 3 == 0 ? NewDisposeScope() : null;
            using var mode = number % 4 == 0 ? null : no_grad();
            var shelf = programs.GetType("Shelf")!;
            shelf.GetMethod("Reset")!.Invoke(null, null);
            var onShelf = shelf.GetMethod("All")!.CreateDelegate<Func<Tensor[]>>();
            manual_seed(number);
            var (module, call, kept) = Make(programs, byHand is null ? "Hand" : "Net", number);
            (Held, Module) = ((call, kept), module);
            if (byHand is not null)
            {
                module.load_state_dict(byHand.Module.state_dict());
            }

            try
            {
                var results = new List<Tensor>();
                for (var i = 1; i <= Times; i++)
                {
                    var input = (arange(16).reshape(4, 4) * 0.1 * i).sin();
                    results.AddRange([input, .. call(input)]);
                    Values.AddRange([.. results.Concat(kept()).Concat(onShelf()).Select(Copy)]);
                }
            }
            catch (Exception thrown)
            {
                Error = $"{thrown.GetType().Name}: {thrown.Message.Split('\n')[0]}";
            }
        }

        public nn.Module Module { get; }

        public List<float[]> Values { get; } = [];

        public string? Error { get; }

        /// <summary>What lives as long as the run.</summary>
        public object Held { get; }

        public string? Contradicts(Run byHand)
        {
            var at = Values.Zip(byHand.Values).TakeWhile(v => v.First.Zip(v.Second).All(n => Math.Abs(n.First - n.Second) < 1e-4)).Count();
            return Error ?? (Values.Count != byHand.Values.Count ? $"{Values.Count} tensors, {byHand.Values.Count} by hand"
                : at < Values.Count ? $"tensor {at} of {Values.Count} differs" : null);
        }

        private static float[] Copy(Tensor tensor)
        {
            using var scope = NewDisposeScope();
            return tensor.detach().contiguous().data<float>().ToArray();
        }
    }
}
