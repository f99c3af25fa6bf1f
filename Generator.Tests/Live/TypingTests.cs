using System.Diagnostics;
using System.Globalization;
using Gen.Tests.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Tests.Live;

/// <summary>Diagnostics while someone types, without the generator having run.</summary>
[Collection("TorchSharp")]
public sealed class TypingTests(ITestOutputHelper output)
{
    private const string Net = """
        [Shape("B 784 -> B 10")]
        public partial class Net
        {
            [Layer(784, 128)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu;
            [Layer(128, 10)] private readonly Linear fc2;
        }
        """;

    [Fact]
    public void A_mistake_is_shown_as_soon_as_it_is_typed_and_gone_with_it()
    {
        var editor = Editor.Open([Net], withGenerator: false);
        Assert.Empty(editor.Diagnose(0));
        Assert.Empty(editor.Project.AnalyzerReferences);

        var at = Net.IndexOf("128, 10", StringComparison.Ordinal);
        editor.Type(0, new TextChange(new TextSpan(at, 3), "12"));
        Assert.Equal("GEN1001", Assert.Single(editor.Diagnose(0)).Id);
        editor.Type(0, new TextChange(new TextSpan(at + 2, 0), "8"));
        Assert.Empty(editor.Diagnose(0));
        Assert.Equal(Net, editor.Text(0).ToString());
    }

    [Theory]
    [InlineData(" : Module<Tensor, Tensor>", "", "GEN1001")]
    [InlineData("", "private const string Size = nameof(ParameterCount);", "GEN1001")]
    [InlineData("", "private static long Typo() => Tensor.Totl;", null)]
    public void What_is_not_generated_yet_hides_no_mistake_and_what_does_not_bind_does(string basis, string member, string? id)
    {
        var source = Net.Replace("class Net", "class Net" + basis, StringComparison.Ordinal)
            .Replace("128, 10)] private readonly Linear fc2;", "100, 10)] private readonly Linear fc2; " + member,
                StringComparison.Ordinal);
        Assert.Equal(id is null ? [] : [id], Editor.Open([source], withGenerator: false).Diagnose(0).Select(d => d.Id));
    }

    [Fact]
    public void A_mistake_in_a_nested_module_is_shown_where_it_is_used_in_another_document()
    {
        var editor =
            Editor.Open([Net, """[Shape("B 784 -> B 10")] public partial class Outer { [Layer] private readonly Net net = new(); }"""],
                withGenerator: false);
        Assert.Empty(editor.Diagnose(1));
        editor.Type(0, new TextChange(new TextSpan(Net.IndexOf("B 784", StringComparison.Ordinal), 5), "B 700"));
        Assert.Equal("GEN1008", Assert.Single(editor.Diagnose(1)).Id);
    }

    [Fact]
    public void A_fix_is_offered_at_the_squiggle_and_repairs_what_is_shown()
    {
        var editor = Editor.Open([Net.Replace("128, 10", "100, 10", StringComparison.Ordinal)], withGenerator: false);
        var diagnostic = Assert.Single(editor.Diagnose(0));
        var fix = Assert.Single(FixHarness.Offered(editor.Project, diagnostic)).Action;
        Assert.Equal("Change it to Linear(128, 10)", fix.Title);
        var repaired = FixHarness.Apply(fix).GetProject(editor.ProjectId)!;
        Assert.Equal(Net, FixHarness.Texts(repaired)[0]);
        Assert.Empty(Editor.Diagnose(repaired.Documents.ElementAt(1)));
    }

    [Fact]
    public void Keystrokes_in_a_project_of_many_classes_leave_nothing_stale() => Keystrokes(30, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void Five_hundred_keystrokes_are_each_analysed_while_one_types()
    {
        var times = Keystrokes(500, seed: 2);
        Assert.True(times[times.Length / 2] < 50, $"median {times[times.Length / 2]:0.0} ms");
        Assert.True(times[times.Length * 95 / 100] < 150, $"95 % {times[times.Length * 95 / 100]:0.0} ms");
    }

    /// <summary>Types at random places, looks at the document after each keystroke, and holds that against an analysis from
    /// scratch.</summary>
    /// <returns>
    /// The milliseconds of the processors from the keystroke to the diagnostics, sorted: what the clock shows on a machine that has nothing
    /// else to do, or less.
    /// </returns>
    private double[] Keystrokes(int count, int seed)
    {
        const string Keys = "abcx01289.,;(){}[]<>=+-*/\" \n";
        var random = new Random(seed);
        var editor = Editor.Open(ManyClasses.Sources(60), withGenerator: false);
        var originals = Enumerable.Range(0, editor.Documents.Count).Select(i => editor.Text(i).ToString()).ToArray();
        for (var i = 0; i < editor.Documents.Count; i++)
        {
            editor.Diagnose(i);
        }

        var (times, clock) = (new List<double>(), new List<double>());
        var shown = 0;
        for (var i = 0; i < count; i++)
        {
            // One types a while in one document, and undoes before going on to the next.
            var document = i / 10 % editor.Documents.Count;
            var text = editor.Text(document);
            var at = random.Next(text.Length);
            var change = i % 10 == 9 ? new TextChange(new TextSpan(0, text.Length), originals[document])
                : random.Next(3) == 0 ? new TextChange(new TextSpan(at, 1), "")
                : new TextChange(new TextSpan(at, 0), Keys[random.Next(Keys.Length)].ToString());
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            editor.Type(document, change);
            var found = editor.Diagnose(document);
            times.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
            clock.Add(watch.Elapsed.TotalMilliseconds);
            shown += found.Count;

            var fresh = editor.Fresh();
            Assert.Equal(Lines(Editor.Diagnose(fresh, fresh.SyntaxTrees[document + 1])), Lines(found));
            if (i % 10 == 9)
            {
                Assert.DoesNotContain(found, d => d.Severity == DiagnosticSeverity.Error);
            }
        }

        output.WriteLine($"{count} keystrokes in {editor.Documents.Count} classes, {shown} diagnostics");
        output.WriteLine("processor: " + Summary(times));
        output.WriteLine("clock:     " + Summary(clock));
        Assert.True(shown > 0);
        return [.. times.Order()];
    }

    private static string Summary(IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"median {sorted[sorted.Length / 2]:0.0} ms, 95 % {sorted[sorted.Length * 95 / 100]:0.0} ms, longest {sorted[^1]:0.0} ms");
    }

    private static string[] Lines(IEnumerable<Diagnostic> diagnostics) => [.. diagnostics.Select(d => d.ToString())];
}
