namespace Gen.Model;

/// <summary>What a finding points at, by name and not by position, so that an edit elsewhere leaves the model equal.</summary>
internal enum AnchorKind
{
    /// <summary>The class's name.</summary>
    Class,

    /// <summary>The name of the type around the class (by its index, outermost first).</summary>
    ContainingType,

    /// <summary>The name of a field or property.</summary>
    Member,

    /// <summary>An argument of a layer: of its attribute or of the call in its initializer.</summary>
    Argument,

    /// <summary>The text of the class's or the method's <c>[Shape]</c>.</summary>
    Shape,

    /// <summary>The <c>Where</c> of that <c>[Shape]</c>.</summary>
    Where,

    /// <summary>An item of <c>[Chain]</c>.</summary>
    ChainItem,

    /// <summary>A named argument of <c>[Expect]</c>.</summary>
    Expectation,

    /// <summary>The name of the user's <c>Forward</c> method.</summary>
    Forward,

    /// <summary>An expression in the body of a method.</summary>
    Body,

    /// <summary>A module within the container that a field holds, by its keys.</summary>
    Item,
}

/// <param name="Kind">The kind of place.</param>
/// <param name="Name">The member, parameter or expectation meant; null where the kind says it all.</param>
/// <param name="Argument">For <see cref="AnchorKind.Argument"/>: the factory's parameter.</param>
/// <param name="Index">For numbered places: which.</param>
internal sealed record Anchor(AnchorKind Kind, string? Name = null, string? Argument = null, int Index = 0)
{
    /// <summary>The class that the place is in, by its metadata name; null for the class that is spoken of.</summary>
    public string? Type { get; init; }

    public static readonly Anchor Class = new(AnchorKind.Class);
    public static readonly Anchor Shape = new(AnchorKind.Shape);
    public static readonly Anchor Where = new(AnchorKind.Where);
    public static readonly Anchor Forward = new(AnchorKind.Forward);

    public static Anchor Member(string name) => new(AnchorKind.Member, name);

    /// <param name="method">The key of the method.</param>
    /// <param name="number">The number of the syntax node within it.</param>
    public static Anchor InBody(string method, int number) => method.IndexOf(Separator) is > 0 and var end
        ? new(AnchorKind.Body, method[(end + 1)..], Index: number) { Type = method[..end] }
        : new(AnchorKind.Body, method, Index: number);

    /// <summary>The key of a method of another class, by that class's metadata name.</summary>
    public static string KeyIn(string type, string method) => $"{type}{Separator}{method}";

    public static bool IsOfOther(string method) => method.IndexOf(Separator) > 0;

    private const char Separator = '|';

    /// <summary>The same place in another class.</summary>
    public Anchor In(string? type) => type is null ? this : this with { Type = type };

    /// <summary>The module of a key in the container that this is.</summary>
    public Anchor Within(string key) => this with { Kind = Kind == AnchorKind.Member ? AnchorKind.Item : Kind,
        Argument = Argument is null ? key : $"{Argument}.{key}" };

    public static Anchor Of(string member, string argument) => new(AnchorKind.Argument, member, argument);
}
