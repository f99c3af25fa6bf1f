namespace Gen.Export;

/// <summary>A dictionary of the code that is exported: its items, in their order.</summary>
internal sealed class ExportMap
{
    public List<ExportPair> Items { get; } = [];

    public object? this[object? key]
    {
        get => Find(key) is { } item ? item.Value : throw new NotExportableException($"there is no item '{key}'");
        set
        {
            if (Find(key) is { } item)
            {
                item[1] = value;
            }
            else
            {
                Items.Add(new(key, value));
            }
        }
    }

    public ExportPair? Find(object? key) => Items.FirstOrDefault(i => Equals(i.Key, key));

    public bool Remove(object? key) => Items.RemoveAll(i => Equals(i.Key, key)) > 0;

    /// <summary>What a function of a dictionary gives.</summary>
    /// <param name="name">The function.</param>
    /// <param name="given">The dictionary, and its arguments.</param>
    public object? Call(string name, IReadOnlyList<object?> given)
    {
        switch (name)
        {
            case "Add" or "TryAdd" when given.Count == 3:
                if (Find(given[1]) is not null)
                {
                    return name == "TryAdd" ? false : throw new NotExportableException($"there is an item '{given[1]}' already");
                }

                this[given[1]] = given[2];
                return name == "TryAdd" ? true : null;
            case "Remove" when given.Count == 2:
                return Remove(given[1]);
            case "ContainsKey" when given.Count == 2:
                return Find(given[1]) is not null;
            case "GetValueOrDefault" when given.Count is 2 or 3:
                return Find(given[1]) is { } item ? item.Value : given.Count == 3 ? given[2] : null;
            case "Clear" when given.Count == 1:
                Items.Clear();
                return null;
            default:
                throw new NotExportableException($"{name}: a function of dictionaries that is not followed");
        }
    }
}

/// <summary>An item of a dictionary: a key and a value.</summary>
internal sealed class ExportPair : List<object?>
{
    public ExportPair(object? key, object? value)
        : base([key, value])
    {
    }

    public object? Key => this[0];

    public object? Value => this[1];
}
