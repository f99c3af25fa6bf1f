using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Reading;

/// <summary>
/// Makes the outline of a file from its text and its declarations; it looks at no code. What names mean where a type stands (usings, types
/// around it, directives) is part of what the type says.
/// </summary>
internal sealed class OutlineReader
{
    /// <summary>Methods that C# calls without their names, also as extensions.</summary>
    private static readonly HashSet<string> Unnamed = new(
        ["Add", "GetEnumerator", "GetAsyncEnumerator", "GetAwaiter", "Deconstruct", "GetPinnableReference", "Select", "SelectMany", "Where",
            "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "GroupBy", "Join", "GroupJoin", "Cast"], StringComparer.Ordinal);

    private readonly TreeOutline outline;
    private readonly CompilationUnitSyntax root;
    private readonly char[] text;
    private readonly string path;
    private readonly bool isGenerated;

    /// <summary>A directive may change what any line below it says: then all of the file is part of what each type says.</summary>
    private readonly Digest whole;

    private readonly int options;
    private readonly List<TypeOutline> types = [];
    private readonly HashSet<string> namespaces = new(StringComparer.Ordinal);

    public OutlineReader(TreeOutline outline, SyntaxTree tree)
    {
        this.outline = outline;
        root = (CompilationUnitSyntax)tree.GetRoot();
        var source = tree.GetText();
        text = new char[source.Length];
        source.CopyTo(0, text, 0, text.Length);
        path = tree.FilePath;
        isGenerated = UserDeclarations.IsGenerated(tree);
        if (root.ContainsDirectives)
        {
            var all = new Words(text);
            all.Add(root.FullSpan);
            whole = all.Digest;
        }

        options = tree.Options.GetHashCode();
    }

    public void Read()
    {
        var global = new Words(text);
        foreach (var directive in root.Usings.Where(u => !u.GlobalKeyword.IsKind(SyntaxKind.None)))
        {
            global.Add(directive.Span);
        }

        foreach (var attributes in root.AttributeLists)
        {
            global.Add(attributes.Span);
        }

        if (root.AttributeLists.Count > 0 || root.Usings.Any(u => !u.GlobalKeyword.IsKind(SyntaxKind.None)))
        {
            global.Mix(whole);
            outline.Global = global.Digest;
            outline.GlobalUses = global.Sorted();
        }

        if (root.Members.Any(m => m is GlobalStatementSyntax))
        {
            types.Add(new TypeOutline(outline, -1) { Key = "Program", Reaches = [Words.Of("Program"), Words.OfAnyCase("Program")] });
        }

        ReadMembers(root.Members, [.. root.Usings.Select(u => u.Span), .. root.Externs.Select(e => e.Span)], "", []);
        outline.Types = types;
        outline.Namespaces = [.. namespaces];
    }

    /// <param name="members">What is declared in a namespace.</param>
    /// <param name="usings">What says there what names mean.</param>
    /// <param name="space">The namespace, with a dot behind it.</param>
    /// <param name="around">The words for the names around.</param>
    private void ReadMembers(SyntaxList<MemberDeclarationSyntax> members, IReadOnlyList<TextSpan> usings, string space,
        IReadOnlyList<int> around)
    {
        foreach (var member in members)
        {
            switch (member)
            {
                case BaseNamespaceDeclarationSyntax inner:
                    var parts = inner.Name.ToString().Split('.').Select(p => p.Trim().TrimStart('@')).ToArray();
                    var name = space;
                    foreach (var part in parts)
                    {
                        name += part + ".";
                        namespaces.Add(name);
                    }

                    ReadMembers(inner.Members, [.. usings, .. inner.Usings.Select(u => u.Span), .. inner.Externs.Select(e => e.Span)], name,
                        [.. around, .. parts.Select(Words.OfAnyCase)]);
                    break;
                case BaseTypeDeclarationSyntax or DelegateDeclarationSyntax:
                    ReadType(member, usings, space, around, IsOfOthers(space));
                    break;
            }
        }
    }

    /// <summary>Where Gen and the compiler look for types by themselves.</summary>
    private static bool IsOfOthers(string space) => space is "Gen." or "Gen.CompilerServices."
        || space.StartsWith("System.", StringComparison.Ordinal) || space.StartsWith("TorchSharp.", StringComparison.Ordinal);

    private void ReadType(MemberDeclarationSyntax declaration, IReadOnlyList<TextSpan> usings, string prefix, IReadOnlyList<int> around,
        bool isOfOthers)
    {
        var (identifier, arity) = declaration switch
        {
            TypeDeclarationSyntax type => (type.Identifier.ValueText, type.TypeParameterList?.Parameters.Count ?? 0),
            DelegateDeclarationSyntax type => (type.Identifier.ValueText, type.TypeParameterList?.Parameters.Count ?? 0),
            BaseTypeDeclarationSyntax type => (type.Identifier.ValueText, 0),
            _ => ("", 0),
        };
        var isFile = declaration.Modifiers.Any(SyntaxKind.FileKeyword);
        var key = $"{prefix}{identifier}`{arity}{(isFile ? $"@{path}" : "")}";
        var members = declaration is TypeDeclarationSyntax { Members: var all } ? all : default;
        var words = new Words(text);
        words.Mix(options);
        words.Mix(prefix);
        words.Mix(isGenerated ? 1 : 0);
        if (isFile)
        {
            words.Mix(path);
        }

        foreach (var span in usings)
        {
            words.Add(span);
        }

        foreach (var word in around)
        {
            words.AddWord(word);
        }

        // The types in it are outlines of their own; it has them by their names.
        var start = declaration.FullSpan.Start;
        foreach (var nested in members.Where(m => m is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && !IsExtension(m)))
        {
            words.Add(TextSpan.FromBounds(start, nested.FullSpan.Start));
            start = nested.FullSpan.End;
            words.Mix((nested as BaseTypeDeclarationSyntax)?.Identifier.ValueText ?? "");
            words.Mix((nested as TypeDeclarationSyntax)?.TypeParameterList?.Parameters.Count ?? 0);
        }

        words.Add(TextSpan.FromBounds(start, declaration.FullSpan.End));
        words.Mix(whole);
        var alike = Words.OfAnyCase(identifier);
        words.AddWord(alike);
        var reaches = new List<int> { Words.Of(identifier), alike };
        if (identifier.EndsWith("Attribute", StringComparison.Ordinal))
        {
            reaches.Add(Words.Of(identifier[..^"Attribute".Length]));
        }

        var reachesAll = isOfOthers;
        foreach (var extension in Extensions(members))
        {
            reachesAll |= extension is null || Unnamed.Contains(extension);
            reaches.Add(Words.Of(extension ?? ""));
        }

        types.Add(new TypeOutline(outline, declaration.SpanStart)
        {
            Key = key,
            Content = words.Digest,
            Uses = words.Sorted(),
            Reaches = [.. reaches],
            ReachesAll = reachesAll,
            UsesAll = words.HasEscapes,
            IsCandidate = !isGenerated && IsCandidate(declaration),
            MayLackBase = !isGenerated && declaration is ClassDeclarationSyntax or RecordDeclarationSyntax
                && declaration.Modifiers.Any(SyntaxKind.PartialKeyword)
                && members.Any(m => m is FieldDeclarationSyntax { AttributeLists.Count: > 0 }),
            IsNamedLikeModule = members.OfType<FieldDeclarationSyntax>().SelectMany(f => f.AttributeLists).SelectMany(l => l.Attributes)
                .Any(a => LastName(a.Name) is "Layer" or "LayerAttribute" or "Parameter" or "Buffer"),
            HasAnnotatedParameters = declaration is TypeDeclarationSyntax { ParameterList: { } parameters }
                && parameters.Parameters.Any(p => p.AttributeLists.Count > 0),
        });
        foreach (var nested in members.Where(m => m is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && !IsExtension(m)))
        {
            ReadType(nested, usings, key + "+", [.. around, Words.Of(identifier), alike], isOfOthers);
        }
    }

    /// <summary>A class that may have annotated members, or a <c>[Shape]</c> and a <c>Forward</c>.</summary>
    public static bool IsCandidate(SyntaxNode node)
    {
        if (node is not (ClassDeclarationSyntax or RecordDeclarationSyntax))
        {
            return false;
        }

        foreach (var member in ((TypeDeclarationSyntax)node).Members)
        {
            if (member is FieldDeclarationSyntax { AttributeLists.Count: > 0 } or PropertyDeclarationSyntax { AttributeLists.Count: > 0 }
                || (member is MethodDeclarationSyntax { Identifier.ValueText: "Forward" } method
                    && (node is ClassDeclarationSyntax || method.AttributeLists.Count > 0)))
            {
                return true;
            }
        }

        return false;
    }

    private static string LastName(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };

    /// <summary>A block of extensions, which this compiler may not know yet.</summary>
    private static bool IsExtension(MemberDeclarationSyntax member) => member is TypeDeclarationSyntax
        and not (ClassDeclarationSyntax or RecordDeclarationSyntax or StructDeclarationSyntax or InterfaceDeclarationSyntax);

    /// <summary>The names of the members that extend other types; null for one without a name.</summary>
    private static IEnumerable<string?> Extensions(SyntaxList<MemberDeclarationSyntax> members)
    {
        foreach (var member in members)
        {
            if (member is MethodDeclarationSyntax { ParameterList.Parameters: [var first, ..], Identifier.ValueText: var name }
                && first.Modifiers.Any(SyntaxKind.ThisKeyword))
            {
                yield return name;
            }
            else if (IsExtension(member))
            {
                foreach (var inner in ((TypeDeclarationSyntax)member).Members)
                {
                    yield return inner switch
                    {
                        MethodDeclarationSyntax method => method.Identifier.ValueText,
                        PropertyDeclarationSyntax property => property.Identifier.ValueText,
                        _ => null,
                    };
                }
            }
        }
    }
}
