namespace Gen.Shapes;

/// <summary>Where a tensor or a module is: on one device, or on one of several that the program chooses from.</summary>
internal sealed class Device : IEquatable<Device>
{
    private const string OfModule = "module";
    private readonly string[] names;
    private readonly object? choice;

    private Device(string[] names, object? choice = null, bool isDefault = false) =>
        (this.names, this.choice, IsDefault) = (names, choice, isDefault);

    /// <summary>Where the parameters of the module are, and what callers give to it.</summary>
    public static Device Module { get; } = new([OfModule]);

    /// <summary>The CPU, where the code does not say on which device something is made.</summary>
    public static Device Default { get; } = new(["cpu"], isDefault: true);

    /// <summary>Nobody said where it is to be made.</summary>
    public bool IsDefault { get; }

    public bool IsModule => names is [OfModule];

    /// <summary>It is certainly the CPU.</summary>
    public bool IsCpu => names is ["cpu"];

    public bool IsMeta => names.Contains("meta");

    /// <summary>Which of several it is, a condition decides.</summary>
    public bool IsChosen => choice is not null;

    /// <summary>A device by its name, as in <c>cuda:0</c>; null where that is none.</summary>
    public static Device? Named(string name)
    {
        name = name.ToLowerInvariant();
        var colon = name.IndexOf(':');
        return name.Length > 0 && name.All(static c => char.IsLetterOrDigit(c) || c == ':') && colon != 0
            && (colon < 0 || (colon < name.Length - 1 && name.Skip(colon + 1).All(char.IsDigit))) ? new([name]) : null;
    }

    /// <summary>One of them, by a condition that is asked once.</summary>
    public static Device? Either(Device? a, Device? b) => a is null || b is null || a.IsModule || b.IsModule ? null
        : new([.. a.names.Concat(b.names).Distinct(StringComparer.Ordinal)], new object());

    /// <summary>What holds of both.</summary>
    public static Device? Join(Device? a, Device? b) => Equals(a, b) ? a
        : a is not null && b is not null && a.IsCpu && b.IsCpu ? new(["cpu"]) : null;

    /// <summary>Tensors on these are apart, at least where the program chooses so: the names of two devices that differ. Null where they
    /// may be together.</summary>
    public static (string First, string Second)? Apart(Device? a, Device? b)
    {
        if (a is null || b is null || a.IsModule || b.IsModule || (a.IsChosen && b.IsChosen))
        {
            return null;
        }

        foreach (var first in a.names)
        {
            foreach (var second in b.names)
            {
                if (Differ(first, second))
                {
                    return (first, second);
                }
            }
        }

        return null;
    }

    public bool Equals(Device? other) => other is not null && IsDefault == other.IsDefault && ReferenceEquals(choice, other.choice)
        && names.SequenceEqual(other.names);

    public override bool Equals(object? obj) => Equals(obj as Device);

    public override int GetHashCode() => names.Aggregate(0, static (hash, n) => unchecked((hash * 31) + n.GetHashCode()));

    public override string ToString() => string.Join(" or ", names);

    /// <summary><c>cuda</c> may be <c>cuda:0</c>.</summary>
    private static bool Differ(string a, string b)
    {
        var (x, y) = (a.Split(':'), b.Split(':'));
        return x[0] != y[0] || (x.Length > 1 && y.Length > 1 && x[1] != y[1]);
    }
}
