using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>The declared signature, parsed and checked against the class: its names, its facts, the number of its inputs.</summary>
internal sealed record Declaration(ShapeSignature? Signature, Facts Facts, IReadOnlyList<string> FreeNames)
{
    /// <summary>Facts of the author's define names of the result, which are gone from what is here.</summary>
    public bool IsDefined { get; private init; }

    /// <summary>
    /// The facts for the proofs: the author's, and that a parameter of the constructor may be any number, unless a shape names it.
    /// A dimension is 1 or more, a padding is not; what a layer is built with is as much as that takes.
    /// </summary>
    public Facts Premises(ModuleModel module)
    {
        var built = BuiltSizes.Of(module).ToArray();
        var others = module.Constructor.Parameters.Where(
            p => p.IsInteger && !Names.Contains(p.Name) && !built.Any(f => f.Left.AsName == p.Name)).ToArray();
        built = [.. built, .. BuiltSizes.OfStates(module, others.Select(p => p.Name))];
        others = [.. others.Where(p => !built.Any(f => f.Left.AsName == p.Name))];
        return Facts.None.WithOpen(module.Constructor.Members.Select(m => m.Name).Except(Names))
            .And(others.Select(p => new Fact(Dim.Name(p.Name), Relation.AtLeast, Dim.Of(Least))).Concat(built).Concat(Facts.All)
                .Concat(module.Facts));
    }

    /// <summary>The constructor's sizes that a declared shape names, unless the author's facts let them be 0.</summary>
    public IEnumerable<string> PositiveSizes(ModuleModel module)
    {
        var dims = Signature is null ? [] : Signature.Inputs.Concat(Signature.Outputs ?? []).SelectMany(NamesOf).ToArray();
        var premises = Premises(module);
        return module.Constructor.Names.Where(p => p.IsInteger && dims.Contains(p.Name)
            && Comparison.AtLeast(Dim.Name(p.Name), Dim.One, premises) is true).Select(p => p.Name);
    }

    /// <summary>The names whose values a call or the primary constructor gives: conditions on them can be checked at run time.</summary>
    public IReadOnlyList<string> CheckableNames(ModuleModel module) =>
        [.. FreeNames,
            .. module.Constructor.Names.Where(p => p.IsInteger
                && (module.Constructor.Kind == ConstructorKind.Primary || p.Field is not null)).Select(p => p.Name)];

    private const long Least = -(1L << 40);

    /// <summary>The names that are sizes: those of dimensions, and what the author's facts divide by.</summary>
    private IEnumerable<string> Names =>
        (Signature is null ? [] : Signature.Inputs.Concat(Signature.Outputs ?? []).SelectMany(NamesOf)).Concat(
            Facts.All.SelectMany(f => new[] { f.Left, f.Right }).SelectMany(Divisors));

    private static IEnumerable<string> Divisors(Dim dim) => dim.Terms.SelectMany(t => t.Atoms).Where(a => a.Kind != AtomKind.Name)
        .SelectMany(a => (a.Kind is AtomKind.FloorDiv or AtomKind.Mod ? a.Right!.Names : []).Concat(Divisors(a.Left!))
            .Concat(Divisors(a.Right!)));

    /// <summary>The declared results; null where none are.</summary>
    public IReadOnlyList<Shape>? Results => Signature?.Outputs;

    /// <summary>The declaration of a module that stands in another one, in sizes of that.</summary>
    public static Declaration Within(ModuleModel bound) => Read(bound, [], isWithin: true);

