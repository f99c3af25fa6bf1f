using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>
/// A program with one mistake and the one edit that repairs it, written as <c>[-wrong-]{+right+}</c>. The place of the diagnostic is marked
/// as in <see cref="Markup"/>.
/// </summary>
/// <param name="What">What the mistake is about.</param>
/// <param name="Message">What is said of it.</param>
/// <param name="Source">The whole program, with a <c>Program.Main</c> that runs it.</param>
/// <param name="Library">The source of another assembly that it refers to.</param>
internal sealed partial record Mistake(string What, string Message, string Source, string? Library = null)
{
    /// <summary>The other assembly, as its project compiles it.</summary>
    public (Compilation Compilation, MetadataReference Reference)? References()
    {
        if (Library is null)
        {
            return null;
        }

        var (_, output) = Compilations.Generate(Library);
        var compilation = output.WithAssemblyName($"Library{Library.Length}");
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image).Success);
        return (compilation, MetadataReference.CreateFromImage(image.ToArray()));
    }

    /// <summary>The program with its mistake, the place marked.</summary>
    public string Wrong => Edit().Replace(Source, "$1");

    /// <summary>The program without it.</summary>
    public string Repaired => Markup.Strip(Edit().Replace(Source, "$2"));

    [GeneratedRegex(@"\[-((?:(?!\[-).)*?)-\]\{\+(.*?)\+\}", RegexOptions.Singleline)]
    private static partial Regex Edit();
}
