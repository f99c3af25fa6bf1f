using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>What is in a text, by two numbers: equal texts have equal ones, and others do not.</summary>
internal readonly record struct Digest(ulong First, ulong Second);

/// <summary>
/// One declaration of a type in a file: what it is called, what it says, and all the words in it. No name that code uses is missing among
/// its words; comments only add to them. Words are known by a number: two of one number are taken for the same.
/// </summary>
internal sealed class TypeOutline(TreeOutline tree, int start)
{
    /// <summary>The file that it is in.</summary>
    public TreeOutline Tree => tree;

    /// <summary>Where its declaration begins.</summary>
    public int Start => start;

    /// <summary>The type by its full name: the declarations of a partial type have the same.</summary>
    public string Key { get; init; } = "";

    /// <summary>What it says, less the types in it, and what names mean where it stands.</summary>
    public Digest Content { get; init; }

    /// <summary>The words in it, sorted.</summary>
    public int[] Uses { get; init; } = [];

    /// <summary>The words by which other code may come to it: its name, and those of extension methods.</summary>
    public int[] Reaches { get; init; } = [];

    /// <summary>Other code may come to it without a word, or it is what the compiler or Gen look for themselves.</summary>
    public bool ReachesAll { get; init; }

    /// <summary>Some names in it cannot be told from its text.</summary>
    public bool UsesAll { get; init; }

    /// <summary>By its members, the class could be a module.</summary>
    public bool IsCandidate { get; init; }

    /// <summary>A partial class that could be a module: its base class may be one that is generated.</summary>
    public bool MayLackBase { get; init; }

    /// <summary>The attributes of its fields have the names of Gen's: most often they are these.</summary>
    public bool IsNamedLikeModule { get; init; }

    /// <summary>A parameter of its primary constructor has an attribute, which may be one of a property.</summary>
    public bool HasAnnotatedParameters { get; init; }

    public bool Has(int word) => UsesAll || Array.BinarySearch(Uses, word) >= 0;
}

/// <summary>The declarations in a file. It holds nothing of the file's tree.</summary>
internal sealed class TreeOutline
{
    private static readonly ConditionalWeakTable<SyntaxTree, TreeOutline> Known = new();

    private readonly WeakReference<SyntaxTree> tree;
    private readonly Dictionary<int, TypeOutline> byStart = [];

    private TreeOutline(SyntaxTree tree)
    {
        this.tree = new(tree);
        new OutlineReader(this, tree).Read();
        foreach (var type in Types)
        {
            byStart[type.Start] = type;
        }
    }

    public IReadOnlyList<TypeOutline> Types { get; set; } = [];

    /// <summary>What the file says for all others: global usings, attributes of the assembly; null where it says nothing.</summary>
    public Digest? Global { get; set; }

    /// <summary>The words of these.</summary>
    public int[] GlobalUses { get; set; } = [];

    /// <summary>The namespaces that it adds to.</summary>
    public IReadOnlyList<string> Namespaces { get; set; } = [];

    public SyntaxTree? Tree => tree.TryGetTarget(out var target) ? target : null;

    /// <summary>The outline of a tree, which is made once.</summary>
    public static TreeOutline Of(SyntaxTree tree) => Known.TryGetValue(tree, out var known) ? known
        : Known.GetValue(tree, static t => new TreeOutline(t));

    public TypeOutline? At(int start) => byStart.TryGetValue(start, out var type) ? type : null;
}