    public static Declaration Read(ModuleModel module, List<Finding> findings, bool isWithin = false)
    {
        if (module.Signature is not { } text)
        {
            return new(null, Facts.None, []);
        }

        var (signature, error) = ShapeParser.ParseSignature(text.Text);
        if (error is not null || signature is null)
        {
            findings.Add(new(FindingKind.ShapeTextMalformed, Anchor.Shape, text.Text, ShapeRepair.Of(text.Text) ?? error?.Message ?? ""));
            return new(null, Facts.None, []);
        }

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
                facts = parsed;
            }
        }

        var written = facts.All;
        if (module.Sizes.Count > 0)
        {
            signature = Substitute(signature, Field);
            facts = Substitute(facts, Field);
        }

        var lone = StatedFacts.Lone(facts, signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(NamesOf), module);
        var defined = ResultNames.Define(signature, facts, module.Constructor.Names.Select(p => p.Name));
        if (defined.Count > 0)
        {
            signature = Substitute(signature, Definition);
            facts = Substitute(facts, Definition);
        }

        facts = StatedFacts.WithoutObvious(facts);

        if (isWithin || module.Bound.Count > 0)
        {
            return Bound(module, signature, facts);
        }

        var unknown = Unknown(module, signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(NamesOf), static _ => true);
        if ((unknown ?? Unknown(module, facts.All.SelectMany(f => f.Names), static m => m.IsInteger)) is { } path)
        {
            findings.Add(new(FindingKind.ShapeTextMalformed, unknown is null ? Anchor.Where : Anchor.Shape,
                unknown is null ? text.Where! : text.Text, NoSuchSize(module, path)));
            return new(null, Facts.None, []);
        }

        var names = signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(NamesOf).Distinct().ToArray();
        if ((lone ?? facts.All.SelectMany(f => f.Names)
            .FirstOrDefault(n => !names.Contains(n) && StatedFacts.IsNowhere(n, module))) is { } nowhere)
        {
            findings.Add(new(FindingKind.ShapeTextMalformed, Anchor.Where, text.Where!,
                $"'{nowhere}' is not a size: no input, result, constructor parameter or field has that name"));
            return new(null, Facts.None, []);
        }

        if (StatedFacts.Never(written, Now) is { } never)
        {
            findings.Add(new(FindingKind.ShapeTextMalformed, Anchor.Where, text.Where!, never));
            return new(null, Facts.None, []);
        }

        foreach (var parameter in module.Constructor.Names.Where(p => !p.IsInteger && names.Contains(p.Name)))
        {
            findings.Add(new(FindingKind.ShapeNameIsNoInteger, Anchor.Shape, parameter.Name, parameter.Type.Replace("global::", "")));
        }

        var tensors = module.Forward.Inputs.Count;
        if (module.Forward.Kind != ForwardKind.None && signature.Inputs.Count > tensors)
        {
            var hint = tensors == 1 && signature.Inputs.Count > 1
                ? $"commas separate tensors. Separate dimensions with spaces: \"{ShapeParser.CommasToSpaces(text.Text)}\""
                : $"the module has {tensors}";
            findings.Add(new(FindingKind.ShapeInputCount, Anchor.Shape, text.Text,
                signature.Inputs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), hint));
        }

        if (module.Forward.Kind != ForwardKind.None && signature.Outputs is { } outputs && module.Forward.Tensors.Most() is { } most
            && outputs.Count > most)
        {
            var hint = most == 1
                ? $"forward gives one tensor; commas separate tensors. Separate dimensions with spaces: "
                    + $"\"{string.Join(" ", outputs.Select(o => o.ToShapeString()))}\""
                : $"forward gives {most.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            findings.Add(new(FindingKind.ShapeResultCount, Anchor.Shape, text.Text,
                outputs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), hint));
        }

        var free = names.Where(n => module.Constructor.Names.All(p => p.Name != n)).ToArray();
        return new(signature, facts, free) { IsDefined = defined.Count > 0 };

        Dim? Field(string name) => module.Sizes.FirstOrDefault(s => s.Name == name)?.Value;
        Dim? Definition(string name) => defined.TryGetValue(name, out var value) ? value : null;
        Fact Now(Fact fact) => fact.Substitute(Field).Substitute(Definition);
    }

    /// <summary>
    /// The signature of a module whose constructor's parameters are given, by sizes of another module. A dimension that has the name
    /// of one of these gets another.
    /// </summary>
    private static Declaration Bound(ModuleModel module, ShapeSignature signature, Facts facts)
    {
        var bound = new Bindings(module.Bound);
        var taken = bound.Names.ToArray();
        var names = signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(NamesOf).Distinct().ToArray();
        var free = names.Where(n => !n.Contains('.') && module.Constructor.Parameters.All(p => p.Name != n))
            .ToDictionary(n => n, n => taken.Contains(n) ? n + "'" : n, StringComparer.Ordinal);
        Dim? Value(string name) => free.TryGetValue(name, out var renamed) ? Dim.Name(renamed) : bound.Size(name) ?? Dim.Unknown;
        return new(Substitute(signature, Value), Substitute(facts, Value), [.. free.Values]);
    }

    /// <summary>A path that leads to no size: <c>config.Dimm</c>.</summary>
    private static string? Unknown(ModuleModel module, IEnumerable<string> names, Func<ConstructorParameter, bool> fits) =>
        names.FirstOrDefault(n => n.Contains('.') && !module.Constructor.Members.Any(m => m.Name == n && fits(m)));

    private static string NoSuchSize(ModuleModel module, string path)
    {
        var (owner, member) = (path.Substring(0, path.IndexOf('.')), path.Substring(path.IndexOf('.') + 1));
        return module.Constructor.Parameters.Any(p => p.Name == owner)
            ? $"'{path}' is not a size: '{owner}' has no integer '{member}' that cannot change (a get-only or init-only property, or a "
                + $"readonly field)"
            : $"'{path}' is not a size: '{owner}' is no parameter of the constructor";
    }

    private static ShapeSignature Substitute(ShapeSignature signature, Func<string, Dim?> value) =>
        signature.With(signature.Inputs.Select(i => i.Substitute(value)).ToArray(),
            signature.Outputs?.Select(o => o.Substitute(value)).ToArray());

    private static Facts Substitute(Facts facts, Func<string, Dim?> value) =>
        new(facts.All.Select(f => f.Substitute(value)));

    private static IEnumerable<string> NamesOf(Shape shape) =>
        (shape.Variadic is { } variadic and not "..." ? new[] { variadic } : []).Concat(shape.Dims.SelectMany(d => d.Names));
}
