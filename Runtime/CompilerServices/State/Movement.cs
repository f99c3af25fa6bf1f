using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>The move to another device or type, for generated code: what was one tensor before is one afterwards.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Movement
{
    /// <summary>An outer module has tied what is tied in its whole tree.</summary>
    [ThreadStatic]
    private static bool tiesAreMoved;

    /// <summary>Moves the children and all that is registered.</summary>
    public static void Move(nn.Module owner, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        MoveTree(owner, dtype, device, nonBlocking);
        MoveOwn(owner, dtype, device, Internals.Parameters(owner).Keys, Internals.Buffers(owner).Keys);
        Arrive(owner, device);
    }

    /// <summary>Moves the children and the members under the keys; the rest is moved by a hand-written base class.</summary>
    /// <param name="owner">The module.</param>
    /// <param name="dtype">The new type; null to keep it.</param>
    /// <param name="device">The new device; null to stay.</param>
    /// <param name="nonBlocking">Whether the host need not wait.</param>
    /// <param name="rest">What the base class does.</param>
    /// <param name="keys">The keys.</param>
    public static void Move(nn.Module owner, ScalarType? dtype, Device? device, bool nonBlocking, Action rest, params string[] keys)
    {
        MoveTree(owner, dtype, device, nonBlocking);
        MoveOwn(owner, dtype, device, keys.Where(Internals.Parameters(owner).ContainsKey),
            keys.Where(Internals.Buffers(owner).ContainsKey));

        // TorchSharp would make persistent buffers of the others: they are moved where they are.
        foreach (var (key, (buffer, persistent)) in Internals.Buffers(owner).ToArray<(string, (Tensor, bool))>())
        {
            if (!persistent && !keys.Contains(key))
            {
                Ties.MoveInPlace(buffer, dtype, device, nonBlocking);
            }
        }

        // The children are moved: the base class need not find them again.
        ref var children = ref Internals.Modules(owner);
        var moved = children;
        children = new();
        try
        {
            rest();
        }
        finally
        {
            Internals.Modules(owner) = moved;
        }

        Arrive(owner, device);
    }

    /// <summary>What a field holds after a move: what is registered under its key.</summary>
    [return: NotNullIfNotNull(nameof(current))]
    public static T? Moved<T>(nn.Module owner, string key, T? current)
        where T : Tensor
    {
        if (Internals.Parameters(owner).TryGetValue(key, out var parameter))
        {
            return (T)(Tensor)parameter;
        }

        return Internals.Buffers(owner).TryGetValue(key, out var buffer) ? (T)buffer.Item1 : current;
    }

    private static void MoveTree(nn.Module owner, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        var isOuter = !tiesAreMoved;
        if (isOuter)
        {
            Ties.Move(owner, dtype, device, nonBlocking);
        }

        tiesAreMoved = true;
        try
        {
            MoveChildren(owner, dtype, device, nonBlocking);
        }
        finally
        {
            tiesAreMoved = !isOuter;
        }
    }

    private static void MoveChildren(nn.Module owner, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        foreach (var (_, child) in owner.named_children().ToArray())
        {
            if (Containers.IsContainer(child))
            {
                // A ModuleDict cannot be moved: TorchSharp trips over its two indexers.
                MoveChildren(child, dtype, device, nonBlocking);
                Arrive(child, device);
                continue;
            }

            switch (dtype, device)
            {
                case ({ } type, null):
                    child.to(type, nonBlocking);
                    break;
                case (null, { } place):
                    child.to(place.type, place.index, nonBlocking);
                    break;
                case ({ } type, { } place):
                    child.to(place, type, nonBlocking);
                    break;
            }
        }
    }

    private static void MoveOwn(nn.Module owner, ScalarType? dtype, Device? device, IEnumerable<string> parameters,
        IEnumerable<string> buffers)
    {
        foreach (var key in parameters.ToArray())
        {
            var parameter = Internals.Parameters(owner)[key];
            if (Internals.Replace(dtype, device, parameter, out var moved))
            {
                parameter.Dispose();
                Internals.Parameters(owner)[key] = moved!;
            }
        }

        foreach (var key in buffers.ToArray())
        {
            var (buffer, persistent) = Internals.Buffers(owner)[key];
            if (Internals.Replace(dtype, device, buffer, out var moved))
            {
                Internals.Buffers(owner)[key] = (moved!, persistent);
            }
        }
    }

    private static void Arrive(nn.Module module, Device? device)
    {
        if (device is not null)
        {
            Internals.DeviceType(module) = device.type;
            Internals.DeviceIndex(module) = device.index;
        }
    }
}
