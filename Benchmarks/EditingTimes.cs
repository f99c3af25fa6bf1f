using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Benchmarks;

/// <summary>
/// What generators cost in an editor, side by side: the first run over a project of classes with six members each, a run after an edit of
/// one member, and one after a comment in a file that has nothing to do with it. The least possible is a generator that only finds the
/// classes and writes an empty part of each.
/// </summary>
internal static class EditingTimes
{
    private const int Rounds = 15;
    private const int ColdRounds = 5;
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    public static void Print(TextWriter output)
    {
        foreach (var count in new[] { 100, 1000 })
        {
            var subjects = EditedProjects.All(count);
            foreach (var subject in subjects)
            {
                Cold(subject, "Warm");
            }

            var results = subjects.ToDictionary(s => s.Name, _ => new Times());
            for (var round = 0; round < ColdRounds; round++)
            {
                foreach (var subject in subjects)
                {
                    results[subject.Name].Cold.Add(Cold(subject, $"Cold{round}") / count * 1000);
                }
            }

            // One after the other, so that each has the caches of the processor for itself, as in an editor.
            foreach (var subject in subjects)
            {
                Edit(subject, results[subject.Name]);
            }

            Print(output, count, subjects, results);
        }
    }

    private static void Print(TextWriter output, int count, IReadOnlyList<EditedProject> subjects, Dictionary<string, Times> results)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} classes of six members; medians of {Rounds} edits, {ColdRounds} first runs"));
        output.WriteLine("| | " + string.Join(" | ", subjects.Select(s => s.Name)) + " |");
        output.WriteLine("|---|" + string.Concat(subjects.Select(_ => "---:|")));
        Row("one member edited, ms", t => t.Member, "F1");
        Row("a comment in an unrelated file, ms", t => t.Comment, "F1");
        Row("allocated by an edited member, MB", t => t.MemberBytes, "F1");
        Row("allocated by such a comment, MB", t => t.CommentBytes, "F1");
        Row("first run, per class, µs", t => t.Cold, "F0");
        output.WriteLine();
        output.WriteLine("| Gen is so many times | " + string.Join(" | ", subjects.Skip(1).Select(s => s.Name)) + " |");
        output.WriteLine("|---|" + string.Concat(subjects.Skip(1).Select(_ => "---:|")));
        Ratio("one member edited", t => t.Member);
        Ratio("a comment in an unrelated file", t => t.Comment);
        Ratio("allocated by an edited member", t => t.MemberBytes);
        Ratio("allocated by such a comment", t => t.CommentBytes);
        Ratio("first run", t => t.Cold);
        output.WriteLine();

        void Row(string name, Func<Times, List<double>> of, string format) => output.WriteLine(
            $"| {name} | "
            + string.Join(" | ",
                subjects.Select(s => Median(of(results[s.Name])).ToString(format, CultureInfo.InvariantCulture))) + " |");

        void Ratio(string name, Func<Times, List<double>> of) => output.WriteLine(
            $"| {name} | "
            + string.Join(" | ", subjects.Skip(1).Select(s => (Median(of(results[subjects[0].Name])) / Median(of(results[s.Name])))
                .ToString("F2", CultureInfo.InvariantCulture))) + " |");
    }

    /// <summary>The first run over a project that nothing is known of.</summary>
    private static double Cold(EditedProject subject, string name)
    {
        var compilation = Project(subject, name);
        GeneratorDriver driver = Driver(subject);
        Collect();
        var watch = Stopwatch.StartNew();
        driver = driver.RunGenerators(compilation);
        var time = watch.Elapsed.TotalMilliseconds;
        Check(subject, driver);
        return time;
    }

    private static void Edit(EditedProject subject, Times times)
    {
        var compilation = Project(subject, "Edited");
        var driver = Driver(subject).RunGenerators(compilation);
        var (edited, unrelated) = (compilation.SyntaxTrees[subject.Texts.Count / 2], compilation.SyntaxTrees[^1]);
        for (var round = -3; round < Rounds; round++)
        {
            var number = 20 + round;
            (compilation, edited) = Replace(compilation, edited, subject.Edited(subject.Texts.Count / 2, number));
            var (time, bytes) = Run(ref driver, compilation);
            (compilation, unrelated) = Replace(compilation, unrelated, $"// {number}\npublic class Unrelated {{ }}\n");
            var (commentTime, commentBytes) = Run(ref driver, compilation);
            if (round >= 0)
            {
                times.Member.Add(time);
                times.MemberBytes.Add(bytes);
                times.Comment.Add(commentTime);
                times.CommentBytes.Add(commentBytes);
            }
        }

        Check(subject, driver);
    }

    private static (double Time, double Bytes) Run(ref GeneratorDriver driver, CSharpCompilation compilation)
    {
        Collect();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        driver = driver.RunGenerators(compilation);
        var time = watch.Elapsed.TotalMilliseconds;
        return (time, (GC.GetTotalAllocatedBytes(precise: true) - before) / 1e6);
    }

    private static (CSharpCompilation Compilation, SyntaxTree Tree) Replace(CSharpCompilation compilation, SyntaxTree old, string text)
    {
        var tree = CSharpSyntaxTree.ParseText(text, Parsing, old.FilePath);
        return (compilation.ReplaceSyntaxTree(old, tree), tree);
    }

    private static CSharpCompilation Project(EditedProject subject, string name) => CSharpCompilation.Create(
        name,
        [.. subject.Texts.Select((t, i) => CSharpSyntaxTree.ParseText(t, Parsing, $"C{i}.cs")),
            CSharpSyntaxTree.ParseText("public class Unrelated { }\n", Parsing, "Unrelated.cs")],
        subject.References,
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static CSharpGeneratorDriver Driver(EditedProject subject) =>
        CSharpGeneratorDriver.Create(subject.Generators(), parseOptions: Parsing);

    private static void Check(EditedProject subject, GeneratorDriver driver)
    {
        if (driver.GetRunResult().GeneratedTrees.Length < subject.Texts.Count)
        {
            throw new InvalidOperationException($"{subject.Name} has not written a part of each class");
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    internal static double Median(IEnumerable<double> times)
    {
        var sorted = times.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed class Times
    {
        public List<double> Member { get; } = [];

        public List<double> Comment { get; } = [];

        public List<double> MemberBytes { get; } = [];

        public List<double> CommentBytes { get; } = [];

        public List<double> Cold { get; } = [];
    }
}
