using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Patterns, and the switch over them.</content>
internal sealed partial class ExpressionReader
{
    /// <summary><c>x is null</c>, <c>x is 3</c>, <c>x is not null</c>, <c>x is > 1</c>.</summary>
    public Expression Pattern(Expression value, IPatternOperation pattern)
    {
        var at = number(pattern.Syntax);
        return pattern switch
        {
            IConstantPatternOperation constant => new Expression.Binary(at, "==", value, Read(constant.Value)),
            INegatedPatternOperation negated => new Expression.Unary(at, "!", Pattern(value, negated.Pattern)),
            IRelationalPatternOperation relation =>
                new Expression.Binary(at, Operators.Of(relation.OperatorKind), value, Read(relation.Value)),
            IBinaryPatternOperation both => new Expression.Binary(at, both.OperatorKind == BinaryOperatorKind.And ? "&&" : "||",
                Pattern(value, both.LeftPattern), Pattern(value, both.RightPattern)),
            IDiscardPatternOperation => new Expression.Constant(at, new Value.Boolean(true)),
            IListPatternOperation list => Items(at, value, list.Patterns),
            IDeclarationPatternOperation { DeclaredSymbol: { } name } declared =>
                Typed(at, value, declared.InputType, declared.MatchedType,
                    new Expression.Binary(at, "is", value, new Expression.Local(at, name.Name))),
            IDeclarationPatternOperation declared => Typed(at, value, declared.InputType, declared.MatchedType, Present(at, value)),
            ITypePatternOperation typed => Typed(at, value, typed.InputType, typed.MatchedType, Present(at, value)),
            IRecursivePatternOperation recursive => Parts(at, value, recursive).Aggregate(
                Typed(at, value, recursive.InputType, recursive.MatchedType, recursive.DeclaredSymbol is { } name
                    ? new Expression.Binary(at, "is", value, new Expression.Local(at, name.Name)) : Present(at, value)),
                (all, part) => new Expression.Binary(at, "&&", all, part)),
            _ => new Expression.Opaque(at, "a pattern"),
        };
    }

    /// <summary><c>{ Logits: var logits }</c>, <c>(var logits, _)</c></summary>
    private IEnumerable<Expression> Parts(int at, Expression value, IRecursivePatternOperation recursive)
    {
        var (type, isSimple) = (recursive.MatchedType as INamedTypeSymbol, IsSimple(value));
        var names = type is { IsRecord: true } && recursive.DeconstructSymbol is IMethodSymbol { IsImplicitlyDeclared: true } parts
            ? parts.Parameters.Select(p => p.Name).ToArray() : [];
        for (var i = 0; i < recursive.DeconstructionSubpatterns.Length; i++)
        {
            yield return isSimple && type?.IsTupleType == true
                ? Pattern(new Expression.Element(at, value, EquatableArray.Of<Expression>(
                    new Expression.Constant(at, new Value.Integer(Dim.Of(i))))), recursive.DeconstructionSubpatterns[i])
                : isSimple && i < names.Length ? Pattern(Part(names[i]), recursive.DeconstructionSubpatterns[i])
                : new Expression.Opaque(at, "a pattern");
        }

        foreach (var part in recursive.PropertySubpatterns)
        {
            yield return isSimple && part.Member is IMemberReferenceOperation { Member: var member } && type is not null
                && bodies.IsOwn(member) && !bodies.IsModule(type)
                && (member is IFieldSymbol || member.ContainingType.GetMembers().OfType<IFieldSymbol>()
                    .Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, member)))
                ? Pattern(Part(member.Name), part.Pattern) : new Expression.Opaque(at, "a pattern");
        }

        Expression Part(string name) => new Expression.Field(at, value, name, null, new Expression.Opaque(at, ""));
    }

    private static Expression Present(int at, Expression value) =>
        new Expression.Binary(at, "!=", value, new Expression.Constant(at, new Value.Null()));

    /// <summary>What it is known to be needs no test of its type.</summary>
    private Expression Typed(int at, Expression value, ITypeSymbol input, ITypeSymbol? type, Expression present) =>
        type is null || IsA(input, type) ? present : new Expression.Binary(at, "&&", TypeTest(at, value, type), present);

    private static bool IsA(ITypeSymbol type, ITypeSymbol known)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t, known))
            {
                return true;
            }
        }

        return type.AllInterfaces.Any(i => SymbolEqualityComparer.Default.Equals(i, known))
            || (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] }
                && SymbolEqualityComparer.Default.Equals(inner, known));
    }

    private Expression TypeTest(int at, Expression value, ITypeSymbol type) => type is not INamedTypeSymbol known
        ? new Expression.Opaque(at, "a pattern")
        : new Expression.TypeTest(at, value, bodies.Of(known).Append(TypeReader.MetadataName(known).Replace('+', '.')).Distinct()
            .ToEquatableArray(), IsAll: bodies.IsOwn(known) || IsLayer(known));

    /// <summary>No class of TorchSharp's layers is of another's type.</summary>
    private static bool IsLayer(INamedTypeSymbol type) => IsTorchSharp(type) && type.ContainingNamespace.Name == "Modules";
    /// <summary><c>x.shape is [_, 8]</c>, <c>[.., var d]</c>: the number of items, and a pattern for each.</summary>
    private Expression Items(int at, Expression value, IReadOnlyList<IPatternOperation> patterns)
    {
        var slice = patterns.ToList().FindIndex(p => p is ISlicePatternOperation);
        Expression Number(int n) => new Expression.Constant(at, new Value.Integer(Dim.Of(n)));
        Expression Item(int i) => new Expression.Element(at, value,
            EquatableArray.Of(slice >= 0 && i > slice ? new Expression.FromEnd(at, Number(patterns.Count - i)) : Number(i)));
        Expression all = new Expression.Binary(at, slice < 0 ? "==" : ">=", new Expression.Read(at, Owner.Collection, "Length", value),
            Number(slice < 0 ? patterns.Count : patterns.Count - 1));
        for (var i = 0; i < patterns.Count; i++)
        {
            all = patterns[i] switch
            {
                IDiscardPatternOperation or ISlicePatternOperation { Pattern: null } => all,
                ISlicePatternOperation => new Expression.Binary(at, "&&", all, new Expression.Opaque(at, "a pattern")),
                var pattern => new Expression.Binary(at, "&&", all, Pattern(Item(i), pattern)),
            };
        }

        return all;
    }

    private Expression Switch(int at, Expression value, ISwitchExpressionOperation choice)
    {
        Expression result = new Expression.Opaque(at, "throw");
        foreach (var arm in choice.Arms.Reverse())
        {
            result = arm is { Guard: null, Pattern: IDiscardPatternOperation }
                ? Read(arm.Value)
                : new Expression.Choice(at, arm.Guard is null ? Pattern(value, arm.Pattern) : new Expression.Opaque(at, ""),
                    Read(arm.Value), result);
        }

        return result;
    }
}
