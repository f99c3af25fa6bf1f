using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>A module must outlive a DisposeScope around its constructor: Embedding and the recurrent layers leave their tensors in
/// it.</summary>
internal static class DisposeScopes
{
    /// <summary>Takes the module's tensors, and those of its children, out of every scope.</summary>
    public static void Survive(nn.Module module)
    {
        var (parameters, buffers) = (Internals.Parameters(module), Internals.Buffers(module));
        foreach (var (_, parameter) in parameters)
        {
            parameter.DetachFromDisposeScope();
        }

        foreach (var (_, (buffer, _)) in buffers)
        {
            buffer.DetachFromDisposeScope();
        }

        Revive(module);
        foreach (var (_, child) in module.named_children())
        {
            Survive(child);
        }

        // A ModuleList registers what it holds when it is registered itself.
        if (module is IEnumerable<nn.Module> items)
        {
            foreach (var item in items)
            {
                Survive(item);
            }
        }
    }

    /// <summary>Where a scope has ended already, only the wrappers are gone: the native half still holds the tensors.</summary>
    private static void Revive(nn.Module module)
    {
        // A module that was written outside has no native half that holds tensors.
        if (Internals.IsDisposed(module) || module.GetType().Assembly != typeof(nn.Module).Assembly)
        {
            return;
        }

        var (parameters, buffers) = (Internals.Parameters(module), Internals.Buffers(module));
        if (parameters.Values.Any(p => p.IsInvalid))
        {
            foreach (var (name, parameter) in Internals.NativeParameters(module))
            {
                Put(parameters, name, parameter, parameters.TryGetValue(name, out var known) && known.IsInvalid);
            }
        }

        if (buffers.Values.Any(b => b.Item1.IsInvalid))
        {
            foreach (var (name, buffer) in Internals.NativeBuffers(module))
            {
                Put(buffers, name, (buffer, true), buffers.TryGetValue(name, out var known) && known.Item1.IsInvalid);
                buffer.DetachFromDisposeScope();
            }
        }
    }

    private static void Put<T>(TorchSharp.Utils.OrderedDict<string, T> registry, string name, T value, bool dead)
    {
        if (dead)
        {
            registry[name] = value;
        }

        if (value is Parameter parameter)
        {
            parameter.DetachFromDisposeScope();
        }
    }
}
