using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Tests;

/// <summary>A file among the additional files of a project.</summary>
internal sealed class TextFile(string path, string text) : AdditionalText
{
    private readonly SourceText content = SourceText.From(text);

    public override string Path => path;

    /// <summary>How often it was asked for.</summary>
    public int Reads { get; private set; }

    public override SourceText GetText(CancellationToken cancellationToken = default)
    {
        Reads++;
        return content;
    }
}
