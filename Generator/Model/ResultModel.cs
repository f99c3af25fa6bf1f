namespace Gen.Model;

/// <summary>What the type of a result holds of tensors.</summary>
internal abstract record ResultModel
{
    internal sealed record Tensor(bool IsNullable) : ResultModel;

    internal sealed record Tuple(EquatableArray<ResultModel> Items) : ResultModel;

    /// <summary>An array or a list of tensors.</summary>
    /// <param name="Count">The property that tells how many there are.</param>
    /// <param name="IsNullable">Its items may be null.</param>
    internal sealed record List(string Count, bool IsNullable) : ResultModel;

    /// <summary>No tensor, or something that is not looked into.</summary>
    internal sealed record Other : ResultModel;

    /// <summary>Where so many declared results are; null where the type does not tell.</summary>
    public ResultPlaces? Places(int declared)
    {
        var parts = Parts(this, "", []).ToArray();
        var tensors = parts.Count(p => p.Model is Tensor);
        var lists = parts.Length - tensors;
        if (parts.Length == 0 || lists > 1 || (lists == 0 && declared > tensors))
        {
            return null;
        }

        // A list holds what is declared beyond the tensors that stand by themselves.
        var items = Math.Max(0, declared - tensors);
        var places = new List<ResultPlace>();
        ListPlace? list = null;
        foreach (var (model, access, path) in parts)
        {
            if (model is List { Count: var count } several)
            {
                if (items == 0)
                {
                    break;
                }

                list = new($"{access}.{count}", path.ToEquatableArray(), items);
                places.AddRange(Enumerable.Range(0, items).Select(
                    i => new ResultPlace($"{access}[{i}]", path.Append(i).ToEquatableArray(), several.IsNullable)));
            }
            else
            {
                places.Add(new(access, path.ToEquatableArray(), ((Tensor)model).IsNullable));
            }
        }

        return new(places.Take(declared).ToEquatableArray(), list);
    }

    /// <summary>The most results that can be declared; null where the type does not tell.</summary>
    public int? Most() => Parts(this, "", []).ToArray() is { Length: > 0 } parts && parts.All(p => p.Model is Tensor) ? parts.Length : null;

    private static IEnumerable<(ResultModel Model, string Access, int[] Path)> Parts(ResultModel model, string access, int[] path) =>
        model switch
    {
        Tuple tuple => tuple.Items.SelectMany((item, i) => Parts(item, $"{access}.Item{i + 1}", [.. path, i])),
        Other => [],
        _ => [(model, access, path)],
    };
}

/// <param name="Tensors">The declared tensors in their order.</param>
/// <param name="List">The list that some are in; null where there is none.</param>
internal sealed record ResultPlaces(EquatableArray<ResultPlace> Tensors, ListPlace? List);

/// <param name="Access">What follows the result in C#: <c>.Item2</c>.</param>
/// <param name="Path">The same as indexes.</param>
/// <param name="IsNullable">It may be null.</param>
internal sealed record ResultPlace(string Access, EquatableArray<int> Path, bool IsNullable);

/// <param name="Count">What follows the result in C# to tell the number of items.</param>
/// <param name="Path">Where the list is.</param>
/// <param name="Needs">How many items are declared.</param>
internal sealed record ListPlace(string Count, EquatableArray<int> Path, int Needs);
