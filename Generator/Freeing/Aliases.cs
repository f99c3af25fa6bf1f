namespace Gen.Freeing;

/// <summary>Which names may stand for one and the same tensor, and which tensors are somebody else's.</summary>
internal sealed class Aliases
{
    private readonly Dictionary<string, string> parents = new(StringComparer.Ordinal);
    private readonly HashSet<string> held = new(StringComparer.Ordinal);

    /// <summary>The two may be the same object from now on.</summary>
    public void Unite(string one, string other)
    {
        var (a, b) = (Root(one), Root(other));
        if (a != b)
        {
            parents[b] = a;
            if (held.Contains(b))
            {
                held.Add(a);
            }
        }
    }

    /// <summary>Something else may hold it: it is not freed before the end.</summary>
    public void Hold(string name) => held.Add(Root(name));

    public bool IsHeld(string name) => held.Contains(Root(name));

    public bool MayBeSame(string one, string other) => Root(one) == Root(other);

    private string Root(string name)
    {
        while (parents.TryGetValue(name, out var parent))
        {
            name = parent;
        }

        return name;
    }
}
