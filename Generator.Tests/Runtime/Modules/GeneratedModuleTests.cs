namespace Gen.Tests.Runtime.Modules;

/// <summary>The base classes for two to six inputs are printed from the one for one input.</summary>
public sealed class GeneratedModuleTests
{
    private const string Template = "GeneratedModule.cs";

    private static readonly string Folder = Path.Combine(SampleSources.Repository, "Runtime", "Modules");

    private static readonly string[] Counts = ["one input", "two inputs", "three inputs", "four inputs", "five inputs", "six inputs"];

    private static readonly int[] Several = [.. Enumerable.Range(2, Counts.Length - 1)];

    public static TheoryData<int> Inputs => [.. Several];

    /// <summary><c>UPDATE_SNAPSHOTS=1</c> prints it again.</summary>
    [Theory]
    [MemberData(nameof(Inputs))]
    public void The_base_class_for_several_inputs_is_printed_from_the_one_for_one(int inputs)
    {
        var (path, printed) = (Path.Combine(Folder, Name(inputs)), Print(inputs));
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, printed);
        }

        Assert.Equal(printed, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_base_class_is_printed_or_is_the_one_to_print_from() => Assert.Equal(
        Several.Select(Name).Append(Template).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Folder, "GeneratedModule*.cs").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private static string Name(int inputs) => $"GeneratedModule.{inputs}.cs";

    private static string Print(int inputs)
    {
        var numbers = Enumerable.Range(1, inputs).ToArray();
        var text = File.ReadAllText(Path.Combine(Folder, Template)).ReplaceLineEndings("\n");
        text = Replace(text, Counts[0], Counts[inputs - 1]);
        text = Replace(text, Parameter("T", 1), string.Concat(numbers.Select(n => Parameter($"T{n}", n))));
        text = Replace(text, "<T, TResult>", $"<{string.Concat(numbers.Select(n => $"T{n}, "))}TResult>");
        return $"// Printed from {Template} by the tests: UPDATE_SNAPSHOTS=1.\n{text}";
    }

    private static string Parameter(string name, int input) => $"/// <typeparam name=\"{name}\">The type of input {input}.</typeparam>\n";

    private static string Replace(string text, string part, string by)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, by, StringComparison.Ordinal);
    }
}
