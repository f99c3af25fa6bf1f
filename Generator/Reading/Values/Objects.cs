using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads what an object holds that is built in place: <c>new GptConfig(50257, 768)</c>, <c>new() { Dim = 64 }</c>, <c>small with {
/// Heads = 4 }</c>.</summary>
internal static class Objects
{
    /// <summary>Null where the construction runs code that is not followed.</summary>
    public static Value? Read(IObjectCreationOperation creation, ValueReader values, Compilation compilation,
        CancellationToken cancellation)
    {
        if (creation is not { Type: INamedTypeSymbol type, Constructor: { } constructor } || !IsPlain(type, compilation, cancellation))
        {
            return null;
        }

        // Without arguments a struct is all zeros.
        var isPrimary = constructor.DeclaringSyntaxReferences.Any(
            r => r.GetSyntax(cancellation) is TypeDeclarationSyntax { ParameterList: not null });
        if (!isPrimary && constructor.Parameters.Length > 0)
        {
            return null;
        }

        var given = creation.Arguments.Where(a => a.Parameter is not null)
            .Select(a => (a.Parameter!, Value: Definitions.IsSet(a.Parameter!, cancellation) ? new Value.Opaque(a.Parameter!.Name)
                : Lasting(values.Read(a.Value)))).ToArray();
        var members = Kept(type).Select(m => new Member(m.Name, !isPrimary && type.IsValueType ? Default(m) : Initial(m))).ToArray();
        return Set(members, creation.Initializer, values);

        Value Initial(ISymbol member) => member.DeclaringSyntaxReferences[0].GetSyntax(cancellation) switch
        {
            ParameterSyntax => given.FirstOrDefault(g => g.Item1.Name == member.Name).Value ?? new Value.Opaque(member.Name),
            PropertyDeclarationSyntax { Initializer.Value: var value } => Lasting(values.ReadElsewhere(value, given)),
            VariableDeclaratorSyntax { Initializer.Value: var value } => Lasting(values.ReadElsewhere(value, given)),
            _ => Default(member),
        };
    }

    /// <summary><c>config with { Dim = 64 }</c></summary>
    public static Value? Read(IWithOperation copy, ValueReader values, Compilation compilation, CancellationToken cancellation)
    {
        if (copy.Type is not INamedTypeSymbol type || !IsPlain(type, compilation, cancellation))
        {
            return null;
        }

        return values.Owner(copy.Operand)?.Value switch
        {
            Value.Object made => Set(made.Members, copy.Initializer, values),
            Value.Parameter given => Set(Kept(type).Select(m => new Member(m.Name, Configurations.Of(given, type, m, compilation))),
                copy.Initializer, values),
            _ => null,
        };
    }

    /// <summary>No constructor with code and no base class with one: a primary constructor and initializers tell all.</summary>
    private static bool IsPlain(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        Configurations.Is(type) && !type.IsGenericType && UserDeclarations.FirstAnnotated(type) is null
            && type.BaseType is { SpecialType: SpecialType.System_Object or SpecialType.System_ValueType }
            && type.DeclaringSyntaxReferences.Length > 0
        && type.DeclaringSyntaxReferences.All(r => compilation.ContainsSyntaxTree(r.SyntaxTree)
            && r.GetSyntax(cancellation) is TypeDeclarationSyntax declaration
            && !declaration.Members.OfType<ConstructorDeclarationSyntax>().Any(c => !c.Modifiers.Any(m => m.ValueText == "static")));

    private static IEnumerable<ISymbol> Kept(INamedTypeSymbol type) =>
        type.GetMembers().Where(m => Configurations.IsKept(m) && m.DeclaringSyntaxReferences.Length > 0);

    private static Value.Object? Set(IEnumerable<Member> members, IObjectOrCollectionInitializerOperation? initializer, ValueReader values)
    {
        var set = members.ToList();
        foreach (var operation in initializer?.Initializers.AsEnumerable() ?? [])
        {
            if (operation is not ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Member: var member }, Value: var value }
                || (member is IPropertySymbol property && (!Configurations.IsAuto(property) || Configurations.IsOverridable(property))))
            {
                return null;
            }

            var at = set.FindIndex(m => m.Name == member.Name);
            if (at >= 0)
            {
                set[at] = set[at] with { Value = Lasting(values.Read(value)) };
            }
        }

        return new Value.Object(set.ToEquatableArray());
    }

    /// <summary>The items of an array may be others by the time that the object is used.</summary>
    private static Value Lasting(Value value) => value is Value.List or Value.Repeat or Value.Spread or Value.Module ? new Value.Opaque("")
        : value;

    private static Value Default(ISymbol member) => Configurations.TypeOf(member) switch
    {
        { SpecialType: SpecialType.System_Boolean } => new Value.Boolean(false),
        { } number when ValueReader.IsInteger(number) => new Value.Integer(Dim.Zero),
        { IsReferenceType: true } => new Value.Null(),
        _ => new Value.Opaque(member.Name),
    };
}
