using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads the statements of one method.</summary>
internal sealed class StatementReader
{
    private readonly ExpressionReader expressions;
    private readonly Func<SyntaxNode, int> number;
    private readonly bool isOrdinary;

    public StatementReader(BodyReader bodies, TorchSymbols torch, ValueReader values, Func<SyntaxNode, int> number,
        Func<IOperation, LayerModel?> readModule, CancellationToken cancellation)
    {
        this.number = number;
        isOrdinary = bodies.IsOrdinary;
        expressions = new ExpressionReader(bodies, this, torch, values, number, readModule, cancellation);
    }

    public Expression Read(IOperation operation) => expressions.Read(operation);

    public Expression Default(IParameterSymbol parameter) => parameter.HasExplicitDefaultValue
        ? new Expression.Constant(0, ValueReader.Constant(parameter.ExplicitDefaultValue, parameter.Type))
        {
            Type = ExpressionReader.NumberType(parameter.Type),
        }
        : new Expression.Opaque(0, "");

    public Statement Body(IOperation? operation) => operation is null ? new Statement.Block(default) : One(operation);

    private Statement One(IOperation operation)
    {
        switch (operation)
        {
            case IBlockOperation block:
                return Block(block.Operations);

            case IExpressionStatementOperation statement:
                return new Statement.Evaluate(Read(statement.Operation));

            case IVariableDeclarationGroupOperation group:
                return Declarations(group);

            case IReturnOperation { Kind: not OperationKind.YieldReturn } result:
                return new Statement.Return(number(result.ReturnedValue?.Syntax ?? result.Syntax),
                    result.ReturnedValue is null ? null : Read(result.ReturnedValue));

            case IReturnOperation { Kind: OperationKind.YieldReturn, ReturnedValue: { } item } when isOrdinary:
                return new Statement.Yield(Read(item));

            case IConditionalOperation choice:
                return new Statement.If(Read(choice.Condition), One(choice.WhenTrue),
                    choice.WhenFalse is null ? null : One(choice.WhenFalse));

            case IForLoopOperation loop:
                return new Statement.Loop(loop.Before.Select(One).ToEquatableArray(), loop.Condition is null ? null : Read(loop.Condition),
                    loop.AtLoopBottom.Select(One).ToEquatableArray(), One(loop.Body), IsAtLeastOnce: false);

            case IWhileLoopOperation { ConditionIsUntil: false } loop:
                return new Statement.Loop(default, loop.Condition is null ? null : Read(loop.Condition), default, One(loop.Body),
                    IsAtLeastOnce: !loop.ConditionIsTop);

            case IForEachLoopOperation loop:
                return new Statement.ForEach(Target(loop.LoopControlVariable), expressions.Sequence(loop.Collection), One(loop.Body));

            case ISwitchOperation choice:
                return Switch(choice);

            case IUsingOperation use:
                return Block([use.Resources, use.Body]) with { Disposed = Names([use.Resources]), Mode = ModeOf(use.Resources) };

            case IUsingDeclarationOperation use:
                return Declarations(use.DeclarationGroup);

            case ILocalFunctionOperation { Body: { } body } function when isOrdinary || !BodyReader.IsIterator(function.Syntax):
                return new Statement.Function(function.Symbol.Name, function.Symbol.Parameters.Select(p => p.Name).ToEquatableArray(),
                    One(body));

            case IBranchOperation { BranchKind: BranchKind.Break }:
                return new Statement.Break();

            case IBranchOperation { BranchKind: BranchKind.Continue }:
                return new Statement.Continue();

            case IBranchOperation { BranchKind: BranchKind.GoTo } jump:
                return new Statement.Jump(number(jump.Syntax), jump.Syntax.ToString().TrimEnd(';'));

            case IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation }:
                return new Statement.Throw();

            case ITryOperation attempt:
                return Try(attempt);

            case ILockOperation held:
                return One(held.Body);

            case IEmptyOperation:
                return new Statement.Block(default);

            case ILabeledOperation { Operation: { } inner }:
                return One(inner);

            default:
                return new Statement.Evaluate(Read(operation));
        }
    }

    private Statement.Block Block(IEnumerable<IOperation> operations)
    {
        // A local function may be called before it stands there.
        var all = operations.ToArray();
        IOperation[] list = [.. all.Where(o => o is ILocalFunctionOperation), .. all.Where(o => o is not ILocalFunctionOperation)];
        var at = Array.FindIndex(list, static o => o is IUsingDeclarationOperation use && ModeOf(use.DeclarationGroup).Length > 0);
        var first = at < 0 ? list : list.Take(at + 1).ToArray();
        var statements = first.Select(One);
        return new Statement.Block((at < 0 ? statements : statements.Append(
            Block(list.Skip(at + 1)) with { Mode = ModeOf(((IUsingDeclarationOperation)list[at]).DeclarationGroup) })).ToEquatableArray())
        {
            Disposed = Names(first.OfType<IUsingDeclarationOperation>().Select(static u => u.DeclarationGroup)),
        };
    }

    /// <summary>The method of TorchSharp that gives what is disposed, and no tensor.</summary>
    private static string ModeOf(IOperation resource) =>
        (resource is IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [var only] }] }
            ? only.GetVariableInitializer()?.Value : resource) is { } value
        && ValueReader.Unwrap(value) is IInvocationOperation { TargetMethod: { IsStatic: true, Name: var name,
            ContainingAssembly.Name: "TorchSharp", ReturnType.Name: not ("Tensor" or "DisposeScope") } } ? name : "";

    private static EquatableArray<string> Names(IEnumerable<IOperation> declarations) => declarations
        .OfType<IVariableDeclarationGroupOperation>().SelectMany(static g => g.Declarations).SelectMany(static d => d.Declarators)
        .Select(static d => d.Symbol.Name).ToEquatableArray();

    private static Expression Kept(ITypeSymbol type, Expression value) =>
        value is Expression.List { IsTuple: false } list && type is not IArrayTypeSymbol ? list with { IsKept = true } : value;

    private Statement Declarations(IVariableDeclarationGroupOperation group) => new Statement.Block(group.Declarations
        .SelectMany(d => d.Declarators)
        .Select(d => d.GetVariableInitializer() is not { } value ? new Statement.Declare(d.Symbol.Name, null)
            : d.Symbol.RefKind == RefKind.None ? new Statement.Declare(d.Symbol.Name, Kept(d.Symbol.Type, Read(value.Value)))
            : Reference(d, value.Value))
        .ToEquatableArray());

    /// <summary><c>ref var r = ref x;</c>: what it names may change by another name.</summary>
    private static Statement Reference(IVariableDeclaratorOperation declared, IOperation value)
    {
        var names = value.Syntax.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText);
        return new Statement.Block(EquatableArray.Of<Statement>(
            new Statement.Evaluate(new Expression.Opaque(0, "") { Locals = names.ToEquatableArray() }),
            new Statement.Declare(declared.Symbol.Name, new Expression.Opaque(0, ""))));
    }

    /// <summary>What a try does, or what one of its catches does after any part of that.</summary>
    private Statement Try(ITryOperation attempt)
    {
        var changed = attempt.Body.Syntax.DescendantNodes().OfType<AssignmentExpressionSyntax>().Select(a => a.Left)
            .OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText).Distinct().ToEquatableArray();
        var statement = attempt.Catches.Reverse().Aggregate((Statement?)null, (otherwise, caught) =>
        {
            var handler = new Statement.Block(EquatableArray.Of(new Statement.Evaluate(new Expression.Opaque(0, "") { Locals = changed }),
                One(caught.Handler)));
            return otherwise is null ? handler : new Statement.If(new Expression.Opaque(number(caught.Syntax),
                $"catch {number(caught.Syntax)}"),
                handler, otherwise);
        });
        var body = One(attempt.Body);
        statement = statement is null ? body : new Statement.If(new Expression.Opaque(number(attempt.Syntax),
            $"try {number(attempt.Syntax)}"),
            body, statement);
        return attempt.Finally is null ? statement : new Statement.Block(EquatableArray.Of(statement, One(attempt.Finally)));
    }

    private Expression Target(IOperation variable) => variable switch
    {
        IVariableDeclaratorOperation declarator => new Expression.Local(number(declarator.Syntax), declarator.Symbol.Name),
        IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [var only] }] } =>
            new Expression.Local(number(only.Syntax), only.Symbol.Name),
        _ => Read(variable),
    };

    /// <summary>A switch is a row of ifs: the cases do not fall through.</summary>
    private Statement Switch(ISwitchOperation choice)
    {
        var value = new Expression.Local(number(choice.Value.Syntax), $"#{number(choice.Syntax)}");
        Statement? otherwise = choice.Cases.Where(c => c.Clauses.Any(k => k is IDefaultCaseClauseOperation)).Select(Body).FirstOrDefault();
        foreach (var section in choice.Cases.Where(c => !c.Clauses.Any(k => k is IDefaultCaseClauseOperation)).Reverse())
        {
            var conditions = section.Clauses.Select(c => Clause(value, c)).ToArray();
            var any = conditions.Aggregate((a, b) => new Expression.Binary(a.At, "||", a, b));
            otherwise = new Statement.If(any, Body(section), otherwise);
        }

        if (otherwise is not null && choice.Cases.SelectMany(Leaving).Any(o => !Ends(o)))
        {
            otherwise = new Statement.Switch(otherwise);
        }

        var declared = new Statement.Declare(value.Name, Read(choice.Value));
        return new Statement.Block(otherwise is null ? EquatableArray.Of<Statement>(declared) : EquatableArray.Of(declared, otherwise));
    }

    private Statement Body(ISwitchCaseOperation section) =>
        Block(section.Body.SelectMany(o => o is IBlockOperation block ? block.Operations.AsEnumerable() : [o]).Where(o => !Ends(o)));

    /// <summary>The jumps that leave the switch of a case.</summary>
    private static IEnumerable<IOperation> Leaving(ISwitchCaseOperation section) => section.Descendants()
        .Where(o => o is IBranchOperation { BranchKind: BranchKind.Break } jump
            && jump.Target.Equals(((ISwitchOperation)section.Parent!).ExitLabel, SymbolEqualityComparer.Default));

    /// <summary>A <c>break</c> with which a case ends.</summary>
    private static bool Ends(IOperation operation) => operation is IBranchOperation { BranchKind: BranchKind.Break }
        && operation.Parent is ISwitchCaseOperation or IBlockOperation { Parent: ISwitchCaseOperation };

    private Expression Clause(Expression value, ICaseClauseOperation clause) => clause switch
    {
        ISingleValueCaseClauseOperation single => new Expression.Binary(number(clause.Syntax), "==", value, Read(single.Value)),
        IPatternCaseClauseOperation { Guard: null, Pattern: var pattern } => expressions.Pattern(value, pattern),
        _ => new Expression.Opaque(number(clause.Syntax), ""),
    };
}
