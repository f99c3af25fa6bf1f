namespace Gen.Graph;

/// <summary>What stands in a statement or an expression, itself included: lambdas and all.</summary>
internal static class Descendants
{
    public static IEnumerable<Node> Nodes(this Statement statement) => statement.Statements().SelectMany(Own).SelectMany(Nodes);

    public static IEnumerable<Node> Nodes(this Node node)
    {
        var open = new Stack<Node>();
        open.Push(node);
        while (open.Count > 0)
        {
            var next = open.Pop();
            yield return next;
            foreach (var child in Children(next))
            {
                open.Push(child);
            }
        }
    }

    public static IEnumerable<Statement> Statements(this Statement statement)
    {
        var open = new Stack<Statement>();
        open.Push(statement);
        while (open.Count > 0)
        {
            var next = open.Pop();
            yield return next;
            foreach (var child in Children(next))
            {
                open.Push(child);
            }
        }
    }

    private static IEnumerable<Statement> Children(Statement statement) => statement switch
    {
        Statement.Block block => block.Statements,
        Statement.If { Otherwise: { } otherwise } choice => [choice.Then, otherwise],
        Statement.If choice => [choice.Then],
        Statement.Loop loop => [.. loop.Before, .. loop.After, loop.Body],
        Statement.ForEach loop => [loop.Body],
        Statement.Function function => [function.Body],
        _ => [],
    };

    private static IEnumerable<Node> Own(Statement statement) => statement switch
    {
        Statement.Evaluate evaluate => [evaluate.Expression],
        Statement.Declare { Value: { } value } => [value],
        Statement.Return { Value: { } value } => [value],
        Statement.If choice => [choice.Condition],
        Statement.Loop { Condition: { } condition } => [condition],
        Statement.ForEach loop => [loop.Items, loop.Target],
        _ => [],
    };

    private static IEnumerable<Node> Children(Node node) => node switch
    {
        Node.List list => list.Items,
        Node.Spread spread => [spread.Items],
        Node.Unary unary => [unary.Operand],
        Node.Binary binary => [binary.Left, binary.Right],
        Node.Choice choice => [choice.Condition, choice.Then, choice.Otherwise],
        Node.Call { Receiver: { } receiver } call => [receiver, .. call.Arguments.Select(a => a.Value)],
        Node.Call call => call.Arguments.Select(a => a.Value),
        Node.Read read => [read.Receiver],
        Node.Element element => [element.Receiver, .. element.Indices],
        Node.Slice slice => new[] { slice.Start, slice.Stop, slice.Step }.OfType<Node>(),
        Node.FromEnd end => [end.Index],
        Node.Assign assign => [assign.Target, assign.Value],
        Node.Lambda lambda => lambda.Body.Nodes(),
        _ => [],
    };
}
