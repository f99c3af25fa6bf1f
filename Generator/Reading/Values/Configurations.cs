using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>The members of an object that stay as they are built, <c>config.Dim</c>: get-only and init-only properties, readonly
/// fields.</summary>
internal static class Configurations
{
    /// <summary>A class or struct, no module, of which an object may hold sizes.</summary>
    public static bool Is(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None, IsTupleType: false,
            IsAnonymousType: false, NullableAnnotation: not NullableAnnotation.Annotated } named
        && (named.TypeKind == TypeKind.Class || named.IsReadOnly) && named.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T
        && BasesOf(named).All(t => t.ContainingAssembly?.Name != "TorchSharp");

    /// <summary>The sizes, truths and objects with such that a parameter's members are, by their paths.</summary>
    public static IEnumerable<ConstructorParameter> Members(IParameterSymbol parameter, string? field, Compilation compilation) =>
        IsGiven(parameter) ? Members(new(parameter.Name), field, parameter.Type, compilation) : [];

    /// <summary>A parameter whose members have names.</summary>
    public static bool IsGiven(IParameterSymbol parameter) => parameter.RefKind == RefKind.None && Is(parameter.Type);

    /// <summary>What a member is of an object that only the caller of the constructor knows.</summary>
    public static Value Of(Value.Parameter owner, ITypeSymbol type, ISymbol member, Compilation compilation)
    {
        var name = owner.PathTo(member.Name);
        return name is null || !IsNamed(member, type, compilation) ? new Value.Opaque(member.Name) : TypeOf(member) switch
        {
            { SpecialType: SpecialType.System_Boolean } => new Value.Condition(Truth.Of(name)),
            { } number when ValueReader.IsInteger(number) => new Value.Integer(Dim.Name(name)),
            { } inner when Is(inner) => new Value.Parameter(name, LayerReader.Name(inner)),
            _ => new Value.Opaque(name),
        };
    }

    /// <summary>The property or field that is the one member of its name in a type and its bases.</summary>
    public static ISymbol? Find(ITypeSymbol type, string name)
    {
        var members = BasesOf(type).SelectMany(t => t.GetMembers(name)).ToArray();
        return members is [IPropertySymbol { IsStatic: false } or IFieldSymbol { IsStatic: false }] ? members[0] : null;
    }

    /// <summary>An instance's property or field that holds the same from its construction on.</summary>
    public static bool IsKept(ISymbol member) => member switch
    {
        IPropertySymbol property => property is { IsStatic: false, RefKind: RefKind.None } && !IsOverridable(property) && IsAuto(property)
            && property.SetMethod is null or { IsInitOnly: true },
        IFieldSymbol field => field is { IsStatic: false, IsConst: false, IsReadOnly: true, IsImplicitlyDeclared: false },
        _ => false,
    };

    /// <summary>A property without code: what it is set to is what it gives.</summary>
    public static bool IsAuto(IPropertySymbol property) =>
        property is { IsIndexer: false, IsAbstract: false, IsExtern: false, ExplicitInterfaceImplementations.Length: 0 }
        && (property.DeclaringSyntaxReferences.Length > 0
            ? property.DeclaringSyntaxReferences.All(r => IsAuto(r.GetSyntax()))
            : property.GetMethod?.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute") == true);

    private static bool IsAuto(SyntaxNode property) => property is ParameterSyntax
        || (property is PropertyDeclarationSyntax { ExpressionBody: null, AccessorList.Accessors: var accessors, Modifiers: var modifiers }
            && !modifiers.Any(SyntaxKind.PartialKeyword) && accessors.All(a => a is { Body: null, ExpressionBody: null }));

    /// <summary>A derived class may have another.</summary>
    public static bool IsOverridable(ISymbol member) => member.IsVirtual || member.IsAbstract || member.IsOverride;

    /// <summary>The expression that a property is computed by.</summary>
    public static ExpressionSyntax? Computed(IPropertySymbol property, CancellationToken cancellation)
    {
        if (property.IsIndexer || property.IsStatic || IsOverridable(property) || property.DeclaringSyntaxReferences.Length != 1
            || property.DeclaringSyntaxReferences[0].GetSyntax(cancellation) is not PropertyDeclarationSyntax syntax)
        {
            return null;
        }

        var getter = syntax.AccessorList?.Accessors.FirstOrDefault(a => a.IsKind(SyntaxKind.GetAccessorDeclaration));
        return syntax.ExpressionBody?.Expression ?? getter?.ExpressionBody?.Expression
            ?? (getter?.Body?.Statements is [ReturnStatementSyntax { Expression: { } value }] ? value : null);
    }

    public static ITypeSymbol? TypeOf(ISymbol member) => (member as IPropertySymbol)?.Type ?? (member as IFieldSymbol)?.Type;

    private static IEnumerable<ConstructorParameter> Members(Value.Parameter owner, string? field, ITypeSymbol type,
        Compilation compilation)
    {
        foreach (var member in BasesOf(type).SelectMany(t => t.GetMembers()).Where(m => IsNamed(m, type, compilation)))
        {
            var (name, kept, held) = (owner.PathTo(member.Name), field is null ? null : $"{field}.{member.Name}", TypeOf(member)!);
            if (name is null)
            {
                yield break;
            }

            if (ValueReader.IsInteger(held) || held.SpecialType == SpecialType.System_Boolean)
            {
                yield return new(name, LayerReader.Name(held), null, ValueReader.IsInteger(held),
                    held.SpecialType == SpecialType.System_Boolean, kept);
            }
            else if (Is(held))
            {
                foreach (var inner in Members(new(name), kept, held, compilation))
                {
                    yield return inner;
                }
            }
        }
    }

    /// <summary>Generated code can name it, and means that very member.</summary>
    private static bool IsNamed(ISymbol member, ITypeSymbol type, Compilation compilation) =>
        IsKept(member) && IsAccessible(member, compilation)
            && (member is not IPropertySymbol { GetMethod: var getter } || (getter is not null && IsAccessible(getter, compilation)))
        && SymbolEqualityComparer.Default.Equals(Find(type, member.Name), member);

    private static bool IsAccessible(ISymbol member, Compilation compilation) => member.DeclaredAccessibility == Accessibility.Public
        || (member.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedOrInternal
            && SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly));

    private static IEnumerable<ITypeSymbol> BasesOf(ITypeSymbol type)
    {
        for (var t = type; t is { SpecialType: not SpecialType.System_Object }; t = t.BaseType)
        {
            yield return t;
        }
    }
}
