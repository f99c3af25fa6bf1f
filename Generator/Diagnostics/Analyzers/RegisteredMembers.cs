using Gen.Layers;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>What a module class keeps in its fields, and what of that it registers.</summary>
internal sealed class RegisteredMembers
{
    private static readonly HashSet<string> OneByOne = new(["register_module", "add_module", "register_parameter", "register_buffer"], StringComparer.Ordinal);

    private readonly INamedTypeSymbol type;
    private readonly TorchSymbols torch;
    private readonly TypeDeclarationSyntax[] declarations;

    private RegisteredMembers(INamedTypeSymbol type, TorchSymbols torch, CancellationToken cancellation)
    {
        this.type = type;
        this.torch = torch;
        declarations = UserDeclarations.Of(type, cancellation).ToArray();
        IsGenerated = UserDeclarations.FirstAnnotated(type) is not null;
        Calls = declarations.SelectMany(d => d.DescendantNodes().OfType<InvocationExpressionSyntax>()).Where(i => IsOwn(i) && Name(i) is "RegisterComponents").ToArray();
    }

    /// <summary>Gen registers what is annotated.</summary>
    public bool IsGenerated { get; }

    /// <summary>The calls of <c>RegisterComponents</c> in the class itself.</summary>
    public IReadOnlyList<InvocationExpressionSyntax> Calls { get; }

    /// <summary>Null where the class is no module, or registers in a way of its own.</summary>
    public static RegisteredMembers? Of(INamedTypeSymbol type, TorchSymbols torch, CancellationToken cancellation)
    {
        if (type.TypeKind != TypeKind.Class || (!torch.IsModule(type) && UserDeclarations.FirstAnnotated(type) is null))
        {
            return null;
        }

        var members = new RegisteredMembers(type, torch, cancellation);
        return members.IsGenerated || (members.HasKnownBases(cancellation) && !members.RegistersItsOwnWay) ? members : null;
    }

    /// <summary>A base class's constructor registers before this class's constructor runs.</summary>
    public bool BaseRegisters { get; private set; }

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
        LayerReader.Held(candidate) is { } held && (torch.IsModule(held) || (held.TypeKind == TypeKind.Class && held.Locations.Any(l => l.IsInSource) && UserDeclarations.FirstAnnotated(held.OriginalDefinition) is not null));

    public static bool IsParameter(ITypeSymbol candidate) => candidate is { Name: "Parameter" } && candidate.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules";

    /// <summary>There is nothing in it to train, save or move, and it does the same in training.</summary>
    public static bool IsStateless(ITypeSymbol candidate) => candidate.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules"
        && LayerRules.Find(candidate.Name) is { } rule && (IsLoss(candidate) || (!rule.State(new LayerArguments([])).Any() && !candidate.Name.Contains("Dropout") && candidate.Name != "RReLU"));

    public static bool IsLoss(ITypeSymbol candidate) => candidate.Name.EndsWith("Loss", StringComparison.Ordinal);

    /// <summary>The class registers the member by name, or keeps in it only what other members hold.</summary>
    public bool IsAccountedFor(string member)
    {
        var mentions = declarations.SelectMany(d => d.DescendantNodes().OfType<IdentifierNameSyntax>()).Where(n => n.Identifier.ValueText == member).ToArray();
        return mentions.Any(IsRegistered) || IsAlias(member, mentions);
    }

    /// <summary>The registration that has come to pass when a statement of a constructor runs; null where there is none.</summary>
    public InvocationExpressionSyntax? Before(SyntaxNode statement) => Calls.FirstOrDefault(c =>
        c.Parent is ExpressionStatementSyntax { Parent: BlockSyntax { Parent: ConstructorDeclarationSyntax constructor } } && constructor.Span.Contains(statement.Span) && c.SpanStart < statement.SpanStart);

