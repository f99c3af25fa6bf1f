namespace Gen.Model;

/// <summary>What stands in a statement or an expression, itself included: lambdas and all.</summary>
internal static class Descendants
{
    public static IEnumerable<Expression> Nodes(this Statement statement) => statement.Statements().SelectMany(Own).SelectMany(Nodes);

    public static IEnumerable<Expression> Nodes(this Expression node)
    {
        var open = new Stack<Expression>();
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
        Statement.Switch choice => [choice.Cases],
        Statement.Function function => [function.Body],
        _ => [],
    };

    private static IEnumerable<Expression> Own(Statement statement) => statement switch
    {
        Statement.Evaluate evaluate => [evaluate.Expression],
        Statement.Declare { Value: { } value } => [value],
        Statement.Return { Value: { } value } => [value],
        Statement.Yield item => [item.Value],
        Statement.If choice => [choice.Condition],
        Statement.Loop { Condition: { } condition } => [condition],
        Statement.ForEach loop => [loop.Items, loop.Target],
        _ => [],
    };

    private static IEnumerable<Expression> Children(Expression node) => node switch
    {
        Expression.List list => list.Items,
        Expression.Spread spread => [spread.Items],
        Expression.Unary unary => [unary.Operand],
        Expression.TypeTest test => [test.Value],
        Expression.Binary binary => [binary.Left, binary.Right],
        Expression.Choice choice => [choice.Condition, choice.Then, choice.Otherwise],
        Expression.Call { Receiver: { } receiver } call => [receiver, .. call.Arguments.Select(a => a.Value)],
        Expression.Call call => call.Arguments.Select(a => a.Value),
        Expression.Read read => [read.Receiver],
        Expression.Field { Receiver: { } owner } field => [owner, field.Otherwise],
        Expression.Field field => [field.Otherwise],
        Expression.Element element => [element.Receiver, .. element.Indices],
        Expression.Slice slice => new[] { slice.Start, slice.Stop, slice.Step }.OfType<Expression>(),
        Expression.FromEnd end => [end.Index],
        Expression.Assign assign => [assign.Target, assign.Value],
        Expression.Lambda lambda => lambda.Body.Nodes(),
        _ => [],
    };
}
