using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>The declared signature, parsed and held against the class: its names, its facts, the number of its inputs.</summary>
internal sealed record Declaration(ShapeSignature? Signature, Facts Facts, IReadOnlyList<string> FreeNames)
{
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

        var names = signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(NamesOf).Distinct().ToArray();
        foreach (var parameter in module.Constructor.Parameters.Where(p => !p.IsInteger && names.Contains(p.Name)))
        {
            findings.Add(new(FindingKind.ShapeNameIsNoInteger, Anchor.Shape, parameter.Name, parameter.Type.Replace("global::", "")));
        }

        var tensors = module.Forward.Inputs.Count;
        if (module.Forward.Kind != ForwardKind.None && signature.Inputs.Count > tensors)
        {
            var hint = tensors == 1 && text.Text.Split(["->"], StringSplitOptions.None)[0] is var inputs && inputs.Contains(',')
                ? $"commas separate tensors, spaces dimensions: \"{string.Join(" ", inputs.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))}\""
                : $"the module has {tensors}";
            findings.Add(new(FindingKind.ShapeInputCount, Anchor.Shape, text.Text, signature.Inputs.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), hint));
        }

        var free = names.Where(n => module.Constructor.Parameters.All(p => p.Name != n)).ToArray();
        return new(signature, facts, free);
    }

    private static IEnumerable<string> NamesOf(Shape shape) =>
        (shape.Variadic is { } variadic and not "..." ? new[] { variadic } : []).Concat(shape.Dims.SelectMany(d => d.Names));
}
