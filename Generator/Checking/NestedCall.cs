using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>What a module gives for an input, by its declared shape: its names are bound to the sizes that arrive.</summary>
internal sealed record NestedCall(Shape Output, Dim MultiplyAdds, Dim TorchinfoMultiplyAdds, string? Mismatch, string? Reason, IReadOnlyList<Fact> Conditions)
{
    public static NestedCall Enter(LayerModel layer, ModuleModel module, Shape input, Facts facts)
    {
        var inner = ModuleChecker.Check(module);
        if (inner.Inputs is not [var declared] || inner.Output is not { } output)
        {
            return Lost($"'{layer.Name}' ({layer.TypeName}) declares no shape; add [Shape(\"in -> out\")] to {layer.TypeName}");
        }

        if (declared.Rank is not { } rank || input.Rank is not { } arriving)
        {
            return Lost(input.IsUnknownRank ? "" : $"'{layer.Name}' ({layer.TypeName}) is declared for inputs of any rank");
        }

        var bound = new Dictionary<string, Dim>(StringComparer.Ordinal);
        Dim? Value(string name) => bound.TryGetValue(name, out var dim) ? dim : LayerCounts.Bound(layer, name);
        if (rank != arriving)
        {
            return Misfit(declared.Substitute(Value));
        }

        for (var i = 0; i < rank; i++)
        {
            if (inner.FreeNames.FirstOrDefault(n => declared.Dims[i].Equals(Dim.Name(n))) is { } name && !bound.ContainsKey(name))
            {
                bound[name] = input.Dims[i];
            }
        }

        var conditions = new List<Fact>();
        for (var i = 0; i < rank; i++)
        {
            var needs = declared.Dims[i].Substitute(Value);
            if (needs.IsUnknown || input.Dims[i].IsUnknown)
            {
                continue;
            }

            switch (Comparison.Compare(needs, input.Dims[i], facts))
            {
                case Verdict.Different:
                    return Misfit(declared.Substitute(Value));
                case Verdict.Unknown:
                    conditions.Add(new Fact(input.Dims[i], Relation.Equal, needs));
                    break;
            }
        }

        var torchinfo = inner.Layers.Aggregate(Dim.Zero, static (sum, row) => sum + row.TorchinfoMultiplyAdds);
        return new(output.Substitute(Value), inner.MultiplyAdds.Substitute(Value), torchinfo.Substitute(Value), null, null, conditions);

        static NestedCall Lost(string reason) => new(Shape.UnknownRank, Dim.Unknown, Dim.Unknown, null, reason, []);

        static NestedCall Misfit(Shape needs) => new(Shape.UnknownRank, Dim.Unknown, Dim.Unknown, needs.ToString(), null, []);
    }
}
