using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

internal enum StateKind
{
    Layer,
    Parameter,

    /// <summary>A buffer where it is there at registration.</summary>
    Tensor,

    /// <summary>Of a type that says nothing of what it holds, such as an interface: TorchSharp looks at the value.</summary>
    Unknown,
}

/// <summary>A field of a hand-written module, or an auto-property with the field behind it, that can hold what TorchSharp
/// registers.</summary>
internal sealed record StateMember(IFieldSymbol Field, StateKind Kind)
{
    /// <summary>What the user wrote: the field itself, or the property.</summary>
    public ISymbol Member => Field.AssociatedSymbol ?? Field;

    public ITypeSymbol Type => Field.Type;

    /// <summary>TorchSharp's key: that of a property is the compiler's name for the field behind it.</summary>
    public string Key => Annotations.Key(Field);

    public ExpressionSyntax? Initializer(CancellationToken cancellation) => Written(cancellation) switch
    {
        VariableDeclaratorSyntax variable => variable.Initializer?.Value,
        PropertyDeclarationSyntax property => property.Initializer?.Value,
        _ => null,
    };

    public SyntaxNode? Written(CancellationToken cancellation) =>
        Member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);

    /// <summary>In the order in which TorchSharp finds them.</summary>
    public static IReadOnlyList<StateMember> Of(INamedTypeSymbol type, TorchSymbols torch) =>
    [
        .. type.GetMembers().OfType<IFieldSymbol>()
            .Where(f => f is { IsStatic: false, IsConst: false, AssociatedSymbol: null or IPropertySymbol })
            .Select(f => KindOf(f.Type, torch) is { } kind ? new StateMember(f, kind) : null).OfType<StateMember>(),
    ];

    private static StateKind? KindOf(ITypeSymbol type, TorchSymbols torch) => type switch
    {
        _ when LayerReader.Held(type) is { } held && (torch.IsModule(held)
            || UserDeclarations.FirstAnnotated(held.OriginalDefinition) is not null) => StateKind.Layer,
        { Name: "Parameter", ContainingAssembly.Name: "TorchSharp" } => StateKind.Parameter,
        _ when torch.IsTensor(type) => StateKind.Tensor,
        ITypeParameterSymbol { IsValueType: false } => StateKind.Unknown,
        { SpecialType: SpecialType.System_Object } or { TypeKind: TypeKind.Dynamic } => StateKind.Unknown,
        INamedTypeSymbol { TypeKind: TypeKind.Interface } named when MayBeModule(named, torch) => StateKind.Unknown,
        _ => null,
    };

    /// <summary>An interface of the user's, of TorchSharp's, or of a collection of modules. A module has no other, but for
    /// <c>IDisposable</c>.</summary>
    private static bool MayBeModule(INamedTypeSymbol type, TorchSymbols torch) =>
        type.Locations.Any(l => l.IsInSource) || type.ContainingAssembly?.Name == "TorchSharp"
            || type.SpecialType == SpecialType.System_IDisposable
        || type.TypeArguments.Any(a => KindOf(a, torch) is not null);

    /// <summary>A value of this type can be registered.</summary>
    public static bool CanHold(ITypeSymbol? type, TorchSymbols torch) => type is null || KindOf(type, torch) is not null;
}
