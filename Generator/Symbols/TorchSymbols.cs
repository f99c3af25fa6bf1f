using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Gen.Symbols;

/// <summary>The types of TorchSharp and of Gen's runtime, as the compilation at hand knows them.</summary>
internal sealed class TorchSymbols
{
    private static readonly ConditionalWeakTable<Compilation, StrongBox<TorchSymbols?>> Known = new();

    private readonly ConcurrentDictionary<ITypeSymbol, IReadOnlyList<IMethodSymbol>> factories = new(SymbolEqualityComparer.Default);

    private TorchSymbols(INamedTypeSymbol functions, INamedTypeSymbol module, INamedTypeSymbol tensor)
    {
        Functions = functions;
        Module = module;
        Tensor = tensor;
    }

    /// <summary><c>torch.nn</c>, whose static methods are the factories.</summary>
    public INamedTypeSymbol Functions { get; }

    /// <summary><c>torch.nn.Module</c>.</summary>
    public INamedTypeSymbol Module { get; }

    public INamedTypeSymbol Tensor { get; }

    /// <summary>Null where the compilation does not refer to TorchSharp.</summary>
    public static TorchSymbols? In(Compilation compilation) => (Known.TryGetValue(compilation, out var known) ? known
        : Known.GetValue(compilation, static c => new(Find(c)))).Value;

    private static TorchSymbols? Find(Compilation compilation) =>
        compilation.GetTypeByMetadataName("TorchSharp.torch+nn") is { } functions
        && compilation.GetTypeByMetadataName("TorchSharp.torch+nn+Module") is { } module
        && compilation.GetTypeByMetadataName("TorchSharp.torch+Tensor") is { } tensor
            ? new TorchSymbols(functions, module, tensor)
            : null;

    public bool IsModule(ITypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t, Module))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>Sequential</c>, <c>ModuleList</c>, <c>ModuleDict</c>: the modules in them are what they are.</summary>
    public bool IsContainer(ITypeSymbol type) => type.Name is "Sequential" or "ModuleList" or "ModuleDict"
        && type.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules";

    public bool IsTensor(ITypeSymbol type) => SymbolEqualityComparer.Default.Equals(type, Tensor);

    /// <summary>The <c>Module&lt;T, ..., TResult&gt;</c> that a module class comes from.</summary>
    public INamedTypeSymbol? Signature(ITypeSymbol type)
    {
        for (var t = type as INamedTypeSymbol; t is not null; t = t.BaseType)
        {
            if (t is { Name: "Module", IsGenericType: true } && SymbolEqualityComparer.Default.Equals(t.ContainingType, Functions))
            {
                return t;
            }
        }

        return null;
    }

    /// <summary>The factories that give this very type: those of its name, or else any.</summary>
    public IReadOnlyList<IMethodSymbol> Factories(ITypeSymbol type) => factories.GetOrAdd(type, FindFactories);

    private IReadOnlyList<IMethodSymbol> FindFactories(ITypeSymbol type)
    {
        var named = Functions.GetMembers(type.Name).OfType<IMethodSymbol>().Where(m => Gives(m, type)).ToArray();
        return named.Length > 0 ? named : Functions.GetMembers().OfType<IMethodSymbol>().Where(m => Gives(m, type)).ToArray();
    }

    private static bool Gives(IMethodSymbol method, ITypeSymbol type) =>
        method is { IsStatic: true, DeclaredAccessibility: Accessibility.Public, IsGenericMethod: false }
        && SymbolEqualityComparer.Default.Equals(method.ReturnType, type);
}
