using System.ComponentModel;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.CompilerServices;

/// <summary>Whether somebody looks at what a layer is given and gives: a hook may keep it, so it is not freed then.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Hooks
{
    /// <summary>Hooks on the layer itself.</summary>
    /// <param name="layer">The layer; null where it is left out.</param>
    public static bool On<TPreHook, TPostHook>(HookableModule<TPreHook, TPostHook>? layer) =>
        layer is not null && Reader<TPreHook, TPostHook>.Any(layer);

    /// <summary>Hooks on a module, or on one within it.</summary>
    /// <param name="module">The module; null where it is left out.</param>
    public static bool Within(Module? module)
    {
        if (module is null)
        {
            return false;
        }

        if (OnAny(module))
        {
            return true;
        }

        if (module is Sequential sequential)
        {
            for (var i = 0; i < sequential.Count; i++)
            {
                if (Within((Module)sequential[i]))
                {
                    return true;
                }
            }

            return false;
        }

        // The layers of TorchSharp have nothing within them, but for the containers.
        if (Layers.IsBuiltIn(module) && !module.GetType().IsGenericType)
        {
            return false;
        }

        foreach (var (_, child) in module.named_children())
        {
            if (Within(child))
            {
                return true;
            }
        }

        return false;
    }

    private static bool OnAny(Module module) => module is Module<Tensor, Tensor> usual ? On(usual)
        : Layers.IsHookable(module) && Reader<object, object>.Any(module);

    /// <summary>
    /// TorchSharp keeps hooks in protected fields, which only a derived class may name. The cast is not checked: every module with hooks
    /// has these fields at the same place, whatever the types of its hooks, which are delegates always.
    /// </summary>
    private abstract class Reader<TPreHook, TPostHook>() : HookableModule<TPreHook, TPostHook>(nameof(Reader<TPreHook, TPostHook>))
    {
        public static bool Any(Module module)
        {
            var layer = Unsafe.As<Reader<TPreHook, TPostHook>>(module);
            return layer.pre_hooks.Count + layer.post_hooks.Count + layer.module_pre_hooks.Count + layer.module_post_hooks.Count > 0;
        }
    }
}
