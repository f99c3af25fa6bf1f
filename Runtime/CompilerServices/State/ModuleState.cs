using System.ComponentModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>What a module has, for generated code: its parameters, its buffers, its <c>state_dict</c>. A tied tensor is one
/// tensor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModuleState
{
    /// <summary>The parameters with their keys, each once, whatever it is tied to.</summary>
    public static IEnumerable<(string name, Parameter parameter)> NamedParameters(nn.Module module, bool recurse)
    {
        var seen = new HashSet<nint>();
        var found = new List<(string, Parameter)>();
        foreach (var (key, parameter) in Internals.Parameters(module))
        {
            Add(key, parameter);
        }

        foreach (var (name, child) in recurse ? module.named_children() : [])
        {
            foreach (var (key, parameter) in child.named_parameters(true))
            {
                Add($"{name}.{key}", parameter);
            }
        }

        return found;

        void Add(string key, Parameter parameter)
        {
            if (!parameter.IsInvalid && seen.Add(Internals.Identity(parameter)))
            {
                found.Add((key, parameter));
            }
        }
    }

    /// <summary>The buffers with their keys, each once. TorchSharp leaves out those that are not persistent, and so never moves or disposes
    /// them.</summary>
    public static IEnumerable<(string name, Tensor buffer)> NamedBuffers(nn.Module module, bool recurse, bool includeNonpersistent)
    {
        var seen = new HashSet<nint>();
        var found = new List<(string, Tensor)>();
        foreach (var (key, (buffer, persistent)) in Internals.Buffers(module))
        {
            if (persistent || includeNonpersistent)
            {
                Add(key, buffer);
            }
        }

        foreach (var (name, child) in recurse ? module.named_children() : [])
        {
            foreach (var (key, buffer) in child.named_buffers(true, includeNonpersistent))
            {
                Add($"{name}.{key}", buffer);
            }
        }

        return found;

        void Add(string key, Tensor buffer)
        {
            if (!buffer.IsInvalid && seen.Add(Internals.Identity(buffer)))
            {
                found.Add((key, buffer));
            }
        }
    }

    /// <summary>
    /// Parameters and persistent buffers under all of their keys. Each module of the tree is asked once; TorchSharp's own walks the
    /// whole tree again from every module.
    /// </summary>
    public static Dictionary<string, Tensor> StateDict(nn.Module module, Dictionary<string, Tensor>? destination, string? prefix)
    {
        if (destination is not null)
        {
            Collect(module, destination, prefix);
            return destination;
        }

        var found = new Dictionary<string, Tensor>();
        Collect(module, found, prefix);

        // In TorchSharp's order: parameters, buffers, then the further keys of what is tied.
        var seen = new HashSet<nint>();
        var rank = found.Select(s => (s.Key, s.Value, Rank: !seen.Add(s.Value.Handle) ? 2 : s.Value is Parameter ? 0 : 1)).ToArray();
        var ordered = new Dictionary<string, Tensor>(found.Count);
        for (var i = 0; i < 3; i++)
        {
            foreach (var entry in rank)
            {
                if (entry.Rank == i)
                {
                    ordered.Add(entry.Key, entry.Value);
                }
            }
        }

        return ordered;
    }

    /// <summary>Sets the mode of the whole tree, of each module once: TorchSharp's <c>Sequential</c> would set that of its children
    /// twice.</summary>
    public static void Train(nn.Module module, bool on)
    {
        Internals.Train(module, on);
        foreach (var (_, child) in module.named_children())
        {
            if (Containers.IsContainer(child))
            {
                Train(child, on);
            }
            else
            {
                child.train(on);
            }
        }
    }

    private static void Collect(nn.Module module, Dictionary<string, Tensor> destination, string? prefix)
    {
        foreach (var (key, parameter) in Internals.Parameters(module))
        {
            Add(key, parameter);
        }

        foreach (var (key, (buffer, persistent)) in Internals.Buffers(module))
        {
            if (persistent)
            {
                Add(key, buffer);
            }
        }

        foreach (var (name, child) in module.named_children())
        {
            var path = string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
            if (Containers.IsContainer(child))
            {
                Collect(child, destination, path);
            }
            else
            {
                child.state_dict(destination, path);
            }
        }

        void Add(string key, Tensor tensor)
        {
            if (!tensor.IsInvalid)
            {
                destination.TryAdd(string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}", tensor);
            }
        }
    }
}
