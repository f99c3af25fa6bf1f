using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gen.Reading;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>What a module class keeps in its fields, and what of that it registers.</summary>
internal sealed class RegisteredMembers
{
    /// <summary>Overridden, they give what the class likes.</summary>
    private static readonly HashSet<string> Ways =
        new(["RegisterComponents", "named_parameters", "named_children", "named_modules"], StringComparer.Ordinal);

    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<ISymbol, RegisteredMembers?>> Known = new();

    private readonly INamedTypeSymbol type;
    private readonly TorchSymbols torch;
    private readonly TypeDeclarationSyntax[] declarations;
    private readonly Compilation compilation;
    private readonly object gate = new();
    private RegistrationFlow? flow;

    private RegisteredMembers(INamedTypeSymbol type, TorchSymbols torch, Compilation compilation, CancellationToken cancellation)
    {
        this.type = type;
        this.torch = torch;
        this.compilation = compilation;
        declarations = UserDeclarations.Of(type, cancellation).ToArray();
        IsGenerated = UserDeclarations.FirstAnnotated(type) is not null;
        Calls = declarations.SelectMany(d => d.DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Where(i => IsOwn(i) && Name(i) is "RegisterComponents").ToArray();
    }

    /// <summary>Gen registers what is annotated.</summary>
    public bool IsGenerated { get; }

    /// <summary>The calls of <c>RegisterComponents</c> in the class itself.</summary>
    public IReadOnlyList<InvocationExpressionSyntax> Calls { get; }

    /// <summary>Null where the class is no module, or registers in a way of its own. Several analyzers ask for the same class.</summary>
    public static RegisteredMembers? Of(INamedTypeSymbol type, TorchSymbols torch, Compilation compilation,
        CancellationToken cancellation) => type.TypeKind == TypeKind.Class
            && (torch.IsModule(type) || UserDeclarations.FirstAnnotated(type) is not null)
            ? Known.GetValue(compilation, static _ => new(SymbolEqualityComparer.Default))
                .GetOrAdd(type, _ => Find(type, torch, compilation, cancellation))
            : null;

    private static RegisteredMembers? Find(INamedTypeSymbol type, TorchSymbols torch, Compilation compilation,
        CancellationToken cancellation)
    {
        var members = new RegisteredMembers(type, torch, compilation, cancellation);
        return members.IsGenerated || (members.HasKnownBases(compilation, cancellation) && !members.RegistersItsOwnWay && !type.IsAbstract)
            ? members : null;
    }

    /// <summary>A base class calls <c>RegisterComponents</c>.</summary>
    public bool BaseRegisters { get; private set; }

    /// <summary>All constructors of a base class do, whatever their arguments.</summary>
    public bool BaseAlwaysRegisters { get; private set; }

    /// <summary>The fields and properties that may hold a module or a parameter, without those that are annotated.</summary>
    public IEnumerable<(ISymbol Member, ITypeSymbol Type)> Unannotated() => UserDeclarations.Members(type)
        .Select(m => m switch
        {
            IFieldSymbol { IsStatic: false, IsConst: false } field => (Member: (ISymbol)field, field.Type),
            IPropertySymbol { IsStatic: false, IsIndexer: false } property when IsAutomatic(property) => (property, property.Type),
            _ => (Member: null!, Type: null!),
        })
        .Where(m => m.Member is not null && !Annotations.IsAnnotated(m.Member));

    /// <summary>A module, or a class that Gen makes one.</summary>
    public bool IsModule(ITypeSymbol candidate) => IsModule(candidate, torch);

    /// <summary>A module, or a class that Gen makes one.</summary>
    public static bool IsModule(ITypeSymbol candidate, TorchSymbols torch) =>
        LayerReader.Held(candidate) is { } held && (torch.IsModule(held)
            || (held.TypeKind == TypeKind.Class && held.Locations.Any(l => l.IsInSource)
                && UserDeclarations.FirstAnnotated(held.OriginalDefinition) is not null));

    public static bool IsParameter(ITypeSymbol candidate) =>
        candidate is { Name: "Parameter" } && candidate.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules";

    /// <summary>There is nothing in it to train, save or move, and it does the same in training.</summary>
    public static bool IsStateless(ITypeSymbol candidate) => candidate.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules"
        && LayerRules.Find(candidate.Name) is { } rule
        && (rule.Role == Role.Loss || (!rule.State(new LayerArguments([])).Any() && !rule.DiffersInTraining(new LayerArguments([]))));

    public static bool IsLoss(ITypeSymbol candidate) => LayerRules.Find(candidate.Name) is { Role: Role.Loss };

    /// <summary>The member refers to the module that holds the object.</summary>
    public bool IsOwner(ISymbol member, ITypeSymbol held) => Owners.IsOwner(member, held, type, declarations);

    /// <summary>Nobody but the class sees it, which neither sets nor reads it: it holds nothing.</summary>
    public bool IsUnused(ISymbol member) => member.DeclaredAccessibility == Accessibility.Private
        && !member.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is VariableDeclaratorSyntax { Initializer: not null }
            or PropertyDeclarationSyntax { Initializer: not null })
        && !declarations.SelectMany(d => d.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Any(n => n.Identifier.ValueText == member.Name);

    /// <summary>The class registers what the member holds, or keeps in it only what other members hold.</summary>
    public bool IsAccountedFor(ISymbol member, bool isCollection, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Flow(cancellation).IsRegistered(member.Name, isCollection || Calls.Count > 0 || BaseRegisters);
        }
    }

