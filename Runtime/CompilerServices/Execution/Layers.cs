using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Gen.CompilerServices;

/// <summary>What is known of a module by its class.</summary>
internal static class Layers
{
    private static readonly System.Reflection.Module TorchSharpItself = typeof(torch).Module;
    private static readonly ConditionalWeakTable<Type, object> Hookable = [];

    /// <summary>A layer of TorchSharp: what it returns is new, and it keeps nothing of it.</summary>
    public static bool IsBuiltIn(Module layer) => layer.GetType().Module == TorchSharpItself;

    /// <summary>Generated code runs the layer: it marks what it returns and is not the caller's to free.</summary>
    public static bool IsGenerated(Module layer) => layer.GetType().IsDefined(typeof(ModuleContractAttribute), inherit: false);

    /// <summary>Every module but the containers.</summary>
    public static bool IsHookable(Module module)
    {
        var type = module.GetType();
        if (!Hookable.TryGetValue(type, out var known))
        {
            var basis = type;
            while (basis is not null && !(basis.IsGenericType && basis.GetGenericTypeDefinition() == typeof(HookableModule<,>)))
            {
                basis = basis.BaseType;
            }

            known = basis is not null;
            Hookable.AddOrUpdate(type, known);
        }

        return (bool)known;
    }
}
