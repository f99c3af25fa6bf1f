using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>What the fields of a class hold when a constructor has run, whichever it was: its statements are followed in every way through
/// them.</summary>
internal sealed partial class Holdings
{
    private const int MostWays = 8;
    private const int Deepest = 30;
    private static readonly ConditionalWeakTable<TypeDeclarationSyntax, Holdings> Known = new();

    private readonly IReadOnlyList<TypeDeclarationSyntax> declarations;
    private readonly ConstructorDeclarationSyntax[] constructors;
    private readonly HashSet<string> fields;
    private readonly Dictionary<string, Holding> held;

    /// <summary>The methods and accessors that a constructor may run, by name.</summary>
    private readonly Dictionary<string, MemberDeclarationSyntax[]> methods;
    private readonly HashSet<SyntaxNode> running = [];
    private bool isApart;

    private Holdings(IReadOnlyList<TypeDeclarationSyntax> declarations)
    {
        this.declarations = declarations;
        constructors = [.. ConstructorReader.Constructors(declarations)];
        methods = declarations.SelectMany(d => d.Members).Where(m => m is MethodDeclarationSyntax or PropertyDeclarationSyntax)
            .GroupBy(m => m is MethodDeclarationSyntax method ? method.Identifier.ValueText
                : ((PropertyDeclarationSyntax)m).Identifier.ValueText, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        var declared = declarations.SelectMany(d => d.Members.OfType<FieldDeclarationSyntax>())
            .Where(f => !f.Modifiers.Any(SyntaxKind.StaticKeyword)).SelectMany(f => f.Declaration.Variables).ToArray();
        fields = new(declared.Select(v => v.Identifier.ValueText), StringComparer.Ordinal);
        var first = new Dictionary<string, Holding>(StringComparer.Ordinal);
        foreach (var field in declared)
        {
            first[field.Identifier.ValueText] = field.Initializer is { Value: var value } && !IsNothing(value)
                ? new Holding.Set(value, IsByConstructor: false, IsApart: false) : new Holding.Unset();
        }

        // A base class's constructor runs what is overridden here, after the initializers.
        foreach (var early in methods.Values.SelectMany(m => m)
            .Where(m => m.Modifiers.Any(SyntaxKind.OverrideKeyword)
                && m is not MethodDeclarationSyntax { Identifier.ValueText: "Forward" or "forward" or "Dispose" }))
        {
            Lose(early, first);
        }

        held = Run(first);
    }

    /// <summary>The constructors, a primary one too, where there are several.</summary>
    public bool IsOfSeveral => constructors.Length + (IsPrimary ? 1 : 0) > 1;

    private bool IsPrimary => declarations.Any(d => d.ParameterList is not null);

    public static Holdings Of(IReadOnlyList<TypeDeclarationSyntax> declarations) => declarations.Count == 0 ? new(declarations)
        : Known.GetValue(declarations[0], _ => new(declarations)) is var known && known.declarations.SequenceEqual(declarations) ? known
        : new(declarations);

    public Holding this[string field] => held.TryGetValue(field, out var known) ? known : new Holding.Unset();

    /// <summary>Something is added to a list where that is not read: in a method, in one of several constructors.</summary>
    public bool IsFilledUnseen(string field) => constructors.SelectMany(Reached).Any(m => Adds(m, field))
        || constructors.Any(c => ((IsOfSeveral || c.ExpressionBody is not null) && Adds(c, field)) || Writes.Sets(field, c));

    private static bool Adds(SyntaxNode code, string field) => code.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(i =>
        i.ArgumentList.Arguments.Any(a => ConstructorReader.Own(a.Expression) == field)
        || (i.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: not ("forward" or "call"), Expression: var list }
            && ConstructorReader.Own(list) == field && !ListLooks.Only(i.Expression, field)));

