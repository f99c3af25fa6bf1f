using Microsoft.CodeAnalysis;
using TorchSharp;

namespace Gen.Tests.Analyzers;

/// <summary>What a hook, an event handler, or an object that a model holds has changed is not known after the model's call.</summary>
[Collection("TorchSharp")]
public sealed class ChangedByHooksTests
{
    private const string Modules = """
        public sealed class Log { public int Steps; public Tensor Last = zeros(2, 3); }
        [Shape("B 4 -> B 4")] public sealed partial class Logged(Log log)
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            private Tensor Forward(Tensor x) { log.Steps++; log.Last = x.repeat(1, 2); return fc.call(x); }
        }
        [Shape("B 4 -> B 4")] public sealed partial class Seen
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            public event Action<Tensor>? Passed;
            private Tensor Forward(Tensor x) { Passed?.Invoke(x.repeat(1, 2)); return fc.call(x); }
        }
        [Shape("B 4 -> B 4")] public sealed partial class Telling(Action<Tensor> tell)
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            private Tensor Forward(Tensor x) { tell(x.repeat(1, 2)); return fc.call(x); }
        }
        [Shape("B 8 -> B 2")] public sealed partial class Eight { [Layer] private readonly Linear fc = Linear(8, 2); }
        """;

    private static string Program(string run) =>
        $"{Modules} public static class Program {{ public static void Run() {{ var e = new Eight(); {run} }} }}";

    [Theory]
    [InlineData("var log = new Log(); new Logged(log).call(rand(2, 4)); e.call(log.Last);")]
    [InlineData("var log = new Log(); var m = new Logged(log); m.call(rand(2, 4)); e.call(rand(2, 7 + log.Steps));")]
    [InlineData("Tensor last = zeros(2, 3); var n = new Seen(); n.Passed += t => last = t.clone(); n.call(rand(2, 4)); e.call(last);")]
    [InlineData("var all = new List<Tensor>(); var n = new Seen(); n.Passed += t => all.Add(t.clone()); n.call(rand(2, 4)); "
        + "e.call(all[0]);")]
    [InlineData("Tensor? seen = null; var n = new Seen(); n.register_forward_hook((_, x, y) => { seen = y.repeat(1, 2); return y; }); "
        + "n.call(rand(2, 4)); e.call(seen ?? rand(2, 3));")]
    [InlineData("var taps = new List<Tensor>(); var n = new Seen(); n.register_forward_hook((_, x, y) => { taps.Add(y.clone()); "
        + "return y; }); n.call(rand(2, 4)); taps[0].sum();")]
    [InlineData("var width = 0; var n = new Seen(); n.register_forward_hook((_, x, y) => { width = 8; return y; }); n.call(rand(2, 4)); "
        + "e.call(rand(2, width));")]
    [InlineData("Tensor last = zeros(2, 3); var n = new Telling(t => last = t.clone()); n.call(rand(2, 4)); e.call(last);")]
    public void What_may_have_been_changed_is_no_mistake(string run)
    {
        var source = Program(run);
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)), static d => d.Severity == DiagnosticSeverity.Error);
        using var scope = torch.NewDisposeScope();
        Compilations.Load(source).GetType("Program", throwOnError: true)!.GetMethod("Run")!.Invoke(null, null);
    }

    [Theory]
    [InlineData("var n = new Seen(); n.register_forward_hook((_, x, y) => { var last = y; return last; }); var z = rand(2, 3); "
        + "n.call(rand(2, 4)); {|GEN1008:e.call(z)|};")]
    [InlineData("var log = new Log(); var z = rand(2, 3); new Logged(log).call(rand(2, 4)); {|GEN1008:e.call(z)|};")]
    public void What_nothing_changes_stays_known(string run) => Markup.Verify(Program(run), static d => d.Id == "GEN1008");
}
