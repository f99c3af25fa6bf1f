using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Layers in containers and in ordinary code, and modules by their type.</content>
internal sealed partial class LayerReader
{
    /// <summary>What a class gives to its base class's constructor.</summary>
    public EquatableArray<Argument> BaseArguments(IEnumerable<TypeDeclarationSyntax> declarations)
    {
        var calls = declarations.SelectMany(d => (d.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>() ?? []).Cast<SyntaxNode>()
            .Concat(d.Members.OfType<ConstructorDeclarationSyntax>().Select(c => c.Initializer)
                .Where(i => i.IsKind(SyntaxKind.BaseConstructorInitializer)).OfType<SyntaxNode>()));
        return calls.ToArray() is [var only] && compilation.ModelOf(only.SyntaxTree) is var semantics
            && semantics.OperationOf(only, cancellation) is IInvocationOperation call
            ? Arguments(call.Arguments, Values(semantics))
            : default;
    }

    /// <summary>A module that an expression builds; null where it builds none.</summary>
    public LayerModel? Item(IOperation operation, SemanticModel semantics) => Item(operation, semantics, Values(semantics));

    /// <summary>A module built in place, as an item of a <c>Sequential</c>; its name is given by the container.</summary>
    private LayerModel? Item(IOperation operation, SemanticModel semantics, ValueReader values)
    {
        if (operation.Type is not INamedTypeSymbol type || !(torch.IsModule(type) || Nested(type) is not null))
        {
            return null;
        }

        var item = new LayerModel
        {
            Name = "",
            Key = "",
            Type = Name(type),
            TypeName = type.Name,
            Origin = LayerOrigin.Initializer,
            Flow = FlowOf(type),
            Written = OneLine(operation.Syntax),
            Nested = Nested(type),
            MayKeep = MayKeep(type),
        };
        return FromOperation(item, operation, semantics, values) ?? item with { NotUnderstood = item.Written };
    }

    /// <summary>Some module of a class whose code is at hand, or of TorchSharp's own: what it is built with is not known. Null for
    /// others.</summary>
    /// <param name="held">The class.</param>
    /// <param name="written">The value as written.</param>
    /// <param name="isFollowed">Where all modules of the class are built alike, it is as a new one.</param>
    public LayerModel? OfType(ITypeSymbol? held, string written, bool isFollowed = false)
    {
        if (held is not INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: false } type)
        {
            return null;
        }

        var isTorch = torch.IsModule(type) && !torch.IsContainer(type)
            && type.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules";
        return !isTorch && Nested(type) is not { Contract: null } ? null : new LayerModel
        {
            Name = "",
            Key = "",
            Type = Name(type),
            TypeName = type.Name,
            Origin = LayerOrigin.Initializer,
            Flow = FlowOf(type),
            IsOptional = true,
            Factory = isTorch ? type.Name : null,
            Written = type.Name,
            Nested = isTorch ? null : Nested(type),
            MayKeep = MayKeep(type),
            NotUnderstood = isFollowed && !isTorch && AreAlike(type) ? null : written,
            Arguments = isTorch || type.InstanceConstructors is not [var constructor] ? default
                : constructor.Parameters.Select(p => new Argument(p.Name, new Value.Opaque(p.Name), null)).ToEquatableArray(),
        };
    }

    /// <summary>Nobody derives from the class, and what a constructor has put into a module of it stays there.</summary>
    private bool AreAlike(INamedTypeSymbol type) => type is { IsSealed: true, IsGenericType: false, InstanceConstructors.Length: 1 }
        && Nested(type) is { } nested && Stays(nested);

    private static bool Stays(ModuleModel module) =>
        module.Layers.All(static l => l is { IsReadOnly: true, Given: null } && (l.Nested is null || Stays(l.Nested)));

    private bool MayKeep(INamedTypeSymbol type, bool isExact = false) => !torch.IsContainer(type)
        && escapes.FromModule(type, isExact, Nested(type) is { } nested && !nested.Layers.Any(Freeing.Trust.MayKeep));

    private ModuleModel? Nested(INamedTypeSymbol type) => readModule(type);
}