    /// <summary><c>null</c>, <c>default</c>, <c>null!</c></summary>
    private static bool IsNothing(ExpressionSyntax value) =>
        value.IsKind(SyntaxKind.NullLiteralExpression) || value.IsKind(SyntaxKind.DefaultLiteralExpression)
            || value is PostfixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax };

    private Dictionary<string, Holding> Run(Dictionary<string, Holding> first)
    {
        if (constructors.Length == 0)
        {
            return first;
        }

        isApart = IsOfSeveral;
        var ends = new Dictionary<ConstructorDeclarationSyntax, Dictionary<string, Holding>>();
        var left = constructors.ToList();
        var own = left.Where(c => !c.Initializer.IsKind(SyntaxKind.ThisConstructorInitializer)).ToArray();
        foreach (var constructor in own)
        {
            ends[constructor] = End(constructor, new(first, StringComparer.Ordinal));
            left.Remove(constructor);
        }

        // Which constructor this(...) runs before is one of the others: what they leave in common is what is known.
        var before = own.Length == 0 ? first : IsPrimary ? Join(null, isApart, [.. ends.Values, first])
            : Join(null, isApart, [.. ends.Values]);
        var grown = before;
        for (var turn = 0; turn < left.Count && turn < 4; turn++)
        {
            foreach (var constructor in left)
            {
                ends[constructor] = End(constructor, new(grown, StringComparer.Ordinal));
            }

            grown = Join(null, isApart, [.. ends.Values, before]);
        }

        return IsPrimary || left.Count > 0 ? grown : before;
    }

    private Dictionary<string, Holding> End(ConstructorDeclarationSyntax constructor, Dictionary<string, Holding> state)
    {
        if (constructor.Initializer is { } initializer)
        {
            Lose(initializer, state);
        }

        if (constructor.DescendantNodes().Any(n => n is GotoStatementSyntax or LabeledStatementSyntax or RefExpressionSyntax))
        {
            Lose(constructor, state);
            return state;
        }

        state = Whole(constructor, state);

        // When a function within it runs is not followed.
        foreach (var function in constructor.DescendantNodes()
            .Where(n => n is LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
        {
            Lose(function, state);
        }

        return state;
    }

    private Dictionary<string, Holding> Whole(BaseMethodDeclarationSyntax constructor, Dictionary<string, Holding> state)
    {
        var exits = new List<Dictionary<string, Holding>>();
        if (constructor.ExpressionBody is { Expression: var arrow })
        {
            Evaluate(arrow, state);
            return state;
        }

        var end = constructor.Body is { } body ? Execute(body, state, exits, 0) : state;
        if (end is not null)
        {
            exits.Add(end);
        }

        return exits.Count == 0 ? state : Join(null, isApart, exits);
    }

    private Holding Given(ExpressionSyntax value) =>
        IsNothing(value) ? new Holding.Null() : new Holding.Set(value, IsByConstructor: true, isApart);

    /// <summary>The field of that name, where no local or parameter hides it.</summary>
    private string? Own(ExpressionSyntax expression)
    {
        while (Inner(expression) is { } inner)
        {
            expression = inner;
        }

        return ConstructorReader.Own(expression) is { } name && fields.Contains(name)
            && (expression is MemberAccessExpressionSyntax || !IsHidden(expression, name)) ? name : null;
    }

    /// <summary>What stands in <c>(x)</c> and <c>x!</c>.</summary>
    private static ExpressionSyntax? Inner(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax { Expression: var inner } => inner,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var inner } => inner,
        _ => null,
    };

    private static bool IsHidden(SyntaxNode node, string name) => node.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>() is { } method
        && (method.ParameterList.Parameters.Any(p => p.Identifier.ValueText == name)
            || method.DescendantNodes().Any(n => n is VariableDeclaratorSyntax v && v.Identifier.ValueText == name
                || n is SingleVariableDesignationSyntax d && d.Identifier.ValueText == name));

    /// <summary>Whatever a piece of code may set, or what it runs of the class, is not known any more.</summary>
    private void Lose(SyntaxNode code, Dictionary<string, Holding> state)
    {
        foreach (var piece in Reached(code).Prepend(code))
        {
            foreach (var node in piece.DescendantNodesAndSelf())
            {
                var set = node switch
                {
                    // In an initializer it is a member of another object.
                    AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } => null,
                    AssignmentExpressionSyntax assignment => assignment.Left,
                    ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword } argument =>
                        argument.Expression,
                    RefExpressionSyntax reference => reference.Expression,
                    PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression
                        or (int)SyntaxKind.AddressOfExpression } prefix => prefix.Operand,
                    PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression
                        or (int)SyntaxKind.PostDecrementExpression } postfix => postfix.Operand,

                    // What is given the object may set what it can reach.
                    ArgumentSyntax { Expression: ThisExpressionSyntax } => node,
                    _ => null,
                };
                switch (set)
                {
                    case null:
                        break;
                    case ArgumentSyntax:
                        foreach (var open in Open())
                        {
                            state[open] = new Holding.Lost();
                        }

                        break;
                    default:
                        foreach (var name in Targets((ExpressionSyntax)set))
                        {
                            state[name] = new Holding.Lost();
                        }

                        break;
                }
            }
        }
    }

    /// <summary>The fields that an assignment to an expression may set, of whichever object.</summary>
    private IEnumerable<string> Targets(ExpressionSyntax target) => target switch
    {
        _ when Inner(target) is { } inner => Targets(inner),
        TupleExpressionSyntax tuple => tuple.Arguments.SelectMany(a => Targets(a.Expression)),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } => fields.Contains(name) ? [name] : [],
        _ => Own(target) is { } own ? [own] : [],
    };

    /// <summary>The fields that other classes may set.</summary>
    private IEnumerable<string> Open() => declarations.SelectMany(d => d.Members.OfType<FieldDeclarationSyntax>())
        .Where(f => f.Modifiers.Any(m => m.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword)
            && !f.Modifiers.Any(SyntaxKind.ReadOnlyKeyword))
        .SelectMany(f => f.Declaration.Variables).Select(v => v.Identifier.ValueText).Where(fields.Contains);

    /// <summary>The members of the class that a piece of code may run.</summary>
    private HashSet<SyntaxNode> Reached(SyntaxNode code)
    {
        var reached = new HashSet<SyntaxNode>();
        var open = new Stack<SyntaxNode>([code]);
        while (open.Count > 0)
        {
            foreach (var name in open.Pop().DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
            {
                foreach (var member in methods.TryGetValue(name.Identifier.ValueText, out var all) ? all : [])
                {
                    if (reached.Add(member))
                    {
                        open.Push(member);
                    }
                }
            }
        }

        return reached;
    }

    /// <summary>What is held after one of several ways.</summary>
    private static Dictionary<string, Holding> Join(ExpressionSyntax? condition, bool isApart,
        IReadOnlyList<Dictionary<string, Holding>> ways)
    {
        var joined = new Dictionary<string, Holding>(ways[0], StringComparer.Ordinal);
        foreach (var field in ways[0].Keys)
        {
            foreach (var way in ways.Skip(1))
            {
                var (one, other) = (joined[field], way[field]);
                joined[field] = one.Equals(other) ? one : one.Ways + other.Ways > MostWays || one is Holding.Lost || other is Holding.Lost
                    ? new Holding.Lost() : new Holding.Either(condition, isApart, one, other);
            }
        }

        return joined;
    }
}
