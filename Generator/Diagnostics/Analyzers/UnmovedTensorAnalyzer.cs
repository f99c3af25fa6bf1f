using System.Collections.Immutable;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN4012: a field or property that holds a tensor which <c>to(device)</c> leaves behind. The evaluation finds the tensors that
/// <c>Forward</c> makes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnmovedTensorAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.LeftBehind);

    /// <summary>A project that moves no module may be a library whose users do.</summary>
    internal static DiagnosticSeverity SeverityOf(FindingKind kind, Compilation compilation, CancellationToken cancellation) =>
        kind == FindingKind.LeftBehind && !ModuleConversions.In(compilation, cancellation).IsMoved ? DiagnosticSeverity.Info
            : Descriptors.Of(kind).DefaultSeverity;

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(symbol => Analyze(symbol, torch), SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context, TorchSymbols torch)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var members = type.TypeKind != TypeKind.Class || UserDeclarations.FirstAnnotated(type) is null ? []
            : UserDeclarations.Members(type).Where(m => IsTensor(m, torch)).ToArray();
        if (members.Length == 0 || ModuleConversions.In(context.Compilation, context.CancellationToken).SetsDevice)
        {
            return;
        }

        TypeDeclarationSyntax[] declarations = [.. UserDeclarations.Of(type, context.CancellationToken)];
        foreach (var member in members)
        {
            if (member.Locations.FirstOrDefault(static l => l.IsInSource) is { } place && IsLeft(member.Name, declarations))
            {
                var edit = member is IFieldSymbol ? "Mark it [Buffer]." : "Make it a field that is marked [Buffer].";
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.LeftBehind, place,
                    SeverityOf(FindingKind.LeftBehind, context.Compilation, context.CancellationToken), additionalLocations: null,
                    Hints.Of((Hints.Attribute, "Buffer")),
                    $"'{member.Name}' stays where it is when the module is moved to a device, and state_dict does not hold it. {edit}"));
            }
        }
    }

    private static bool IsTensor(ISymbol member, TorchSymbols torch) => !member.IsStatic && !member.IsImplicitlyDeclared
        && !member.Has(Annotations.Buffer) && !member.Has(Annotations.Parameter)
        && (member is IFieldSymbol field ? torch.IsTensor(field.Type)
            : member is IPropertySymbol { IsIndexer: false, IsAbstract: false, IsOverride: false } property
            && torch.IsTensor(property.Type));

    /// <summary>A constructor, or its own initializer, sets it, no other method does, and one reads it.</summary>
    private static bool IsLeft(string name, IReadOnlyList<TypeDeclarationSyntax> declarations)
    {
        var (isSet, isRead) = (false, false);
        foreach (var node in declarations.SelectMany(static d => d.Members).SelectMany(static m => m.DescendantNodes()))
        {
            switch (node)
            {
                case VariableDeclaratorSyntax { Initializer: not null, Parent.Parent: FieldDeclarationSyntax } field
                    when field.Identifier.ValueText == name:
                    isSet = true;
                    break;
                case IdentifierNameSyntax { Identifier.ValueText: var read } when read == name:
                    var isInConstructor = node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null;
                    var isWritten = IsWritten(node);
                    if (isWritten && !isInConstructor)
                    {
                        return false;
                    }

                    // register_buffer("mask", mask) registers it.
                    if (isInConstructor && node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: var called }
                        && called.ToString().EndsWith("register_buffer", StringComparison.Ordinal))
                    {
                        return false;
                    }

                    isSet |= isWritten;
                    isRead |= !isWritten && !isInConstructor;
                    break;
            }
        }

        isSet |= declarations.SelectMany(static d => d.Members).OfType<PropertyDeclarationSyntax>()
            .Any(p => p.Identifier.ValueText == name && p.Initializer is not null);
        return isSet && isRead;
    }

    private static bool IsWritten(SyntaxNode name)
    {
        var whole = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access && access.Name == name ? access
            : name;
        return whole.Parent is AssignmentExpressionSyntax assignment && assignment.Left == whole
            || whole.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 } or ArgumentSyntax { Parent: TupleExpressionSyntax
                { Parent: AssignmentExpressionSyntax } };
    }
}
