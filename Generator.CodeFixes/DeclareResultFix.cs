using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN1005: declares the shape that the module really gives.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DeclareResultFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN1005");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Told(Hints.Edit) is { } result && Declare(DeclaredShape.At(site), result) is { } change)
        {
            yield return new Repair($"Declare '-> {result}'", nameof(DeclareResultFix), [change]);
        }
    }

    /// <summary>Writes a result into the <c>[Shape]</c> of the class, the method or its return value; null where there is none, or it is no
    /// plain text.</summary>
    internal static Change? Declare(DeclaredShape declared, string result)
    {
        if (DeclaredShape.Plain(declared.Attribute?.ArgumentList?.Arguments.FirstOrDefault(static a => a.NameEquals is null)?.Expression) is
            not { } literal)
        {
            return null;
        }

        var inside = literal.Token.ValueText;
        var arrow = inside.IndexOf("->", StringComparison.Ordinal);
        var before = arrow < 0 ? inside : inside.Substring(0, arrow);
        return Change.Replace(literal, declared.IsOfResult ? $"\"{result}\"" : $"\"{before.TrimEnd()} -> {result}\"");
    }
}
