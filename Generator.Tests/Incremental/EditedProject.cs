using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Incremental;

/// <summary>
/// A project of files with holes, each with some things that can stand there: an edit puts another thing into a hole. Names in the files
/// mean what other files say.
/// </summary>
internal sealed partial class EditedProject
{
    private static readonly MetadataReference[] Additional =
        [CSharpCompilation.Create("Additional", [CSharpSyntaxTree.ParseText("namespace App; public class Tanh2 { }")],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]).ToMetadataReference()];

    private readonly int[] choices = new int[All.Length];
    private int shift;
    private bool isReversed;
    private bool hasMore;
    private bool isNullable = true;

    public int Holes => All.Length;

    public int ChoicesOf(int hole) => All[hole].Choices.Length;

    public string NameOf(int hole) => All[hole].Name;

    public void Choose(int hole, int choice) => choices[hole] = choice;

    /// <summary>One edit of any kind.</summary>
    public string Edit(Random random)
    {
        switch (random.Next(24))
        {
            case 0:
                isReversed = !isReversed;
                return "the order of the files";
            case 1:
                shift++;
                return "a comment at the top of each file";
            case 2 when random.Next(2) == 0:
                hasMore = !hasMore;
                return "a reference";
            case 3 when random.Next(2) == 0:
                isNullable = !isNullable;
                return "nullable";
            default:
                var hole = random.Next(All.Length);

                // Back to where it began more often than not: else all is broken soon.
                choices[hole] = choices[hole] != 0 && random.Next(3) > 0 ? 0 : random.Next(All[hole].Choices.Length);
                return $"{All[hole].Name} is {All[hole].Choices[choices[hole]]}";
        }
    }

    /// <summary>A project of new trees.</summary>
    public CSharpCompilation Compile(string name) => Settle(Compilations.Of().WithAssemblyName(name)).RemoveAllSyntaxTrees()
        .AddSyntaxTrees(Texts().Select(t => CSharpSyntaxTree.ParseText(t.Text, Compilations.Parsing, t.Path)));

    /// <summary>The same project after the edits: a file that says the same is the same tree.</summary>
    public CSharpCompilation Apply(CSharpCompilation before)
    {
        var known = before.SyntaxTrees.ToDictionary(t => t.FilePath);
        return Settle(before).RemoveAllSyntaxTrees().AddSyntaxTrees(Texts().Select(t =>
            known.TryGetValue(t.Path, out var tree) && tree.ToString() == t.Text ? tree
                : CSharpSyntaxTree.ParseText(t.Text, Compilations.Parsing, t.Path)));
    }

    public override string ToString() => string.Join("\n", Texts().Select(t => $"=== {t.Path}\n{t.Text}"));

    private CSharpCompilation Settle(CSharpCompilation compilation)
    {
        var references = compilation.References.Except(Additional).Concat(hasMore ? Additional : []);
        var nullable = isNullable ? NullableContextOptions.Enable : NullableContextOptions.Disable;
        compilation = compilation.References.SequenceEqual(references) ? compilation : compilation.WithReferences(references);
        return compilation.Options.NullableContextOptions == nullable ? compilation
            : compilation.WithOptions(compilation.Options.WithNullableContextOptions(nullable));
    }

    private IEnumerable<(string Path, string Text)> Texts()
    {
        var texts = Files.Select(f => (f.Path, Text: All.Select((h, i) => (Hole: h, Choice: choices[i]))
            .Aggregate(f.Text, (text, h) => text.Replace($"«{h.Hole.Name}»", h.Hole.Choices[h.Choice], StringComparison.Ordinal))))
            .Where(f => f.Text.Length > 0).Select(f => (f.Path, Text: shift == 0 ? f.Text : $"// {shift}\n{f.Text}"));
        return isReversed ? texts.Reverse() : texts;
    }

    /// <param name="Name">As it is written in the files.</param>
    /// <param name="Choices">What can stand there; the first one is right.</param>
    private sealed record Hole(string Name, params string[] Choices);
}
