using System.ComponentModel;
using System.Text;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Saving, for generated code: in TorchSharp's format, all of it or nothing, whatever lies how in memory.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModuleSaving
{
    /// <summary>
    /// Saves parameters and buffers as <c>Module.save</c> does, in the same format. The file is written beside its place and moved there
    /// when it is complete: if something fails, what stood there before stays. A tensor need not be contiguous.
    /// </summary>
    public static nn.Module Save(nn.Module module, string location, IList<string>? skip)
    {
        ArgumentNullException.ThrowIfNull(location);
        WholeFile.Write(location, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            Save(module, writer, skip);
        });
        return module;
    }

    /// <summary>Saves parameters and buffers as <c>Module.save</c> does, and closes the stream as it does. A tensor need not be
    /// contiguous.</summary>
    public static nn.Module Save(nn.Module module, Stream stream, IList<string>? skip)
    {
        using var writer = new BinaryWriter(stream);
        return Save(module, writer, skip);
    }

    /// <summary>Saves parameters and buffers as <c>Module.save</c> does. A tensor need not be contiguous.</summary>
    public static nn.Module Save(nn.Module module, BinaryWriter writer, IList<string>? skip)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var state = module.state_dict();
        nn.Module.save_state_dict(writer, state.ToDictionary(s => s.Key,
            s => s.Value.is_sparse || s.Value.is_contiguous() ? s.Value : s.Value.contiguous()), skip);
        return module;
    }
}
