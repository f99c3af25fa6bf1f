using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads what statements add to a list, one by one or in loops: <c>for (...) { blocks.Add(new Block(d)); }</c>.</summary>
internal sealed class ListFilling(ValueReader values, SemanticModel semantics, string list, CancellationToken cancellation)
{
    private const int MostTurns = 1000;
    private readonly List<Value> added = [];

    /// <summary>Locals whose values are followed from turn to turn, and from loop to loop.</summary>
    private readonly HashSet<ISymbol> carried = new(SymbolEqualityComparer.Default);
    private bool isLost;

    /// <summary>A local that begins as an empty list and is filled by the statements after it; null for any other.</summary>
    public static Value? Of(ILocalSymbol local, ValueReader values, SemanticModel semantics, CancellationToken cancellation)
    {
        if (local.Type is not INamedTypeSymbol { Name: "List" }
            || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(
                cancellation) is not VariableDeclaratorSyntax { Initializer.Value: { } start } declarator
            || declarator.SyntaxTree != semantics.SyntaxTree || declarator.FirstAncestorOrSelf<BlockSyntax>() is not { } block
            || Definitions.Of(local, cancellation) is null || Writes.Change(local, cancellation)
            || semantics.OperationOf(start, cancellation) is not { } operation)
        {
            return null;
        }

        var first = values.Read(operation);
        if (first is not (Value.List or Value.Repeat))
        {
            return null;
        }

        return new ListFilling(values, semantics, local.Name, cancellation).Read(block.Statements) is { } items
            ? new Value.List(first is Value.List list ? list.Items.Concat(items).ToEquatableArray()
                : items.Prepend(new Value.Spread(first)).ToEquatableArray())
            : null;
    }

    /// <summary>What the statements add; null where that is not understood.</summary>
    public EquatableArray<Value>? Read(IEnumerable<StatementSyntax> statements)
    {
        foreach (var statement in statements)
        {
            Read(statement);
        }

        return isLost ? null : added.ToEquatableArray();
    }

    private void Read(StatementSyntax statement)
    {
        switch (statement)
        {
            case ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } assignment }
                when !SetsCarried(assignment.Right) && semantics.GetSymbolInfo(left, cancellation).Symbol is ILocalSymbol local
                    && carried.Contains(local):
                values.Bind(local, Next(assignment, values));
                break;
            case not (BlockSyntax or ForStatementSyntax or ForEachStatementSyntax or LocalFunctionStatementSyntax)
                when SetsCarried(statement):
                isLost = true;
                break;
            case not BlockSyntax when carried.Count == 0 && Mentions(statement) && !IsLeft(statement) && ListLooks.Only(statement, list):
                break;
            case BlockSyntax block:
                foreach (var inner in block.Statements)
                {
                    Read(inner);
                }