    /// <summary>A constructor of the class calls the method.</summary>
    public bool IsCalledByConstructor(string method) => declarations.SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>())
        .SelectMany(c => c.DescendantNodes().OfType<InvocationExpressionSyntax>()).Any(i => IsOwn(i) && Name(i) == method);

    private bool RegistersItsOwnWay => UserDeclarations.Members(type).OfType<IMethodSymbol>().Any(m => m.Name == "RegisterComponents")
        || type.IsAbstract
        || declarations.SelectMany(d => d.DescendantNodes().OfType<ArgumentSyntax>()).Any(a => a.Expression is ThisExpressionSyntax);

    /// <summary>Bases up to TorchSharp's own module are at hand; what others do is not known.</summary>
    private bool HasKnownBases(CancellationToken cancellation)
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

            BaseRegisters |= new RegisteredMembers(t.OriginalDefinition, torch, cancellation).Calls.Count > 0;
        }

        return false;
    }

    private bool IsAutomatic(IPropertySymbol property) => type.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));

    /// <summary><c>register_module("fc", fc)</c>, <c>ModuleList(blocks)</c>.</summary>
    private static bool IsRegistered(IdentifierNameSyntax mention) => mention.Ancestors().TakeWhile(a => a is not StatementSyntax and not MemberDeclarationSyntax).OfType<ArgumentSyntax>()
        .Any(a => a.Parent?.Parent switch
        {
            InvocationExpressionSyntax call => Name(call) is { } name && (OneByOne.Contains(name) || name is "ModuleList" or "ModuleDict" or "Sequential"),
            ObjectCreationExpressionSyntax creation => creation.Type.ToString() is var name && (name.StartsWith("ModuleList", StringComparison.Ordinal) || name.StartsWith("ModuleDict", StringComparison.Ordinal)),
            _ => false,
        }) || mention.Ancestors().OfType<CommonForEachStatementSyntax>().Any(f => f.Expression.Span.Contains(mention.Span) && f.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(c => Name(c) is { } name && OneByOne.Contains(name)));

    /// <summary>All that is put into it are other members of the class: <c>private Module last; ... last = fc2;</c></summary>
    private bool IsAlias(string member, IReadOnlyList<IdentifierNameSyntax> mentions)
    {
        var values = mentions.Select(m => m.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? (ExpressionSyntax)access : m)
            .Select(m => m.Parent is AssignmentExpressionSyntax assignment && assignment.Left == m ? assignment.Right : null).OfType<ExpressionSyntax>()
            .Concat(declarations.SelectMany(d => d.Members.OfType<FieldDeclarationSyntax>()).SelectMany(f => f.Declaration.Variables).Where(v => v.Identifier.ValueText == member).Select(v => v.Initializer?.Value).OfType<ExpressionSyntax>())
            .ToArray();
        return values.Length > 0 && values.All(IsOfMembers);
    }

    private bool IsOfMembers(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax name => type.GetMembers(name.Identifier.ValueText).Any(m => m is IFieldSymbol or IPropertySymbol),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } => IsOfMembers(name),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var operand } => IsOfMembers(operand),
        ArrayCreationExpressionSyntax { Initializer: { } items } => items.Expressions.Count > 0 && items.Expressions.All(IsOfMembers),
        ImplicitArrayCreationExpressionSyntax { Initializer: { } items } => items.Expressions.Count > 0 && items.Expressions.All(IsOfMembers),
        BaseObjectCreationExpressionSyntax { Initializer: { } items } => items.Expressions.Count > 0 && items.Expressions.All(IsOfMembers),
        CollectionExpressionSyntax { Elements: var elements } => elements.Count > 0 && elements.All(e => e is ExpressionElementSyntax item && IsOfMembers(item.Expression)),
        TupleExpressionSyntax tuple => tuple.Arguments.All(a => IsOfMembers(a.Expression)),
        _ => false,
    };

    /// <summary>A call on the object itself.</summary>
    private static bool IsOwn(InvocationExpressionSyntax call) =>
        call.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax };

    private static string? Name(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
