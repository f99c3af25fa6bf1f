using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>The declared signature, parsed and held against the class: its names, its facts, the number of its inputs.</summary>
internal sealed record Declaration(ShapeSignature? Signature, Facts Facts, IReadOnlyList<string> FreeNames)
{
    /// <summary>
    /// The facts for the proofs: the author's, and that a parameter of the constructor may be any number, unless a shape names it.
    /// A dimension is 1 or more, a padding is not.
    /// </summary>
    public Facts Premises(ModuleModel module) => Facts.And(module.Facts).And(module.Constructor.Parameters
        .Where(p => p.IsInteger && !Names.Contains(p.Name))
        .Select(p => new Fact(Dim.Name(p.Name), Relation.AtLeast, Dim.Of(Least))));

    /// <summary>The names whose values a call or the primary constructor gives: conditions on them can be checked when running.</summary>
    public IReadOnlyList<string> CheckableNames(ModuleModel module) => [.. FreeNames, .. module.Constructor.Parameters.Where(p => p.IsInteger && (module.Constructor.Kind == ConstructorKind.Primary || p.Field is not null)).Select(p => p.Name)];

    private const long Least = -(1L << 40);

    private IEnumerable<string> Names => Signature is null ? [] : Signature.Inputs.Concat(Signature.Outputs ?? []).SelectMany(NamesOf);

    public Shape? Result => Signature?.Outputs is [var result] ? result : null;

    public static Declaration Read(ModuleModel module, List<Finding> findings)
    {
        if (module.Signature is not { } text)
        {
            return new(null, Facts.None, []);
        }

        var (signature, error) = ShapeParser.ParseSignature(text.Text);
        if (error is not null || signature is null)
        {
            findings.Add(new(FindingKind.ShapeTextMalformed, Anchor.Shape, text.Text, error?.Message ?? ""));
            return new(null, Facts.None, []);
        }

        var constants = new Bindings(module.Constants);
        signature = new(signature.Inputs.Select(i => i.Substitute(constants.Size)).ToArray(), signature.Outputs?.Select(o => o.Substitute(constants.Size)).ToArray());
        var facts = Facts.None;
        if (!string.IsNullOrWhiteSpace(text.Where))
        {
            var (parsed, whereError) = ShapeParser.ParseFacts(text.Where!);
            if (whereError is not null || parsed is null)
            {
                findings.Add(new(FindingKind.ShapeTextMalformed, Anchor.Where, text.Where!, whereError?.Message ?? ""));
            }
            else
            {
                facts = new Facts(parsed.All.Select(f => new Fact(f.Left.Substitute(constants.Size), f.Relation, f.Right.Substitute(constants.Size))));
            }
        }

        if (module.Bound.Count > 0)
        {
            return Bound(module, signature, facts);
        }

        var names = signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(NamesOf).Distinct().ToArray();
        foreach (var parameter in module.Constructor.Parameters.Where(p => !p.IsInteger && names.Contains(p.Name)))
        {
            findings.Add(new(FindingKind.ShapeNameIsNoInteger, Anchor.Shape, parameter.Name, parameter.Type.Replace("global::", "")));
        }

        var tensors = module.Forward.Inputs.Count;
        if (module.Forward.Kind != ForwardKind.None && signature.Inputs.Count > tensors)
        {
            var hint = tensors == 1 && signature.Inputs.Count > 1
                ? $"commas separate tensors, spaces dimensions: \"{ShapeParser.CommasToSpaces(text.Text)}\""
                : $"the module has {tensors}";
            findings.Add(new(FindingKind.ShapeInputCount, Anchor.Shape, text.Text, signature.Inputs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), hint));
        }

        var free = names.Where(n => module.Constructor.Parameters.All(p => p.Name != n)).ToArray();
        return new(signature, facts, free);
    }

    /// <summary>
    /// The signature of a module whose constructor's parameters are given, by sizes of another module. A dimension that has the name
    /// of one of these gets another.
    /// </summary>
    private static Declaration Bound(ModuleModel module, ShapeSignature signature, Facts facts)
    {
        var bound = new Bindings(module.Bound);
        var taken = module.Bound.Select(b => bound.Size(b.Parameter)!).Where(d => !d.IsUnknown).SelectMany(d => d.Names).Distinct().ToArray();
        var names = signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(NamesOf).Distinct().ToArray();
        var free = names.Where(n => module.Constructor.Parameters.All(p => p.Name != n)).ToDictionary(n => n, n => taken.Contains(n) ? n + "'" : n, StringComparer.Ordinal);
        Dim? Value(string name) => free.TryGetValue(name, out var renamed) ? Dim.Name(renamed) : bound.Size(name);
        return new(
            new ShapeSignature(signature.Inputs.Select(i => i.Substitute(Value)).ToArray(), signature.Outputs?.Select(o => o.Substitute(Value)).ToArray()),
            new Facts(facts.All.Select(f => new Fact(f.Left.Substitute(Value), f.Relation, f.Right.Substitute(Value)))),
            [.. free.Values]);
    }

    private static IEnumerable<string> NamesOf(Shape shape) =>
        (shape.Variadic is { } variadic and not "..." ? new[] { variadic } : []).Concat(shape.Dims.SelectMany(d => d.Names));
}
