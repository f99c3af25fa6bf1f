using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>
/// Takes a method apart into instructions that compute one tensor each, in the order in which C# computes them. What it does not know it
/// does not touch: then <see cref="IsUnderstood"/> is false.
/// </summary>
internal sealed partial class Lowering(
    SemanticModel semantics, TorchSymbols torch, IReadOnlyList<LayerModel> layers, RecomputedCalls? recomputed,
    Func<IMethodSymbol, Lowering?> transparent, ReadingDepth nesting, SyntaxNode method, CancellationToken cancellation)
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";

    private readonly Dictionary<string, Holds?> locals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayerModel> items = new(StringComparer.Ordinal);
    private readonly HashSet<string> replaced = new(StringComparer.Ordinal);
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private List<Instruction> code = [];
    private readonly List<(SyntaxNode Node, string Name)> written = [];
    private bool givesHeld;

    public bool IsUnderstood { get; private set; } = true;

    public IReadOnlyList<Instruction> Body => code;

    public Aliases Aliases { get; } = new();

    public FreeNames Names { get; } = new(method);

    /// <summary>Locals that are declared without a value.</summary>
    public HashSet<string> Unset { get; } = new(StringComparer.Ordinal);

    public HeldTypes Types { get; } = new(torch);

    /// <summary>It puts tensors where they outlive the call.</summary>
    public bool Stores { get; private set; }

    /// <summary>What it returns is never what it is given.</summary>
    public bool GivesNew { get; private set; } = true;

    /// <summary>What it returns may be held by something.</summary>
    public bool GivesHeld => givesHeld || given.Any(Aliases.IsHeld);

    /// <summary>The numbers of the nodes whose values something may hold: they are freed at the end.</summary>
    public IEnumerable<int> Held
    {
        get
        {
            var held = new HashSet<SyntaxNode>(written.Where(w => Aliases.IsHeld(w.Name)).Select(w => w.Node));
            return held.Count == 0 ? [] : method.DescendantNodesAndSelf().Select((node, number) => held.Contains(node) ? number : -1)
                .Where(static n => n >= 0);
        }
    }

    /// <summary>A parameter that gets another value.</summary>
    public bool IsReplaced(string parameter) => replaced.Contains(parameter);

    public void Declare(string name, Holds? holds)
    {
        locals[name] = holds;
        if (holds is null or Holds.Several)
        {
            Aliases.Hold(name);
        }
    }

    /// <summary>Reads the code of the method, or of a local function.</summary>
    public void Read()
    {
        var (body, expression) = method switch
        {
            LocalFunctionStatementSyntax function => (function.Body, function.ExpressionBody),
            BaseMethodDeclarationSyntax declared => (declared.Body, declared.ExpressionBody),
            _ => (null, null),
        };
        if (expression is not null)
        {
            Return(expression.Expression);
        }
        else if (body is not null)
        {
            Statements(body.Statements);
        }
    }

    private void Statements(IEnumerable<StatementSyntax> statements)
    {
        foreach (var statement in statements)
        {
            if (!IsUnderstood)
            {
                return;
            }

            Statement(statement);
        }
    }

    private void Statement(StatementSyntax statement)
    {
        cancellation.ThrowIfCancellationRequested();
        switch (statement)
        {
            case BlockSyntax block:
                Statements(block.Statements);
                break;
            case LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: 0, UsingKeyword.RawKind: not 0 } declaration
                when IsScope(declaration.Declaration):
                break;
            case UsingStatementSyntax { AwaitKeyword.RawKind: 0 } use
                when use.Declaration is { } declared ? IsScope(declared) : use.Expression is { } made && IsScope(made):
                hasScope = true;
                Statement(use.Statement);
                break;
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when Spared(call) is { } spared:
                if (spared is not IdentifierNameSyntax)
                {
                    Evaluate(Visit(spared));
                }

                break;
            case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0, AwaitKeyword.RawKind: 0, IsConst: false } declaration:
                Declarations(declaration.Declaration);
                break;
            case ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment }:
                Assign(assignment);
                break;
            case ExpressionStatementSyntax { Expression: PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax } step:
                Plain(step.Expression);
                break;
            case ExpressionStatementSyntax expression:
                Evaluate(Visit(expression.Expression));
                break;
            case ReturnStatementSyntax { Expression: { } value }:
                Return(value);
                break;
            case ThrowStatementSyntax { Expression: { } thrown }:
                var error = Visit(thrown);
                code.Add(new Instruction.Leave($"throw {error.Text};", error.Names));
                break;
            case IfStatementSyntax choice:
                var condition = Visit(choice.Condition);
                code.Add(new Instruction.Branch($"if ({condition.Text})", condition.Names, Within(choice.Statement),
                    choice.Else is null ? null : Within(choice.Else.Statement)));
                break;
            case ForEachStatementSyntax loop:
                ForEach(loop);
                break;
            case ForStatementSyntax loop:
                For(loop);
                break;
            case BreakStatementSyntax or ContinueStatementSyntax:
                code.Add(new Instruction.Jump(CSharpText.Of(statement)));
                break;
            case LocalFunctionStatementSyntax function:
                Declare(function);
                break;
            case EmptyStatementSyntax:
                break;
            default:
                Give();
                break;
        }
    }

    private List<Instruction> Within(StatementSyntax statement)
    {
        var outer = code;
        code = [];
        Statement(statement);
        var inner = code;
        code = outer;
        return inner;
    }

    private void ForEach(ForEachStatementSyntax loop)
    {
        if (recomputed?.Loop(loop) is var (together, parts))
        {
            Together(loop, together, parts);
            return;
        }

        var source = Visit(loop.Expression);
        var name = loop.Identifier.ValueText;
        if (loop.AwaitKeyword.RawKind != 0 || source.Holds is Holds.Tensor or Holds.Several)
        {
            Give();
            return;
        }

        if (Layer(loop.Expression) is { } list)
        {
            items[name] = list;
            locals[name] = Holds.Nothing;
        }
        else
        {
            Declare(name, source.Holds == Holds.Array ? Holds.Tensor
                : Types.Of((semantics.GetDeclaredSymbol(loop, cancellation) as ILocalSymbol)?.Type));
            Aliases.Hold(name);
        }

        foreach (var array in source.Names)
        {
            Aliases.Unite(array, name);
        }

        code.Add(new Instruction.Loop($"foreach ({CSharpText.Of(loop.Type)} {loop.Identifier.Text} in {source.Text})", source.Names,
            Within(loop.Statement)));
    }

    private void For(ForStatementSyntax loop)
    {
        var parts = loop.Incrementors.Concat(loop.Initializers).Concat(loop.Condition is null ? [] : [loop.Condition]).ToArray();
        if (loop.Declaration is { } declaration)
        {
            foreach (var variable in declaration.Variables)
            {
                locals[variable.Identifier.ValueText] = Holds.Nothing;
            }

            parts = [.. parts, .. declaration.Variables.Select(v => v.Initializer?.Value).OfType<ExpressionSyntax>()];
        }

        // What the head of a loop computes is computed again and again.
        var names = new List<string>();
        var before = code.Count;
        foreach (var part in parts.Where(p => p is not (PostfixUnaryExpressionSyntax or AssignmentExpressionSyntax)))
        {
            var read = Visit(part);
            names.AddRange(read.Names);
            if (read.Holds != Holds.Nothing)
            {
                Give();
            }
        }

        if (code.Count != before || parts.OfType<AssignmentExpressionSyntax>().Any(a => !IsPlain(a.Left) || !IsPlain(a.Right)))
        {
            Give();
            return;
        }

        var start = loop.Declaration is null ? string.Join(", ", loop.Initializers.Select(CSharpText.Of)) : CSharpText.Of(loop.Declaration);
        var condition = loop.Condition is null ? "" : CSharpText.Of(loop.Condition);
        var head = $"for ({start}; {condition}; {string.Join(", ", loop.Incrementors.Select(CSharpText.Of))})";
        code.Add(new Instruction.Loop(head, names, Within(loop.Statement)));
    }

    private void Declarations(VariableDeclarationSyntax declaration)
    {
        foreach (var variable in declaration.Variables)
        {
            var name = variable.Identifier.ValueText;
            var type = CSharpText.Of(declaration.Type);
            if (variable.Initializer is not { Value: { } initializer })
            {
                Declare(name, Types.Of((semantics.GetDeclaredSymbol(variable, cancellation) as ILocalSymbol)?.Type));
                Unset.Add(name);
                code.Add(new Instruction.Run(null, [], $"{type} {variable.Identifier.Text}", [], []));
                continue;
            }

            var value = Visit(initializer);
            if (IsTuple(variable, value))
            {
                continue;
            }

            var holds =
                (semantics.GetDeclaredSymbol(variable, cancellation) as ILocalSymbol)?.Type is { TypeKind: not TypeKind.Error } known
                    ? Types.Of(known) : value.Holds;
            Declare(name, holds);
            Set($"{type} {variable.Identifier.Text}", [name], value);
        }
    }

    /// <summary>Names that get a value.</summary>
    private void Set(string? left, IReadOnlyList<string> names, LoweredOperand value)
    {
        if (value.Node is { } node)
        {
            written.AddRange(names.Select(n => (node, n)));
        }

        Unite(names, value);
        foreach (var name in names)
        {
            foreach (var same in value.Same)
            {
                Aliases.Unite(name, same);
            }

            if (value.IsHeld)
            {
                Aliases.Hold(name);
            }
        }

        code.Add(new Instruction.Run(left, names.Where(n => locals[n] is Holds.Tensor or Holds.Array).ToArray(), value.Text, value.Names,
            value.Same));
    }

    /// <summary>A method may give one tensor twice.</summary>
    private void Unite(IReadOnlyList<string> items, LoweredOperand value)
    {
        for (var i = 1; i < items.Count && !value.IsOfDistinct; i++)
        {
            Aliases.Unite(items[0], items[i]);
        }
    }

    private void Evaluate(LoweredOperand value)
    {
        if (value is { IsComputed: true, Holds: Holds.Tensor })
        {
            // Nobody takes it.
            Named(value);
            return;
        }

        code.Add(new Instruction.Run(null, [], value.Text, value.Names, []));
    }

    /// <summary>A statement without tensors.</summary>
    private void Plain(ExpressionSyntax expression)
    {
        if (!IsPlain(expression))
        {
            Give();
        }

        code.Add(new Instruction.Run(null, [], CSharpText.Of(expression), [], []));
    }

    private void Return(ExpressionSyntax expression)
    {
        var value = Visit(expression);
        GivesNew &= value.Holds == Holds.Nothing || (value is { IsComputed: true, IsHeld: false, Same.Count: 0 });
        givesHeld |= value is { IsHeld: true, Holds: not Holds.Nothing };
        given.UnionWith(value.Holds == Holds.Nothing ? [] : value.IsComputed ? value.Same : value.Names);
        code.Add(new Instruction.Leave($"return {value.Text};", value.Names));
    }

    private void Give() => IsUnderstood = false;

    private LoweredOperand Unknown()
    {
        Give();
        return new("", Holds.Nothing, []);
    }
}
