using System.ComponentModel;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Registration for generated code: by key, without reflection. What a field holds later is followed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Registration
{
    /// <summary>Registers a submodule under a key, or follows the field where it holds another one by now.</summary>
    /// <param name="owner">The module with the field.</param>
    /// <param name="key">The key.</param>
    /// <param name="child">What the field holds; null is not registered.</param>
    /// <param name="follow">The field was registered before: what the key has now is replaced.</param>
    /// <exception cref="InvalidOperationException">Something else has the key.</exception>
    public static void Module(nn.Module owner, string key, nn.Module? child, bool follow = false)
    {
        // Several threads may be the first to use a module.
        var registry = Internals.Modules(owner);
        lock (registry)
        {
            if (registry.TryGetValue(key, out var known))
            {
                if (ReferenceEquals(known, child))
                {
                    return;
                }

                Replaceable(owner, key, follow || child is null);
                if (child is null && !follow)
                {
                    return;
                }

                var place = registry.IndexOf((key, known));
                registry.Remove(key);
                if (child is not null)
                {
                    owner.register_module(key, child);
                    registry.Remove(key);
                    registry.Insert(place, (key, child));
                }
            }
            else if (child is not null)
            {
                owner.register_module(key, child);
            }

            if (child is not null)
            {
                DisposeScopes.Survive(child);
            }
        }
    }

    /// <summary>Registers a parameter under a key, or follows the field where it holds another one by now.</summary>
    /// <inheritdoc cref="Module(nn.Module, string, nn.Module?, bool)"/>
    public static void Parameter(nn.Module owner, string key, Parameter? parameter, bool follow = false)
    {
        var registry = Internals.Parameters(owner);
        lock (registry)
        {
            if (registry.TryGetValue(key, out var known))
            {
                if (ReferenceEquals(known, parameter))
                {
                    return;
                }

                Replaceable(owner, key, follow || parameter is null);
                Replace(registry, key, parameter, follow);
            }
            else if (parameter is not null)
            {
                Alive(owner, key, parameter);
                owner.register_parameter(key, parameter);
            }

            parameter?.DetachFromDisposeScope();
        }
    }

    /// <summary>Registers a buffer under a key, or follows the field where it holds another one by now.</summary>
    /// <inheritdoc cref="Module(nn.Module, string, nn.Module?, bool)"/>
    public static void Buffer(nn.Module owner, string key, Tensor? buffer, bool persistent, bool follow = false)
    {
        var registry = Internals.Buffers(owner);
        lock (registry)
        {
            if (registry.TryGetValue(key, out var known))
            {
                // A base class that registers by reflection takes every tensor for a persistent buffer.
                if (ReferenceEquals(known.Item1, buffer) && known.Item2 == persistent)
                {
                    return;
                }

                Replaceable(owner, key, follow || buffer is null || ReferenceEquals(known.Item1, buffer));
                Replace(registry, key, buffer is null ? default((Tensor, bool)?) : (buffer, persistent), follow);
            }
            else if (buffer is not null)
            {
                Alive(owner, key, buffer);
                owner.register_buffer(key, buffer, persistent);
            }

            buffer?.DetachFromDisposeScope();
        }
    }

    /// <summary>While a constructor may still assign fields: what is there already leaves the DisposeScope around it.</summary>
    /// <param name="members">Modules and tensors; null where a field is not assigned yet.</param>
    public static void Keep(params object?[] members)
    {
        foreach (var member in members)
        {
            switch (member)
            {
                case nn.Module module:
                    DisposeScopes.Survive(module);
                    break;
                case Tensor tensor:
                    tensor.DetachFromDisposeScope();
                    break;
            }
        }
    }

    /// <summary>Puts the keys of a class into their order, behind those of its base class, where its fields were set one after the
    /// other.</summary>
    public static void Order(nn.Module owner, params string[] keys)
    {
        Order(Internals.Parameters(owner), keys);
        Order(Internals.Modules(owner), keys);
        Order(Internals.Buffers(owner), keys);
    }

    private static void Order<T>(OrderedDict<string, T> registry, string[] keys)
    {
        lock (registry)
        {
            var present = keys.Where(registry.ContainsKey).ToArray();
            if (!registry.Keys.TakeLast(present.Length).SequenceEqual(present))
            {
                foreach (var key in present)
                {
                    var value = registry[key];
                    registry.Remove(key);
                    registry.Add(key, value);
                }
            }
        }
    }

    private static void Replace(OrderedDict<string, Parameter> registry, string key, Parameter? value, bool follow)
    {
        if (value is not null)
        {
            registry[key] = value;
        }
        else if (follow)
        {
            registry.Remove(key);
        }
    }

    private static void Replace(OrderedDict<string, (Tensor, bool)> registry, string key, (Tensor, bool)? value, bool follow)
    {
        if (value is { } buffer)
        {
            registry[key] = buffer;
        }
        else if (follow)
        {
            registry.Remove(key);
        }
    }

    private static void Replaceable(nn.Module owner, string key, bool replaceable)
    {
        if (!replaceable)
        {
            throw new InvalidOperationException(
                $"{owner.GetName()}: another member is registered as \"{key}\" already, in a base class or by hand; give one of them "
                + $"another key with [ComponentName].");
        }
    }

    private static void Alive(nn.Module owner, string key, Tensor tensor)
    {
        if (tensor.IsInvalid)
        {
            throw new InvalidOperationException(
                $"{owner.GetName()}: \"{key}\" was freed before the module was used: the constructor assigned it inside a DisposeScope "
                + $"that has ended. Set it in the field's initializer, or call RegisterComponents() at the end of the constructor.");
        }
    }
}
