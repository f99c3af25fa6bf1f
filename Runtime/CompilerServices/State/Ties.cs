using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Tensors that several modules have in common, or one module under several keys.</summary>
internal static class Ties
{
    /// <summary>
    /// Moves what is tied in place: no holder then finds anything left to move, so each keeps the one tensor. TorchSharp gives the
    /// first holder a new tensor and disposes the old one, which the next still has.
    /// </summary>
    public static void Move(nn.Module root, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        foreach (var tensor in Of(root))
        {
            MoveInPlace(tensor, dtype, device, nonBlocking);
        }
    }

    public static void MoveInPlace(Tensor tensor, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        var type = dtype is { } wanted && (tensor.is_floating_point() || tensor.is_complex()) ? wanted : tensor.dtype;
        var place = device ?? tensor.device;
        if (type == tensor.dtype && place.type == tensor.device_type
            && (place.type == DeviceType.CPU || place.index == tensor.device_index))
        {
            return;
        }

        if (place.type == DeviceType.META || tensor.device_type == DeviceType.META)
        {
            throw new NotSupportedException("A tied tensor cannot be moved to or from the meta device.");
        }

        using var gradient = tensor.requires_grad && tensor.is_leaf ? tensor.grad : null;
        Internals.MoveInPlace(tensor, type, place, nonBlocking);
        if (gradient is not null)
        {
            using var moved = gradient.to(type, place);
            tensor.grad = moved;
        }
    }

    /// <summary>One wrapper of each tensor that is registered at several places in the tree.</summary>
    private static IReadOnlyList<Tensor> Of(nn.Module root)
    {
        var once = new Dictionary<nint, Tensor>();
        var tied = new Dictionary<nint, Tensor>();
        var visited = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        Visit(root);
        return [.. tied.Values];

        void Visit(nn.Module module)
        {
            if (!visited.Add(module))
            {
                return;
            }

            foreach (var (_, parameter) in Internals.Parameters(module))
            {
                Count(parameter);
            }

            foreach (var (_, (buffer, _)) in Internals.Buffers(module))
            {
                Count(buffer);
            }

            foreach (var (_, child) in module.named_children())
            {
                Visit(child);
            }
        }

        void Count(Tensor tensor)
        {
            if (!tensor.IsInvalid && Internals.Identity(tensor) is var identity && !once.TryAdd(identity, tensor))
            {
                tied[identity] = tensor;
            }
        }
    }
}
