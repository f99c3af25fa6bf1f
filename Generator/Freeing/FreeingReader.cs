using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>Reads a <c>Forward</c> whose every step is understood into one that frees each tensor after its last use.</summary>
internal sealed class FreeingReader(INamedTypeSymbol type, Compilation compilation, TorchSymbols torch, IReadOnlyList<LayerModel> layers,
    RecomputedCalls? recomputed, CancellationToken cancellation)
{
    private const int DeepestHelper = 16;
    private const int DeepestExpression = 150;
    private readonly Dictionary<IMethodSymbol, Lowering?> helpers = new(SymbolEqualityComparer.Default);
    private readonly ReadingDepth nesting = new(DeepestExpression);
    private int depth;

    /// <summary>Null where something is not understood: then <c>Forward</c> itself runs, and all is freed at its end.</summary>
    public FreeingBody? Read(IMethodSymbol method)
    {
        var isReplaceable = !type.IsSealed && (method.IsVirtual || method.IsAbstract || method.IsOverride);
        if (isReplaceable || Declaration(method) is not { } syntax || Usings(syntax) is not { } usings
            || Lower(method, syntax) is not { } lowered)
        {
            return null;
        }

        var given = new HashSet<string>(method.Parameters.Select(p => p.Name).Where(p => !lowered.IsReplaced(p)), StringComparer.Ordinal);
        var scope = lowered.Names.Unused("scope");
        return new FreeingBody(
            usings.ToEquatableArray(),
            string.Join(", ", syntax.ParameterList.Parameters.Select(p => CSharpText.Of(Plain(p)))),
            scope,
            new LastUses(lowered.Aliases, given, lowered.Unset, lowered.Names.Next).Insert(lowered.Body),
            lowered.Stores || method.Parameters.Any(p => lowered.Aliases.IsHeld(p.Name)),
            lowered.GivesNew,
            lowered.GivesHeld)
        {
            Held = lowered.Held.ToEquatableArray(),
        };
    }

    /// <summary>A method of the class, or a static one of the project, that keeps nothing of what it is given; null for others.</summary>
    private Lowering? Transparent(IMethodSymbol method)
    {
        if ((method.MethodKind != MethodKind.LocalFunction && !IsOfClass(method)
                && !(method.IsStatic && UserDeclarations.IsOwn(method, compilation)))
            || method.IsVirtual || method.IsAbstract || method.IsOverride)
        {
            return null;
        }

        if (!helpers.TryGetValue(method, out var known))
        {
            // One that calls itself is not known while it is read.
            helpers[method] = null;
            if (depth >= DeepestHelper)
            {
                return null;
            }

            depth++;
            known = Code(method) is { } syntax && Lower(method, syntax) is { Stores: false } lowered
                && method.Parameters.All(p => p.RefKind == RefKind.None && !lowered.Aliases.IsHeld(p.Name)) ? lowered : null;
            helpers[method] = known;
            depth--;
        }

        return known;
    }

    private Lowering? Lower(IMethodSymbol method, SyntaxNode syntax)
    {
        var lowering = new Lowering(compilation.ModelOf(syntax.SyntaxTree), torch, IsOfClass(method) ? layers : [], recomputed, Transparent,
            nesting, syntax, cancellation);
        foreach (var parameter in method.Parameters)
        {
            lowering.Declare(parameter.Name, lowering.Types.Of(parameter.Type));
        }

        lowering.Read();
        return lowering.IsUnderstood ? lowering : null;
    }

    /// <summary>Only the last parameter may be <c>params</c>, and another one follows.</summary>
    private static ParameterSyntax Plain(ParameterSyntax parameter) => parameter.WithAttributeLists(default).WithDefault(null)
        .WithModifiers(SyntaxFactory.TokenList(parameter.Modifiers.Where(static m => !m.IsKind(SyntaxKind.ParamsKeyword))));

    private bool IsOfClass(IMethodSymbol method) => SymbolEqualityComparer.Default.Equals(method.ContainingType, type);

    private SyntaxNode? Code(IMethodSymbol method) => method.MethodKind != MethodKind.LocalFunction ? Declaration(method)
        : method is { IsAsync: false, IsGenericMethod: false, DeclaringSyntaxReferences: [var only] }
            && only.GetSyntax(cancellation) is LocalFunctionStatementSyntax syntax && !syntax.Modifiers.Any(SyntaxKind.UnsafeKeyword)
            && !syntax.IsDeep() ? syntax : null;

    private MethodDeclarationSyntax? Declaration(IMethodSymbol method) =>
        method is { IsAsync: false, IsGenericMethod: false, DeclaringSyntaxReferences: [var only] }
            && only.GetSyntax(cancellation) is MethodDeclarationSyntax { ContainsDiagnostics: false, ContainsDirectives: false } syntax
        && !IsUnsafe(syntax) && !syntax.IsDeep()
            ? syntax
            : null;

    /// <summary>It, or a type around it, may have pointers.</summary>
    public static bool IsUnsafe(MethodDeclarationSyntax syntax) =>
        syntax.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().Any(static m => m.Modifiers.Any(SyntaxKind.UnsafeKeyword));

    /// <summary>The generated part stands in a file of its own, which needs what the user's file uses.</summary>
    public static IEnumerable<string>? Usings(MethodDeclarationSyntax syntax)
    {
        var inNamespaces = syntax.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Any(n => n.Usings.Count > 0 || n.Externs.Count > 0);
        return inNamespaces || syntax.SyntaxTree.GetRoot() is not CompilationUnitSyntax { Externs.Count: 0 } unit
            ? null
            : unit.Usings.Where(u => u.GlobalKeyword.IsKind(SyntaxKind.None)).Select(CSharpText.Of);
    }
}
