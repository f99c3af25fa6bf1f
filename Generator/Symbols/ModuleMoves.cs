using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Symbols;

/// <summary>Whether the code of a class moves its modules to a device.</summary>
internal static class ModuleMoves
{
    /// <summary>Neither the class nor its bases, which can all be seen, name a device.</summary>
    public static bool StaysAtHome(INamedTypeSymbol module, Compilation compilation, CancellationToken cancellation)
    {
        for (var type = module; type is { ContainingAssembly.Name: not ("TorchSharp" or "Gen.Runtime") }; type = type.BaseType)
        {
            if (type.SpecialType != SpecialType.System_Object && (type.ContainingAssembly.Name != compilation.AssemblyName
                || UserDeclarations.Of(type.OriginalDefinition, cancellation).Any(Moves)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Moves(TypeDeclarationSyntax declaration) => declaration.DescendantNodes().Any(static n => n switch
    {
        // A method of the class may move it, and a constructor what it makes.
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: var name } } => IsMove(name),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } member } =>
            IsMove(name) && (member.Expression is ThisExpressionSyntax or BaseExpressionSyntax
                || n.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null),
        ParameterSyntax { Type: { } type } => type.ToString().Contains("Device")
            && n.Parent?.Parent is ConstructorDeclarationSyntax or TypeDeclarationSyntax,
        _ => false,
    });

    private static bool IsMove(string name) => name is "to" or "cuda" or "cpu" or "_to" or "MoveModule";
}