                break;
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax
                { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "append" or "add_module",
                    Expression: var target }, ArgumentList.Arguments: var arguments } } when IsList(target):
                added.Add(Item(arguments));
                break;
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax
                { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddRange", Expression: var target },
                    ArgumentList.Arguments: [{ Expression: var range }] } } when IsList(target):
                added.Add(new Value.Spread(semantics.OperationOf(range, cancellation) is { } many ? values.Read(many)
                    : new Value.Opaque(range.ToString())));
                break;
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax handing } when IsLookedAt(handing):
                break;
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when IsChanged(call):
                isLost = true;
                break;
            case ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: var set } } when !IsList(set) && Mentions(set):
                isLost = true;
                break;
            case ForStatementSyntax loop when Mentions(loop):
                Count(loop);
                break;
            case ForEachStatementSyntax loop when Mentions(loop):
                Each(loop);
                break;
            case ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax:
                isLost |= ListLooks.GoesOn(statement, list);
                break;
            default:
                // A list that is filled under a condition has a length that is not known; so has one where a statement ends the filling.
                isLost |= Mentions(statement) || SetsCarried(statement) || IsLeft(statement);
                break;
        }
    }

    /// <summary>A way through it, without the functions in it, ends the filling or a turn of it.</summary>
    private static bool IsLeft(SyntaxNode code) => code is not LocalFunctionStatementSyntax
        && code.DescendantNodesAndSelf(static n => n is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
            .Any(static n => n is BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax or ReturnStatementSyntax);

    /// <summary>A local that is followed is set in a way that is not.</summary>
    private bool SetsCarried(SyntaxNode code) => carried.Count > 0 && code.DescendantNodesAndSelf().SelectMany(Definitions.Targets)
        .SelectMany(static t => t.DescendantNodesAndSelf()).OfType<IdentifierNameSyntax>()
        .Any(t => carried.Any(c => c.Name == t.Identifier.ValueText));

    private Value Item(SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        var items =
            arguments.Select(a => semantics.OperationOf(a.Expression, cancellation) is { } operation ? values.Read(operation)
                : new Value.Opaque(a.ToString())).ToArray();
        return items is [var only] ? only : new Value.List(items.ToEquatableArray());
    }

    private bool IsList(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == list,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name.Identifier.ValueText: var name } => name == list,
        _ => false,
    };

    /// <summary>A call that changes the list otherwise, or may.</summary>
    private bool IsChanged(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.Any(Mentions)
        || (call.Expression is MemberAccessExpressionSyntax { Expression: var target,
            Name.Identifier.ValueText: "Insert" or "InsertRange" or "Remove" or "RemoveAt" or "RemoveAll" or "RemoveRange" or "Clear"
                or "Reverse" or "Sort" or "insert" or "extend" or "clear" or "pop" or "apply" } && IsList(target));

    /// <summary>The list is given to a method of the same class that adds nothing to it: <c>Freeze(features)</c>.</summary>
    private bool IsLookedAt(InvocationExpressionSyntax call) =>
        semantics.OperationOf(call, cancellation) is IInvocationOperation { TargetMethod: { IsVirtual: false, IsOverride: false,
            IsAbstract: false, DeclaringSyntaxReferences: [var reference] } method } invocation
        && SymbolEqualityComparer.Default.Equals(method.ContainingType,
            semantics.GetEnclosingSymbol(call.SpanStart, cancellation)?.ContainingType)
        && reference.GetSyntax(cancellation) is MethodDeclarationSyntax declaration && !Mentions(call.Expression)
        && invocation.Arguments.Where(a => Mentions(a.Syntax)).All(a => a.Syntax is ArgumentSyntax given && IsList(given.Expression)
            && given.RefKindKeyword.RawKind == 0 && ListLooks.Only(declaration, a.Parameter!.Name));

    private bool Mentions(SyntaxNode node) => node.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Any(n => n.Identifier.ValueText == list);

    /// <summary><c>for (var i = a; i &lt; n; i++)</c>: turn by turn where a size is carried on, else as one repetition.</summary>
    private void Count(ForStatementSyntax loop)
    {
        if (loop is not
            {
                Declaration.Variables: [{ Initializer.Value: var start } variable, ..],
                Condition: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanExpression
                    or (int)SyntaxKind.LessThanOrEqualExpression, Left: var counter, Right: var limit } condition,
                Incrementors: [var step],
            }
            || Stepped(step) != variable.Identifier.ValueText || Definitions.IsSet(variable.Identifier.ValueText, loop.Statement)
            || semantics.GetDeclaredSymbol(variable, cancellation) is not ILocalSymbol symbol
            || semantics.OperationOf(start, cancellation) is not { } from || semantics.OperationOf(limit, cancellation) is not { } to
            || semantics.OperationOf(counter, cancellation) is not { } counted)
        {
            isLost = true;
            return;
        }

        // i < n, or i + 1 < n: how far the counter is ahead of the variable.
        var first = values.ReadSize(from);
        values.Bind(symbol, first);
        var begin = values.ReadSize(counted);
        values.Bind(symbol, first + Dim.One);
        var isCounter = values.ReadSize(counted).Equals(begin + Dim.One);
        if (!isCounter)
        {
            isLost = true;
            return;
        }

        var count = values.ReadSize(to) - begin + (condition.IsKind(SyntaxKind.LessThanOrEqualExpression) ? Dim.One : Dim.Zero);
        if (count.Constant is { } turns and <= MostTurns)
        {
            Turns(loop, Enumerable.Range(0, (int)Math.Max(turns, 0)).Select(i => first + Dim.Of(i)), symbol);
        }
        else if (Carried(loop).Any())
        {
            isLost = true;
        }
        else
        {
            var index = values.NextIndex;
            values.Bind(symbol, first + index);
            var before = added.Count;
            Read(loop.Statement);
            var items = added.Skip(before).ToArray();
            added.RemoveRange(before, items.Length);
            added.Add(
                new Value.Spread(new Value.Repeat(count, index.AsName!,
                    items is [var item] ? item : new Value.Spread(new Value.List(items.ToEquatableArray())))));
        }
    }

    /// <summary>The variable that <c>i++</c> moves on.</summary>
    private static string? Stepped(ExpressionSyntax step) => step switch
    {
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression, Operand: IdentifierNameSyntax name } =>
            name.Identifier.ValueText,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression, Operand: IdentifierNameSyntax name } =>
            name.Identifier.ValueText,
        _ => null,
    };

    /// <summary><c>foreach (var size in sizes)</c>, where the sizes are known.</summary>
    private void Each(ForEachStatementSyntax loop)
    {
        if (semantics.GetDeclaredSymbol(loop, cancellation) is not { } symbol
            || semantics.OperationOf(loop.Expression, cancellation) is not { } operation
            || values.Read(operation) is not Value.List sizes || sizes.Items.Any(i => i is not Value.Integer))
        {
            isLost = true;
            return;
        }

        Turns(loop, sizes.Items.Select(i => ((Value.Integer)i).Dim), symbol);
    }

    private void Turns(StatementSyntax loop, IEnumerable<Dim> turns, ILocalSymbol variable)
    {
        foreach (var (local, start) in Carried(loop))
        {
            if (!carried.Add(local))
            {
                continue;
            }

            isLost |= IsSetBetween(local.Name, start, loop);
            values.Bind(local, semantics.OperationOf(start, cancellation) is { } operation ? values.ReadSize(operation) : Dim.Unknown);
        }

        var body = loop is ForStatementSyntax counted ? counted.Statement : ((ForEachStatementSyntax)loop).Statement;
        foreach (var turn in turns)
        {
            values.Bind(variable, turn);
            foreach (var statement in body is BlockSyntax block ? block.Statements.AsEnumerable() : [body])
            {
                if (statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax
                    { Left: IdentifierNameSyntax left } assignment }
                    && semantics.GetSymbolInfo(left, cancellation).Symbol is ILocalSymbol local)
                {
                    values.Bind(local, Next(assignment, values));
                }
                else
                {
                    Read(statement);
                }
            }
        }
    }

    /// <summary>It is set after its declaration and before the loop, or in another loop around both.</summary>
    private static bool IsSetBetween(string name, ExpressionSyntax start, StatementSyntax loop) =>
        start.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member && member.DescendantNodes().SelectMany(Definitions.Targets)
            .OfType<IdentifierNameSyntax>().Any(t => t.Identifier.ValueText == name && t.SpanStart > start.Span.End
                && t.SpanStart < loop.SpanStart);

    private Dim Next(AssignmentExpressionSyntax assignment, ValueReader reader)
    {
        var (old, given) = (semantics.OperationOf(assignment.Left, cancellation), semantics.OperationOf(assignment.Right, cancellation));
        if (old is null || given is null)
        {
            return Dim.Unknown;
        }

        return assignment.Kind() switch
        {
            SyntaxKind.SimpleAssignmentExpression => reader.ReadSize(given),
            SyntaxKind.MultiplyAssignmentExpression => reader.ReadSize(old) * reader.ReadSize(given),
            SyntaxKind.AddAssignmentExpression => reader.ReadSize(old) + reader.ReadSize(given),
            SyntaxKind.SubtractAssignmentExpression => reader.ReadSize(old) - reader.ReadSize(given),
            _ => Dim.Unknown,
        };
    }

    /// <summary>The locals from before the loop that it sets, with what they begin as.</summary>
    private IEnumerable<(ILocalSymbol Local, ExpressionSyntax Start)> Carried(StatementSyntax loop)
    {
        var body = loop is ForStatementSyntax counted ? counted.Statement : ((ForEachStatementSyntax)loop).Statement;
        foreach (var name in body.DescendantNodes().OfType<AssignmentExpressionSyntax>().Select(a => a.Left).OfType<IdentifierNameSyntax>())
        {
            if (semantics.GetSymbolInfo(name, cancellation).Symbol is ILocalSymbol local
                && local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(
                    cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } start } declarator
                    && !loop.Span.Contains(declarator.Span))
            {
                yield return (local, start);
            }
        }
    }
}
