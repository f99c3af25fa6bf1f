using System.Text.RegularExpressions;
using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <content>Modules of other assemblies.</content>
internal sealed partial class ModuleReader
{
    /// <summary><c>config.Dim</c></summary>
    private static readonly Regex Paths = new(@"\w+(\.\w+)+");

    /// <summary>A module of another assembly, by what the generator left on it.</summary>
    private ModuleModel Compiled(INamedTypeSymbol type, AttributeData contract)
    {
        var constructor = type.InstanceConstructors.Where(c => c.DeclaredAccessibility == Accessibility.Public)
            .OrderByDescending(c => c.Parameters.Length).FirstOrDefault();
        var signature = torch.Signature(type);
        var members = (constructor?.Parameters.AsEnumerable() ?? []).SelectMany(p => Configurations.Members(p, null, compilation))
            .ToEquatableArray();
        return new ModuleModel
        {
            Type = new TypeModel(type.MetadataName, "", default, new TypeHeader("class", type.Name, default), null, IsPartial: false,
                IsAbstract: false, IsSealed: false),
            Constructor =
                new(ConstructorKind.Explicit,
                    (constructor?.Parameters.AsEnumerable() ?? []).Select(
                        p => new ConstructorParameter(p.Name, LayerReader.Name(p.Type), null, ValueReader.IsInteger(p.Type)))
                        .ToEquatableArray())
            {
                Members = members,
            },
            Layers = default,
            States = default,
            Chain = null,
            Forward = new ForwardModel(
                ForwardKind.Own,
                (signature?.TypeArguments.Take(signature.TypeArguments.Length - 1) ?? []).Select(
                    (t, i) => new InputModel($"input{i}", LayerReader.Name(t), null, torch.IsTensor(t))).ToEquatableArray(),
                signature is null ? "" : LayerReader.Name(signature.TypeArguments[signature.TypeArguments.Length - 1]))
            {
                Tensors = signature is null ? new ResultModel.Other()
                    : ResultReader.Read(signature.TypeArguments[signature.TypeArguments.Length - 1], torch),
            },
            Signature = contract.ConstructorArguments is [{ Value: string shape }] && IsNamed(shape)
                ? new SignatureModel(shape, Told("Where")) : null,
            Expect = null,
            Export = ExpectReader.ReadExport(type),
            Occupied = default,
            Findings = default,
            Contract = new ContractModel(Told("Parameters"), Told("MultiplyAdds"), Told("TorchinfoMultiplyAdds")),
        };

        // A member that only the other assembly can name is not known here.
        string? Told(string figure) => contract.Named<string>(figure) is { } text && IsNamed(text) ? text : null;

        bool IsNamed(string text) => Paths.Matches(text).Cast<Match>().All(p => members.Any(m => m.Name == p.Value));
    }
}
