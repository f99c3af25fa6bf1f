using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>How the objects of a module class are used in a project.</summary>
internal enum ModuleUse
{
    /// <summary>Nothing is seen of it.</summary>
    None,

    /// <summary>On their own.</summary>
    Alone,

    /// <summary>Something else may hold one: where that is registered, TorchSharp registers what it holds too.</summary>
    Held,
}

/// <summary>Looks for the name of a module class in a whole project. Where it is not clear what becomes of an object, it is taken to be
/// held.</summary>
internal sealed class ModuleUses(INamedTypeSymbol type, Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
{
    private const int MostVariables = 50;

    /// <summary>They give the module that they are called on.</summary>
    private static readonly HashSet<string> Fluent = new(["to", "cuda", "cpu", "apply"], StringComparer.Ordinal);

    /// <summary>The variables, with where they live, whose uses are looked at: <c>net = net.to(device)</c> leads back to itself.</summary>
    private readonly HashSet<(string Name, SyntaxNode Scope)> variables = [];

    public static ModuleUse Of(INamedTypeSymbol type, Compilation compilation, TorchSymbols torch, CancellationToken cancellation) =>
        new ModuleUses(type, compilation, torch, cancellation).Of();

    private ModuleUse Of()
    {
        var use = ModuleUse.None;
        foreach (var tree in compilation.SyntaxTrees.Where(t => IdentifierNames.Of(t, cancellation).Contains(type.Name)))
        {
            foreach (var name in tree.GetRoot(cancellation).DescendantNodes().OfType<SimpleNameSyntax>()
                .Where(n => n.Identifier.ValueText == type.Name && !IsWithin(n)))
            {
                cancellation.ThrowIfCancellationRequested();
                variables.Clear();
                if (Of(name) is var found && found > use)
                {
                    use = found;
                }

                if (use == ModuleUse.Held)
                {
                    return use;
                }
            }
        }

        return use;
    }

    private bool IsWithin(SyntaxNode node) => UserDeclarations.Of(type, cancellation)
        .Any(d => d.SyntaxTree == node.SyntaxTree && d.Span.Contains(node.Span));

    private ModuleUse Of(SimpleNameSyntax name)
    {
        SyntaxNode written = name;
        while (written.Parent is QualifiedNameSyntax or AliasQualifiedNameSyntax or NullableTypeSyntax
            || (written.Parent is MemberAccessExpressionSyntax access && access.Name == written))
        {
            written = written.Parent;
        }

        return written.Parent switch
        {
            BaseObjectCreationExpressionSyntax creation => OfValue(creation),

            // C.Create()
            MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } => OfValue(call),
            VariableDeclarationSyntax { Parent: BaseFieldDeclarationSyntax field } => OfMember(field),
            VariableDeclarationSyntax declaration => declaration.Variables.Select(v => OfVariable(v.Identifier.ValueText, v))
                .DefaultIfEmpty(ModuleUse.None).Max(),
            BasePropertyDeclarationSyntax property => OfMember(property),
            BaseTypeSyntax or TypeArgumentListSyntax => ModuleUse.Held,
            ParameterSyntax parameter => IsInModule(parameter) ? ModuleUse.Held : ModuleUse.None,
            _ => ModuleUse.None,
        };
    }

    private ModuleUse OfMember(MemberDeclarationSyntax member) => IsInModule(member) ? ModuleUse.Held : ModuleUse.Alone;

    private bool IsInModule(SyntaxNode node) => node.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault() is { } declaration
        && compilation.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is { } holder
        && (torch.IsModule(holder) || UserDeclarations.FirstAnnotated(holder) is not null);

    /// <summary>What becomes of an object where it stands as a value.</summary>
    private ModuleUse OfValue(ExpressionSyntax value)
    {
        switch (value.Parent)
        {
            case ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax or AwaitExpressionSyntax:
                return OfValue((ExpressionSyntax)value.Parent);
            case BinaryExpressionSyntax binary:
                return binary.IsKind(SyntaxKind.CoalesceExpression) || binary.IsKind(SyntaxKind.AsExpression) ? OfValue(binary)
                    : ModuleUse.Alone;
            case ConditionalExpressionSyntax choice when choice.Condition != value:
                return OfValue(choice);
            case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access
                when access.Expression == value && Fluent.Contains(access.Name.Identifier.ValueText):
                return OfValue(call);
            case MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or ElementAccessExpressionSyntax
                or ExpressionStatementSyntax or UsingStatementSyntax or IsPatternExpressionSyntax:
                return ModuleUse.Alone;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax field } }:
                return OfMember(field);
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }:
                return OfVariable(variable.Identifier.ValueText, variable);
            case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property }:
                return OfMember(property);
            case AssignmentExpressionSyntax assignment when assignment.Left == value:
                return ModuleUse.None;
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment
                when compilation.ModelOf(target.SyntaxTree).GetSymbolInfo(target, cancellation).Symbol is ILocalSymbol:
                return OfVariable(target.Identifier.ValueText, assignment);
            case AssignmentExpressionSyntax { Left: var target }
                when compilation.ModelOf(target.SyntaxTree).GetSymbolInfo(target, cancellation).Symbol is { ContainingType: { } holder }:
                return torch.IsModule(holder) || UserDeclarations.FirstAnnotated(holder) is not null ? ModuleUse.Held : ModuleUse.Alone;
            case ArgumentSyntax argument:
                return OfArgument(argument);
            default:
                return ModuleUse.Held;
        }
    }

    /// <summary>A <c>Sequential</c> does not register what its modules hold; another method may do with it as it likes.</summary>
    private ModuleUse OfArgument(ArgumentSyntax argument)
    {
        if (argument.Parent is TupleExpressionSyntax { Parent: ArgumentSyntax outer })
        {
            return OfArgument(outer);
        }

        if (argument.Parent?.Parent is not InvocationExpressionSyntax call)
        {
            return ModuleUse.Held;
        }

        var symbols = compilation.ModelOf(call.SyntaxTree).GetSymbolInfo(call, cancellation);
        if (symbols.Symbol is not IMethodSymbol method)
        {
            return call.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" } ? ModuleUse.None : ModuleUse.Held;
        }

        if (method.Name == "Sequential" && SymbolEqualityComparer.Default.Equals(method.ContainingType, torch.Functions))
        {
            return ModuleUse.Alone;
        }

        var index = argument.NameColon is { Name.Identifier.ValueText: var named }
            ? method.Parameters.ToList().FindIndex(p => p.Name == named) : call.ArgumentList.Arguments.IndexOf(argument);
        return index >= 0 && index < method.Parameters.Length && !method.Parameters[index].IsParams
            && method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is { } body
            ? Uses(method.Parameters[index].Name, body)
            : ModuleUse.Held;
    }

    private ModuleUse OfVariable(string name, SyntaxNode at) =>
        at.Ancestors()
            .FirstOrDefault(a => a is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
                or AnonymousFunctionExpressionSyntax or CompilationUnitSyntax) is { } scope
            ? Uses(name, scope)
            : ModuleUse.Held;

    /// <summary>On its own, unless one of the uses of the variable is another.</summary>
    private ModuleUse Uses(string variable, SyntaxNode scope) => !variables.Add((variable, scope)) ? ModuleUse.None
        : variables.Count > MostVariables ? ModuleUse.Held
        : scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == variable && !(n.Parent is MemberAccessExpressionSyntax access && access.Name == n))
            .Select(OfValue).Append(ModuleUse.Alone).Max();
}
