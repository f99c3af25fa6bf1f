using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <summary>
/// Where the modules that a class holds come from and where they go, through locals, collections, tuples, lambdas and the methods of the
/// project: a module that comes to <c>register_module</c> on one of its ways is registered. Order does not count, and what is not
/// understood counts as registered.
/// </summary>
internal sealed partial class RegistrationFlow
{
    private const int None = -1;

    private const int MostSteps = 20_000;

    private const int Deepest = 6;

    private readonly FlowGraph graph = new();
    private readonly Dictionary<ISymbol, int> symbols = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<SyntaxNode, List<int>> values = [];
    private readonly INamedTypeSymbol type;
    private readonly TorchSymbols torch;
    private readonly Compilation compilation;
    private readonly CancellationToken cancellation;

    /// <summary>The object itself: what comes here has a key.</summary>
    private readonly int registered;
    private int steps;

    public RegistrationFlow(INamedTypeSymbol type, TorchSymbols torch, Compilation compilation, CancellationToken cancellation)
    {
        this.torch = torch;
        this.compilation = MissingParts.Whole(compilation, torch, cancellation);
        this.type = type.In(this.compilation, cancellation);
        this.cancellation = cancellation;
        registered = graph.Add();
        foreach (var part in Family())
        {
            Read(part);
        }
    }

    /// <summary>All that a member holds is registered by name, or is another member's, of which is told there.</summary>
    /// <param name="member">The name of the field or property.</param>
    /// <param name="fieldsAreRegistered">The modules in fields are registered, or it is told of each that it is not.</param>
    public bool IsRegistered(string member, bool fieldsAreRegistered)
    {
        if (steps > MostSteps || Field(member) is not { } symbol)
        {
            return steps > MostSteps;
        }

        var own = Node(symbol);
        bool IsGoal(int node) => node == registered || (node != own && IsRegistered(node, fieldsAreRegistered));
        if (graph.Reaches(own, IsGoal))
        {
            return true;
        }

        var sources = graph.Sources(own, n => n == registered || Members.Contains(n), out var isAlias);
        return sources.All(s => graph.Reaches(s, IsGoal)) && (sources.Count > 0 || isAlias);
    }

    /// <summary>What is assigned to a member has been registered by name, or the member never holds anything but what others
    /// hold.</summary>
    public bool IsRegistered(SyntaxNode value, string member)
    {
        if (steps > MostSteps || !values.TryGetValue(value, out var nodes) || Field(member) is not { } symbol)
        {
            return steps > MostSteps;
        }

        if (graph.Sources(Node(symbol), Members.Contains, out var isAlias).Count == 0 && isAlias)
        {
            return true;
        }

        // w = (Parameter)w.to(device): a tensor that comes out of a function is a parameter only where it went in as one.
        return nodes.Where(v => v != None).All(v =>
        {
            bool IsGoal(int node) => node == registered;
            var sources = graph.Sources(v, IsGoal, out var isOwn);
            return sources.Count > 0 ? sources.All(s => graph.Reaches(s, IsGoal)) : isOwn || graph.Reaches(v, IsGoal);
        });
    }