    /// <summary>The class registers by name what is assigned to the member.</summary>
    public bool IsAccountedFor(ISymbol member, SyntaxNode value, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Flow(cancellation).IsRegistered(value, member.Name);
        }
    }

    private RegistrationFlow Flow(CancellationToken cancellation) => flow ??= new(type, torch, compilation, cancellation);

    /// <summary>The registration that has come to pass when a statement of a constructor runs; null where there is none.</summary>
    public InvocationExpressionSyntax? Before(SyntaxNode statement) => Calls.FirstOrDefault(c =>
        c.Parent is ExpressionStatementSyntax { Parent: BlockSyntax { Parent: ConstructorDeclarationSyntax constructor } }
            && constructor.Span.Contains(statement.Span) && c.SpanStart < statement.SpanStart);

    /// <summary>The places in constructors and initializers from which a method is called, by other methods of the class too.</summary>
    public IReadOnlyList<SyntaxNode> ConstructorCalls(string method)
    {
        var (places, names) = (new List<SyntaxNode>(), new Queue<string>([method]));
        for (var seen = new HashSet<string>([method], StringComparer.Ordinal); names.Count > 0;)
        {
            var name = names.Dequeue();
            foreach (var mention in declarations.SelectMany(d => d.DescendantNodes().OfType<IdentifierNameSyntax>())
                .Where(n => n.Identifier.ValueText == name))
            {
                switch (mention.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault())
                {
                    case ConstructorDeclarationSyntax or BaseFieldDeclarationSyntax:
                        places.Add(mention);
                        break;
                    case MethodDeclarationSyntax { Identifier.ValueText: var caller } when seen.Add(caller):
                        names.Enqueue(caller);
                        break;
                }
            }
        }

        return places;
    }

    private bool RegistersItsOwnWay => UserDeclarations.Members(type).OfType<IMethodSymbol>().Any(m => Ways.Contains(m.Name))
        || declarations.SelectMany(d => d.DescendantNodes().OfType<ArgumentSyntax>())
            .Any(a => a.Expression is ThisExpressionSyntax
                && !(a.Parent?.Parent is InvocationExpressionSyntax call && Name(call) is "SuppressFinalize"));

    /// <summary>Bases up to TorchSharp's own module are at hand; what others do is not known.</summary>
    private bool HasKnownBases(Compilation compilation, CancellationToken cancellation)
    {
        for (var t = type.BaseType; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t.ContainingType, torch.Functions))
            {
                return true;
            }

            if (!t.Locations.Any(l => l.IsInSource) || UserDeclarations.FirstAnnotated(t) is not null)
            {
                return false;
            }

            var members = new RegisteredMembers(t.OriginalDefinition, torch, compilation, cancellation);
            if (members.RegistersItsOwnWay)
            {
                return false;
            }

            BaseRegisters |= members.Calls.Count > 0;
            BaseAlwaysRegisters |= members.AlwaysRegisters;
        }

        return false;
    }

    private bool AlwaysRegisters => declarations.SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>())
        .Where(c => c.Initializer?.ThisOrBaseKeyword.ValueText != "this").ToArray() is { Length: > 0 } constructors
        && constructors.All(
            c => Calls.Any(call => call.Parent == c.ExpressionBody
                || (call.Parent is ExpressionStatementSyntax statement && statement.Parent == c.Body)));

    private bool IsAutomatic(IPropertySymbol property) =>
        type.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));

    /// <summary>A call on the object itself.</summary>
    private static bool IsOwn(InvocationExpressionSyntax call) =>
        call.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax
            or BaseExpressionSyntax };

    private static string? Name(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
