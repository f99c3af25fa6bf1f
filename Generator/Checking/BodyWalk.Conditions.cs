using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <content>Conditions: which way they go, and how they read where the call begins.</content>
internal sealed partial class BodyWalk
{
    private readonly List<(Abstract Value, string Name)> given = [];

    /// <summary>Which way a condition goes; what follows from that holds from here on.</summary>
    private bool Test(Node condition, Frame frame)
    {
        switch (condition)
        {
            case Node.Unary { Operator: "!", Operand: var inner }:
                return !Test(inner, frame);
            case Node.Binary { Operator: "&&", Left: var left, Right: var right }:
                return Test(left, frame) && Test(right, frame);
            case Node.Binary { Operator: "||", Left: var left, Right: var right }:
                return Test(left, frame) || Test(right, frame);
            case Node.Binary { Operator: "==", Right: Node.Constant { Value: Value.Null } } isNull:
                return !Test(isNull with { Operator = "!=" }, frame);
        }

        var truth = Evaluate(condition, frame) is Abstract.Boolean boolean ? boolean.Truth : Truth.Unknown;
        var branch = Fork(condition, truth, true, frame);
        var way = decisions.Decide(truth, branch.Key, walk.Facts, branch.Text, branch.Present) ?? true;
        walk.Assume(way ? truth : !truth);
        return way;
    }

    /// <summary>One side of a fork.</summary>
    private Branch Fork(Node condition, Truth truth, bool isTaken, Frame frame)
    {
        if (!truth.IsOpen)
        {
            return new(truth.ToString(), truth, isTaken);
        }

        var text = AtEntry(condition, frame);
        return new(text ?? $"{frame.Method}:{Describe(condition)}", truth, isTaken, text, Present(condition, frame));
    }

    /// <summary>What is there where the condition holds: the name of an input, or what else is compared with null.</summary>
    private string? Present(Node condition, Frame frame) =>
        condition is Node.Binary { Operator: "!=", Right: Node.Constant { Value: Value.Null } } or Node.Binary { Operator: "is" or "??" }
            ? AtEntry(((Node.Binary)condition).Left, frame)?.TrimStart('@') ?? Describe(((Node.Binary)condition).Left) : null;

    /// <summary>
    /// The side of a condition on which a cache or another object is not there, which is what the first call finds; null for conditions
    /// that ask something else.
    /// </summary>
    private bool? Absent(Node condition, Frame frame) => condition switch
    {
        Node.Unary { Operator: "!", Operand: var inner } => !Absent(inner, frame),
        Node.Binary { Operator: "==", Right: Node.Constant { Value: Value.Null } } isNull => !Absent(isNull with { Operator = "!=" }, frame),
        Node.Binary { Operator: "&&" } both when Absent(both.Left, frame) is false || Absent(both.Right, frame) is false => false,
        Node.Binary { Operator: "||" } either when Absent(either.Left, frame) is true || Absent(either.Right, frame) is true => true,
        _ => Present(condition, frame) is { } name && !module.Forward.Inputs.Any(i => i.IsTensor && i.Name == name) ? false : null,
    };

    /// <summary>
    /// A condition as C# that means the same when the call begins: of what the method is given and has not changed, and of
    /// numbers. Null for others.
    /// </summary>
    private string? AtEntry(Node node, Frame frame)
    {
        switch (node)
        {
            case Node.Opaque { Reason: "training" }:
                return "training";
            case Node.Constant { Value: Value.Null }:
                return "null";
            case Node.Constant or Node.Local:
                var value = Evaluate(node, frame);
                return given.FirstOrDefault(g => ReferenceEquals(g.Value, value)).Name is { } name ? $"@{name}"
                    : value is Abstract.Size { Dim.Constant: { } number } ? Text(number)
                    : value is Abstract.Boolean { Truth: Truth.Known known } ? known.ToString()
                    : null;
            case Node.Unary { Operator: "!", Operand: var inner }:
                return AtEntry(inner, frame) is { } operand ? $"!({operand})" : null;
            case Node.Binary { Operator: "!=" or "==", Right: Node.Constant { Value: Value.Null } } isNull:
                return AtEntry(isNull.Left, frame) is { } tested ? $"{tested} is {(isNull.Operator == "!=" ? "not " : "")}null" : null;
            case Node.Binary { Operator: "<" or "<=" or ">" or ">=" or "==" or "!=" } comparison:
                return Both(comparison, "{0} {1} {2}");
            case Node.Binary { Operator: "&&" or "||" } both:
                return Both(both, "({0}) {1} ({2})");
            default:
                return null;
        }

        string? Both(Node.Binary binary, string format) =>
            AtEntry(binary.Left, frame) is { } left && AtEntry(binary.Right, frame) is { } right
            ? string.Format(System.Globalization.CultureInfo.InvariantCulture, format, left, binary.Operator, right)
            : null;
    }

    /// <summary>The same question is answered the same way: a condition by what it asks.</summary>
    private static string Describe(Node node) => node switch
    {
        Node.Local local => local.Name,
        Node.Member member => $"this.{member.Name}",
        Node.Constant constant => constant.Value.ToString(),
        Node.Opaque { Reason: { Length: > 0 } reason } => reason,
        Node.Unary unary => $"{unary.Operator}{Describe(unary.Operand)}",
        Node.Binary binary => $"({Describe(binary.Left)} {binary.Operator} {Describe(binary.Right)})",
        Node.Read read => $"{Describe(read.Receiver)}.{read.Property}",
        Node.Element element => $"{Describe(element.Receiver)}[{string.Join(", ", element.Indices.Select(Describe))}]",
        Node.Call call => call.Written,
        _ => node.At.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
