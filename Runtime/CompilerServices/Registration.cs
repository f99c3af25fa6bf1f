using System.ComponentModel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Registration for generated code: by key, without reflection.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Registration
{
    /// <summary>Registers a submodule; null, or a module that the user registered under that key, stays as it is.</summary>
    public static void Module(nn.Module owner, string key, nn.Module? child)
    {
        if (child is null || owner.named_children().Any(c => c.name == key && ReferenceEquals(c.module, child)))
        {
            return;
        }

        owner.register_module(key, child);

        // A module must outlive a DisposeScope around its constructor: Embedding and the recurrent layers leave their tensors in it.
        foreach (var parameter in child.parameters())
        {
            parameter.DetachFromDisposeScope();
        }

        foreach (var buffer in child.buffers())
        {
            buffer.DetachFromDisposeScope();
        }
    }

    /// <summary>Registers a parameter; null stays unregistered.</summary>
    public static void Parameter(nn.Module owner, string key, Parameter? parameter)
    {
        if (parameter is not null && !owner.has_parameter(key))
        {
            owner.register_parameter(key, parameter);
            parameter.DetachFromDisposeScope();
        }
    }

    /// <summary>Registers a buffer; null stays unregistered.</summary>
    public static void Buffer(nn.Module owner, string key, Tensor? buffer, bool persistent)
    {
        if (buffer is not null && !owner.has_buffer(key))
        {
            owner.register_buffer(key, buffer, persistent);
            buffer.DetachFromDisposeScope();
        }
    }

    /// <summary>Moves the children, as <c>Module.to</c> does.</summary>
    public static void MoveChildren(nn.Module owner, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        foreach (var (_, child) in owner.named_children())
        {
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
}
