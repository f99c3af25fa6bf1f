using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Patterns, and the switch over them.</content>
internal sealed partial class ExpressionReader
{
    /// <summary><c>x is null</c>, <c>x is 3</c>, <c>x is not null</c>, <c>x is > 1</c>.</summary>
    public Node Pattern(Node value, IPatternOperation pattern)
    {
        var at = number(pattern.Syntax);
        return pattern switch
        {
            IConstantPatternOperation constant => new Node.Binary(at, "==", value, Read(constant.Value)),
            INegatedPatternOperation negated => new Node.Unary(at, "!", Pattern(value, negated.Pattern)),
            IRelationalPatternOperation relation => new Node.Binary(at, Operators.Of(relation.OperatorKind), value, Read(relation.Value)),
            IBinaryPatternOperation both => new Node.Binary(at, both.OperatorKind == BinaryOperatorKind.And ? "&&" : "||",
                Pattern(value, both.LeftPattern), Pattern(value, both.RightPattern)),
            IDiscardPatternOperation => new Node.Constant(at, new Value.Boolean(true)),
            IListPatternOperation list => Items(at, value, list.Patterns),
            IDeclarationPatternOperation { DeclaredSymbol: { } name } =>
                new Node.Binary(at, "is", value, new Node.Local(at, name.Name)),
            IRecursivePatternOperation { DeconstructionSubpatterns.Length: 0, PropertySubpatterns.Length: 0 } recursive =>
                recursive.DeclaredSymbol is { } name
                ? new Node.Binary(at, "is", value, new Node.Local(at, name.Name))
                : new Node.Binary(at, "!=", value, new Node.Constant(at, new Value.Null())),
            _ => new Node.Opaque(at, "a pattern"),
        };
    }

    /// <summary><c>x.shape is [_, 8]</c>, <c>[.., var d]</c>: the number of items, and a pattern for each.</summary>
    private Node Items(int at, Node value, IReadOnlyList<IPatternOperation> patterns)
    {
        var slice = patterns.ToList().FindIndex(p => p is ISlicePatternOperation);
        Node Number(int n) => new Node.Constant(at, new Value.Integer(Dim.Of(n)));
        Node Item(int i) => new Node.Element(at, value,
            EquatableArray.Of(slice >= 0 && i > slice ? new Node.FromEnd(at, Number(patterns.Count - i)) : Number(i)));
        Node all = new Node.Binary(at, slice < 0 ? "==" : ">=", new Node.Read(at, Owner.Collection, "Length", value),
            Number(slice < 0 ? patterns.Count : patterns.Count - 1));
        for (var i = 0; i < patterns.Count; i++)
        {
            all = patterns[i] switch
            {
                IDiscardPatternOperation or ISlicePatternOperation { Pattern: null } => all,
                ISlicePatternOperation => new Node.Binary(at, "&&", all, new Node.Opaque(at, "a pattern")),
                var pattern => new Node.Binary(at, "&&", all, Pattern(Item(i), pattern)),
            };
        }

        return all;
    }

    private Node Switch(int at, Node value, ISwitchExpressionOperation choice)
    {
        Node result = new Node.Opaque(at, "throw");
        foreach (var arm in choice.Arms.Reverse())
        {
            result = arm is { Guard: null, Pattern: IDiscardPatternOperation }
                ? Read(arm.Value)
                : new Node.Choice(at, arm.Guard is null ? Pattern(value, arm.Pattern) : new Node.Opaque(at, ""), Read(arm.Value), result);
        }

        return result;
    }
}
