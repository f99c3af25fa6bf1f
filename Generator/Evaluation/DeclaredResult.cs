using Gen.Model;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Holds the computed result against the declared one, tensor by tensor.</summary>
internal static class DeclaredResult
{
    /// <summary>GEN1005 where they are proved different. True where they are not proved equal: then the result is checked when
    /// running.</summary>
    /// <param name="missing">The sizes that only an input has which is not given on this way: they are 0.</param>
    public static bool Check(IReadOnlyList<Shape> declared, IReadOnlyList<ElementType> types, ResultModel type, AbstractValue value,
        Anchor at, LayerEvaluator walk,
        IReadOnlyCollection<string>? missing = null)
    {
        if (type.Places(declared.Count) is not { } places || walk.Failed)
        {
            return false;
        }

        var isOpen = false;
        if (places.List is { } list)
        {
            var items = At(value, list.Path);
            if (items is AbstractValue.Items { Values.Count: var count } && count != list.Needs)
            {
                walk.Fail(new(FindingKind.DeclaredResultCount, at, Number(list.Needs), Number(count)));
                return true;
            }

            isOpen = items is not AbstractValue.Items;
        }

        for (var i = 0; i < places.Tensors.Count; i++)
        {
            var place = places.Tensors[i];
            var item = At(value, place.Path);
            isOpen |= !(item is AbstractValue.Null && place.IsNullable) && (Check(declared, i, item, at, walk, missing)
                | (i < types.Count && Check(types[i], Which(i, declared.Count), item, at, walk)));
        }

        return isOpen;
    }

    /// <summary>GEN1012 where the types are different. True where they are not proved equal.</summary>
    private static bool Check(ElementType declared, string which, AbstractValue? value, Anchor at, LayerEvaluator walk)
    {
        if (declared == ElementType.Unknown || walk.Failed)
        {
            return false;
        }

        var type = value is AbstractValue.Tensor tensor ? tensor.Type : ElementType.Unknown;
        var fits = (declared & ElementType.Float32) != 0 ? declared | ElementType.Module : declared;
        if (type.MayBe(fits))
        {
            // The module's type is not proved: it may be converted.
            return !type.Is(declared);
        }

        walk.Fail(new(FindingKind.ResultElementType, at, which, declared.Text(), type.Text(), TypeProblem.Convert(declared))
        {
            IsOfModuleType = (type & ElementType.Module) != 0,
        });
        return true;
    }

    private static bool Check(IReadOnlyList<Shape> all, int index, AbstractValue? value, Anchor at, LayerEvaluator walk,
        IReadOnlyCollection<string>? missing)
    {
        var declared = all[index];
        if (missing is { Count: > 0 } && !walk.Failed && value is AbstractValue.Tensor given
            && given.Shape.Equals(declared.Substitute(n => missing.Contains(n) ? Dim.Zero : null)))
        {
            walk.Pass(at);
            return false;
        }

        if (walk.Failed || declared.IsUnknownRank || value is not AbstractValue.Tensor { Shape: var computed } tensor)
        {
            return !declared.IsUnknownRank && !walk.Failed;
        }

        if (computed.Rank is not { } rank || declared.Rank is not { } needs)
        {
            return !computed.Equals(declared);
        }

        var verdicts = rank != needs
            ? [Verdict.Different]
            : computed.Dims.Zip(declared.Dims, (a, b) => a.IsUnknown || b.IsUnknown ? Verdict.Unknown
                : Comparison.Compare(a, b, walk.Facts)).ToArray();
        if (verdicts.Contains(Verdict.Different))
        {
            var really = Shape.ToShapeString([.. all.Select((shape, i) => i == index ? computed : shape)]);
            var which = Which(index, all.Count);
            walk.Fail(new Finding(FindingKind.DeclaredResultDiffers, at, declared.ToString(), computed.ToString(),
                tensor.Provenance.ToString(),
                really, which) { Also = tensor.Provenance.Places(),
                    Remedy = Remedies.Flatten(declared, computed, walk.Facts, tensor.Provenance) });

            // Where the error is switched off, the contract is still kept.
            return true;
        }

        walk.Pass(at);
        foreach (var (size, expected) in computed.Dims.Zip(declared.Dims, (a, b) => (a, b)).Where((_, i) => verdicts[i] == Verdict.Unknown)
            .Where(p => !p.a.IsUnknown && !p.b.IsUnknown))
        {
            walk.Require(at, Requirement.Result, new Fact(size, Relation.Equal, expected));
        }

        return verdicts.Contains(Verdict.Unknown);
    }

    /// <summary>The value there; null where it is not known.</summary>
    private static AbstractValue? At(AbstractValue value, IEnumerable<int> path) =>
        path.Aggregate((AbstractValue?)value, static (held, index) => held is AbstractValue.Items { Values: var items }
            && index < items.Count
            ? items[index] : null);

    private static string Which(int index, int count) => count == 1 ? "the result" : $"item {Number(index + 1)} of the result";

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