    private ISymbol? Field(string member)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers(member).FirstOrDefault(m => m is IFieldSymbol or IPropertySymbol) is { } symbol)
            {
                return symbol;
            }
        }

        return null;
    }

    /// <summary>The members of the objects of this class that code mentions.</summary>
    private HashSet<int> Members => members ??= [.. symbols.Where(s => IsOfThis(s.Key)).Select(s => s.Value)];

    private HashSet<int>? members;

    private Dictionary<int, ISymbol>? fields;

    private bool IsRegistered(int node, bool fieldsAreRegistered)
    {
        fields ??= symbols.Where(s => IsOfThis(s.Key)).ToDictionary(s => s.Value, s => s.Key);
        return fields.TryGetValue(node, out var field)
            && (Annotations.IsAnnotated(field) || (fieldsAreRegistered && TypeOf(field) is { } held && IsSingle(held)));
    }

    /// <summary>A field whose value is a module: TorchSharp looks at what it is, not at the type of the field.</summary>
    private bool IsSingle(ITypeSymbol held) => RegisteredMembers.IsModule(held, torch) || RegisteredMembers.IsParameter(held)
        || held.SpecialType == SpecialType.System_Object || (held.TypeKind == TypeKind.Interface && !ModuleContents.IsOfLibrary(held));

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private bool IsOfThis(ISymbol member) => member is IFieldSymbol { IsStatic: false } or IPropertySymbol { IsStatic: false }
        && IsInFamily(member.ContainingType);

    private bool IsInFamily(ITypeSymbol? other)
    {
        for (var t = type; t is not null && other is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, other.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The class, its bases and what comes from it, as far as they are in the project.</summary>
    private IEnumerable<INamedTypeSymbol> Family()
    {
        for (var t = type; t is not null && UserDeclarations.Of(t.OriginalDefinition, cancellation).Any(); t = t.BaseType)
        {
            yield return t.OriginalDefinition;
        }

        foreach (var derived in DerivedClasses.Of(type, compilation, cancellation))
        {
            yield return derived;
        }
    }

    private void Read(INamedTypeSymbol part)
    {
        var frame = new FlowFrame(null, null, registered, graph.Add());
        var declarations = UserDeclarations.Of(part, cancellation).ToArray();
        var names = new HashSet<string>(declarations.SelectMany(d => d.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Select(n => n.Identifier.ValueText), StringComparer.Ordinal);
        foreach (var member in declarations.SelectMany(d => d.Members))
        {
            switch (member)
            {
                case FieldDeclarationSyntax field:
                    foreach (var variable in field.Declaration.Variables)
                    {
                        Initialize(variable, variable.Initializer, frame);
                    }

                    break;
                case PropertyDeclarationSyntax property:
                    Initialize(property, property.Initializer, frame);
                    foreach (var accessor in property.AccessorList?.Accessors.Where(a => a.Body is not null || a.ExpressionBody is not null)
                        ?? [])
                    {
                        Evaluate(Operation(accessor), frame);
                    }

                    Evaluate(property.ExpressionBody is { } body ? Operation(body) : null, frame);
                    break;

                // A method that only the class itself can call is read where it is called.
                case MethodDeclarationSyntax method when IsPrivate(method) && names.Contains(method.Identifier.ValueText):
                    break;
                case BaseMethodDeclarationSyntax method:
                    Evaluate(Operation(method), frame);
                    break;
            }
        }

        // class Net(List<Linear> layers) : Basis(layers)
        foreach (var handed in declarations.SelectMany(d => d.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>() ?? []))
        {
            Evaluate(Operation(handed), frame);
        }
    }

    private static bool IsPrivate(MethodDeclarationSyntax method) => method.ExplicitInterfaceSpecifier is null
        && !method.Modifiers.Any(m => m.ValueText is "public" or "protected" or "internal" or "override");

    private void Initialize(SyntaxNode declared, EqualsValueClauseSyntax? value, FlowFrame frame)
    {
        if (value is not null && compilation.ModelOf(declared.SyntaxTree).GetDeclaredSymbol(declared, cancellation) is { } symbol
            && Operation(value) is ISymbolInitializerOperation initializer)
        {
            Pass(Evaluate(initializer.Value, frame), Node(symbol), TypeOf(symbol));
        }
    }

    private IOperation? Operation(SyntaxNode node) => compilation.ModelOf(node.SyntaxTree).OperationOf(node, cancellation);

    private int Node(ISymbol symbol)
    {
        if (!symbols.TryGetValue(symbol.OriginalDefinition, out var node))
        {
            symbols[symbol.OriginalDefinition] = node = graph.Add();
        }

        return node;
    }

    /// <summary>A local or a parameter: of the call that it belongs to.</summary>
    private int Variable(ISymbol symbol, FlowFrame frame)
    {
        var owner = symbol.ContainingSymbol;
        while (owner is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
        {
            owner = owner.ContainingSymbol;
        }

        if (owner is null || frame.Running(owner.OriginalDefinition) is not { } home)
        {
            return Node(symbol);
        }

        if (!home.Variables.TryGetValue(symbol.OriginalDefinition, out var node))
        {
            home.Variables[symbol.OriginalDefinition] = node = graph.Add();
        }

        return node;
    }

    /// <summary>A variable gets a value: two names for one object, where it can be put something into.</summary>
    private void Pass(int from, int to, ITypeSymbol? held)
    {
        graph.Flow(from, to);
        if (from == registered || (held is not null && ModuleContents.IsFilled(held)))
        {
            graph.Flow(to, from);
        }
    }
}
