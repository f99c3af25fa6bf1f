namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>A kind of cache in which a program keeps tensors.</summary>
/// <param name="Type">Its type, in C#.</param>
/// <param name="New">C# that makes one.</param>
/// <param name="Member">The member of the program that holds it; empty where <c>Forward</c> is given it.</param>
/// <param name="All">C# that enumerates the tensors in it.</param>
/// <param name="Lines">What a program does with it.</param>
internal sealed record KeepingCache(string Type, string New, string Member, string All, string[] Lines)
{
    public static readonly KeepingCache None = new("", "", "", "", []);

    private static readonly string[] OfObject =
    [
        "cache.Keys = cache.Keys is null ? $a : cache.Keys * 0.5 + $a * 0.5;", "cache.Keys = $a;", "cache.Add($a);",
        "cache.Keys ??= $a.sin();", "(cache.Keys, cache.Values) = ($a, $b.t());", "var $n = cache.Keys ?? $a;",
        "cache.Pair = ($a, $b);", "var $n = cache.Pair is { } $i ? $i.Item2 : $a;", "var $n = cache.Take($a);", "cache.Seen.Add($a.t());",
        "var $n = cache.Values = $a.cos();", "cache.Field = $a;", "var $n = cache.Field ?? $a;",
        "Helper.Fill(cache.Seen, $a.sin());", "var $n = cache.Seen.Count > 0 ? cache.Seen[0] : $a;", "var $i = cache; $i.Keys = $a;",
        "cache = cache with { Field = $a };", "var $n = Helper.Swap(ref cache.Field, $a.cos());",
        "cache.Layer($a.t(), out var $n);", "cache[\"$k\"] = $a.tanh();", "var $n = cache[\"$k\"] ?? $a;",
    ];

    private static readonly string[] OfDictionary =
    [
        "cache[\"$k\"] = $a;", "cache[\"$k\"] = cache.TryGetValue(\"$k\", out var $i) ? $i * 0.5 + $a * 0.5 : $a;",
        "cache.TryAdd(\"$k\", $a.sin());", "if (!cache.ContainsKey(\"$k\")) { cache[\"$k\"] = $a; }",
        "var $n = cache.TryGetValue(\"$k\", out var $i) ? $i : $a;", "Helper.Put(cache, \"$k\", $a);", "var $n = cache[\"$k\"] = $a.t();",
        "foreach (var $i in cache.Values) { $a = $a * 0.5 + $i * 0.5; }",
        "if (cache.Remove(\"$k\", out var $i)) { $a = $i; }", "var $i = cache; $i[\"$k\"] = $a.cos();",
    ];

    private static readonly string[] OfList =
    [
        "cache.Add($a);", "cache.Insert(0, $a.sin());", "if (cache.Count > 0) { cache[0] = $a; }", "cache.AddRange([$a, $b.t()]);",
        "Helper.Fill(cache, $a);", "var $n = cache.Count > 0 ? cache[0] : $a;",
        "var $n = cache.LastOrDefault() ?? $a;", "var $i = cache; $i.Add($a.cos());",
        "cache.Add($a); var $n = torch.stack(cache.ToArray(), 0).mean([0L]);", "foreach (var $i in cache) { $a = $a * 0.5 + $i * 0.5; }",
    ];

    private static readonly string[] OfArray =
    [
        "cache[1] = $a;", "cache[2] = cache[2] is { } $i ? $i * 0.5 + $a * 0.5 : $a;", "Array.Fill(cache, $a);",
        "var $n = Helper.Swap(ref cache[0], $a);", "var $n = cache[1] ?? $a;", "cache[3] ??= $a.sin();",
        "(cache[0], cache[1]) = ($a.t(), cache[0]);", "var $i = cache; $i[2] = $a.cos();", "Array.Resize(ref cache, 4); cache[0] = $a;",
    ];

    private static readonly string[] OfPair =
    [
        "cache.Keys.Add($a);", "cache.Values.Add($a.t());", "cache.Keys.Insert(0, $a.sin());",
        "var $n = cache.Keys.Count > 0 ? cache.Keys[^1] : $a;", "var (_, $i) = cache; $i.Add($a.cos());", "Helper.Fill(cache.Values, $a);",
        "foreach (var $i in cache.Values) { $a = $a * 0.5 + $i * 0.5; }",
    ];

    private static readonly string[] OfInterface = ["cache.Put($a);", "cache.Put($a.sin());", "var $n = cache.Get($a);",
        "var $n = cache.Get($a.t()) * 0.5;", "cache.Put($a); var $n = cache.Get($b);"];

    private static readonly KeepingCache[] Kinds =
    [
        None,
        new("Cache", "new Cache()", "", "cache.All()", OfObject),
        new("Dictionary<string, Tensor>", "[]", "", "cache.Values", OfDictionary),
        new("List<Tensor>", "[]", "", "cache", OfList),
        new("Tensor?[]", "new Tensor?[4]", "", "Shelf.These(cache)", OfArray),
        new("(List<Tensor> Keys, List<Tensor> Values)", "([], [])", "", "cache.Keys.Concat(cache.Values)", OfPair),
        new("ICache", "new Ring()", "", "((Ring)cache).All()", OfInterface),
        new("IDictionary<string, Tensor>", "new Dictionary<string, Tensor>()", "", "cache.Values",
            [.. OfDictionary.Where(l => !l.Contains("out var", StringComparison.Ordinal)
                || l.Contains("TryGetValue", StringComparison.Ordinal))]),
        Owned("Cache", "private Cache cache = new();", OfObject),
        Owned("Cache", "public Cache cache { get; set; } = new();",
            [.. OfObject.Where(l => !l.Contains("ref cache", StringComparison.Ordinal))]),
        Owned("Cache", "private static Cache cache => Shelf.Shared;",
            [.. OfObject.Where(l => !l.Contains("cache = ", StringComparison.Ordinal))]),
        Owned("ICache", "private readonly Ring cache = new();", OfInterface),
    ];

    public bool IsGiven => Type.Length > 0 && Member.Length == 0;

    /// <summary>Programs whose numbers are near each other have the same.</summary>
    public static KeepingCache Of(int number) => Kinds[number % Kinds.Length];

    private static KeepingCache Owned(string type, string member, string[] lines) => new(type, "", member, "cache.All()", lines);
}
