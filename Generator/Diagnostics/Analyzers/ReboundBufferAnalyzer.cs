using System.Collections.Immutable;
using Gen.Diagnostics.Parity;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>
/// GEN4010: <c>seen += x</c> in the forward of a hand-written module. Python adds in place; C# makes another tensor and puts that into
/// the field, and the registered buffer stays as it was. In a generated module GEN4008 reports it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReboundBufferAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.DoesSomethingElse);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        if (Differences.ReboundBuffer.AppliesTo(torch.Functions.ContainingAssembly.Identity.Version))
        {
            start.RegisterSyntaxNodeAction(
                node => Assignment(node, torch), SyntaxKind.AddAssignmentExpression, SyntaxKind.SubtractAssignmentExpression,
                SyntaxKind.MultiplyAssignmentExpression,
                SyntaxKind.DivideAssignmentExpression, SyntaxKind.SimpleAssignmentExpression);
        }
    }

    private static void Assignment(SyntaxNodeAnalysisContext context, TorchSymbols torch)
    {
        var assignment = (AssignmentExpressionSyntax)context.Node;
        if (assignment.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { Identifier.ValueText: "forward" } method
            || assignment.Left is not (IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax })
            || context.SemanticModel.GetSymbolInfo(assignment.Left,
                context.CancellationToken).Symbol is not IFieldSymbol { IsStatic: false } field
            || !torch.IsTensor(field.Type) || !torch.IsModule(field.ContainingType)
            || UserDeclarations.FirstAnnotated(field.ContainingType) is not null
            || (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && !GoesOn(assignment.Right, field))
            || !IsRegistered(field, method))
        {
            return;
        }

        var write = assignment.Kind() switch
        {
            SyntaxKind.AddAssignmentExpression => $"{assignment.Left}.add_({assignment.Right})",
            SyntaxKind.SubtractAssignmentExpression => $"{assignment.Left}.sub_({assignment.Right})",
            SyntaxKind.MultiplyAssignmentExpression => $"{assignment.Left}.mul_({assignment.Right})",
            SyntaxKind.DivideAssignmentExpression => $"{assignment.Left}.div_({assignment.Right})",
            _ => $"{assignment.Left}.copy_({assignment.Right})",
        };
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptors.DoesSomethingElse, assignment.GetLocation(), Hints.Of((Hints.Replacement, write)),
            $"In TorchSharp {Difference.Measured} '{assignment}' {Differences.ReboundBuffer.Does}. Write '{write}'."));
    }

    /// <summary>The new value is computed from the old one.</summary>
    private static bool GoesOn(ExpressionSyntax value, IFieldSymbol field) => value is BinaryExpressionSyntax
        && value.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == field.Name);

    /// <summary>A constructor registers all fields, or this one.</summary>
    private static bool IsRegistered(IFieldSymbol field, MethodDeclarationSyntax method) =>
        method.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
        && type.Members.OfType<ConstructorDeclarationSyntax>().SelectMany(c => c.DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Any(c => c.Expression switch
        {
            IdentifierNameSyntax { Identifier.ValueText: "RegisterComponents" }
                or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name.Identifier.ValueText: "RegisterComponents" } =>
                true,
            IdentifierNameSyntax { Identifier.ValueText: "register_buffer" }
                or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name.Identifier.ValueText: "register_buffer" } =>
                c.ArgumentList.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == field.Name),
            _ => false,
        });
}
