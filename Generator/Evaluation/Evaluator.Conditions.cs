using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Conditions: which way they go, and how they read where the call begins.</content>
internal sealed partial class Evaluator
{
    private readonly List<(AbstractValue Value, string Name)> given = [];

    /// <summary>Which way a condition goes; what follows from that holds from here on.</summary>
    private bool Test(Expression condition, Frame frame)
    {
        switch (condition)
        {
            case Expression.Unary { Operator: "!", Operand: var inner }:
                return !Test(inner, frame);
            case Expression.Binary { Operator: "&&", Left: var left, Right: var right }:
                return Test(left, frame) && Test(right, frame);
            case Expression.Binary { Operator: "||", Left: var left, Right: var right }:
                return Test(left, frame) || Test(right, frame);
            case Expression.Binary { Operator: "==", Right: Expression.Constant { Value: Value.Null } } isNull:
                return !Test(isNull with { Operator = "!=" }, frame);
        }

        var truth = Evaluate(condition, frame) is AbstractValue.Boolean boolean ? boolean.Truth : Truth.Unknown;
        var branch = Fork(condition, truth, true, frame);
        var way = decisions.Decide(truth, branch.Key, walk.Facts, branch.Text, branch.Present) ?? true;
        walk.Assume(way ? truth : !truth);
        return way;
    }

    /// <summary>Whether a value is of a type, where its class is known.</summary>
    private static Truth Is(AbstractValue value, Expression.TypeTest test)
    {
        var type = value switch
        {
            AbstractValue.Object made => made.Type,
            AbstractValue.Module { Layer: { Condition: null, Nested: { } nested } } => nested.Type.MetadataName,
            AbstractValue.Module { Layer: { Condition: null, Factory: not null } layer } => layer.Type.Replace("global::", ""),
            AbstractValue.Null => "",
            _ => null,
        };
        return type is null ? Truth.Unknown : test.Types.Contains(type) ? Truth.True : test.IsAll || type.Length == 0 ? Truth.False
            : Truth.Unknown;
    }

    /// <summary>One side of a fork.</summary>
    private Condition Fork(Expression condition, Truth truth, bool isTaken, Frame frame)
    {
        if (!truth.IsOpen)
        {
            return new(truth.ToString(), truth, isTaken);
        }

        var text = AtEntry(condition, frame);
        return new(text ?? $"{frame.Method}:{Descriptions.GetValue(condition, Describe)}", truth, isTaken, text, Present(condition, frame));
    }

    /// <summary>What is there where the condition holds: the name of an input, or what else is compared with null.</summary>
    private string? Present(Expression condition, Frame frame) =>
        condition is Expression.Binary { Operator: "!=", Right: Expression.Constant { Value: Value.Null } }
        or Expression.Binary { Operator: "is" or "??" }
            ? AtEntry(((Expression.Binary)condition).Left, frame)?.TrimStart('@') ?? Describe(((Expression.Binary)condition).Left) : null;

    /// <summary>
    /// The side of a condition on which a cache or another object is not there, which is what the first call finds; null for conditions
    /// that ask something else.
    /// </summary>
    private bool? Absent(Expression condition, Frame frame) => condition switch
    {
        Expression.Unary { Operator: "!", Operand: var inner } => !Absent(inner, frame),
        Expression.Binary { Operator: "==", Right: Expression.Constant { Value: Value.Null } } isNull =>
            !Absent(isNull with { Operator = "!=" }, frame),
        Expression.Binary { Operator: "&&" } both when Absent(both.Left, frame) is false || Absent(both.Right, frame) is false => false,
        Expression.Binary { Operator: "||" } either when Absent(either.Left, frame) is true || Absent(either.Right, frame) is true => true,
        _ => Present(condition, frame) is { } name && !module.Forward.Inputs.Any(i => i.IsTensor && i.Name == name) ? false : null,
    };

    /// <summary>
    /// A condition as C# that means the same when the call begins: of what the method is given and has not changed, and of
    /// numbers. Null for others.
    /// </summary>
    private string? AtEntry(Expression node, Frame frame)
    {
        switch (node)
        {
            case Expression.Opaque { Reason: "training" }:
                return "training";
            case Expression.Constant { Value: Value.Null }:
                return "null";
            case Expression.Constant or Expression.Local:
                var value = Evaluate(node, frame);
                return given.FirstOrDefault(g => ReferenceEquals(g.Value, value)).Name is { } name ? $"@{name}"
                    : value is AbstractValue.Size { Dim.Constant: { } number } ? Text(number)
                    : value is AbstractValue.Boolean { Truth: Truth.Known known } ? known.ToString()
                    : null;
            case Expression.Unary { Operator: "!", Operand: var inner }:
                return AtEntry(inner, frame) is { } operand ? $"!({operand})" : null;
            case Expression.Binary { Operator: "!=" or "==", Right: Expression.Constant { Value: Value.Null } } isNull:
                return AtEntry(isNull.Left, frame) is { } tested ? $"{tested} is {(isNull.Operator == "!=" ? "not " : "")}null" : null;
            case Expression.Binary { Operator: "<" or "<=" or ">" or ">=" or "==" or "!=" } comparison:
                return Both(comparison, "{0} {1} {2}");
            case Expression.Binary { Operator: "&&" or "||" } both:
                return Both(both, "({0}) {1} ({2})");
            default:
                return null;
        }

        string? Both(Expression.Binary binary, string format) =>
            AtEntry(binary.Left, frame) is { } left && AtEntry(binary.Right, frame) is { } right
            ? string.Format(System.Globalization.CultureInfo.InvariantCulture, format, left, binary.Operator, right)
            : null;
    }

    private static readonly ConditionalWeakTable<Expression, string> Descriptions = new();

    /// <summary>The same question is answered the same way: a condition by what it asks.</summary>
    private static string Describe(Expression node) => node switch
    {
        Expression.Local local => local.Name,
        Expression.Member member => $"this.{member.Name}",
        Expression.Constant constant => constant.Value.ToString(),
        Expression.Opaque { Reason: { Length: > 0 } reason } => reason,
        Expression.Unary unary => $"{unary.Operator}{Describe(unary.Operand)}",
        Expression.Binary binary => $"({Describe(binary.Left)} {binary.Operator} {Describe(binary.Right)})",
        Expression.Read read => $"{Describe(read.Receiver)}.{read.Property}",
        Expression.Element element => $"{Describe(element.Receiver)}[{string.Join(", ", element.Indices.Select(Describe))}]",
        Expression.Call call => call.Written,
        _ => node.At.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
