// Printed from GeneratedModule.cs by the tests: UPDATE_SNAPSHOTS=1.
using System.ComponentModel;
using System.Diagnostics;
using Gen.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen;

/// <summary>The base of a generated module with three inputs: a <c>torch.nn.Module</c> that needs no arguments and keeps its state as Gen
/// guarantees it.</summary>
/// <typeparam name="T1">The type of input 1.</typeparam>
/// <typeparam name="T2">The type of input 2.</typeparam>
/// <typeparam name="T3">The type of input 3.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
[DebuggerDisplay("{GetType().Name,nq}")]
public abstract class GeneratedModule<T1, T2, T3, TResult> : nn.Module<T1, T2, T3, TResult>
{
    /// <summary>Names the module after its class and builds the layers that the attributes describe; the field initializers have run by
    /// now.</summary>
    protected GeneratedModule()
        : base(nameof(Gen))
    {
        name = GetType().Name;
        BuildLayers();
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        RegisterComponents();
        return ModuleState.NamedParameters(this, recurse);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
    {
        RegisterComponents();
        return ModuleState.NamedBuffers(this, recurse, include_nonpersistent);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children()
    {
        RegisterComponents();
        return base.named_children();
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_modules()
    {
        RegisterComponents();
        return base.named_modules();
    }

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        RegisterComponents();
        return ModuleState.StateDict(this, destination, prefix);
    }

    /// <inheritdoc cref="ModuleLoading.LoadStateDict"/>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source,
        bool strict = true, IList<string>? skip = null) =>
        ModuleLoading.LoadStateDict(this, source, strict, skip);

    /// <inheritdoc cref="ModuleLoading.Load"/>
    public override nn.Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null,
        Dictionary<string, bool>? loadedParameters = null) =>
        ModuleLoading.Load(this, reader, strict, skip, loadedParameters);

    /// <inheritdoc cref="ModuleSaving.Save(nn.Module, string, IList{string}?)"/>
    public new nn.Module save(string location, IList<string>? skip = null) => ModuleSaving.Save(this, location, skip);

    /// <inheritdoc cref="ModuleSaving.Save(nn.Module, BinaryWriter, IList{string}?)"/>
    public new nn.Module save(BinaryWriter writer, IList<string>? skip = null) => ModuleSaving.Save(this, writer, skip);

    /// <inheritdoc cref="ModuleSaving.Save(nn.Module, Stream, IList{string}?)"/>
    public new nn.Module save(Stream stream, IList<string>? skip = null) => ModuleSaving.Save(this, stream, skip);

    /// <inheritdoc/>
    public override void train(bool train = true)
    {
        RegisterComponents();
        ModuleState.Train(this, train);
    }

    /// <inheritdoc/>
    public override nn.Module apply(Action<nn.Module> fn)
    {
        RegisterComponents();
        return base.apply(fn);
    }

    /// <inheritdoc/>
    public override bool has_parameter(string target)
    {
        RegisterComponents();
        return base.has_parameter(target);
    }

    /// <inheritdoc/>
    public override bool has_buffer(string target)
    {
        RegisterComponents();
        return base.has_buffer(target);
    }

    /// <inheritdoc/>
    public override Parameter? get_parameter(string target)
    {
        RegisterComponents();
        return base.get_parameter(target);
    }

    /// <inheritdoc/>
    public override Tensor? get_buffer(string target)
    {
        RegisterComponents();
        return base.get_buffer(target);
    }

    /// <summary>The tree of modules, as PyTorch prints it.</summary>
    public override string ToString()
    {
        RegisterComponents();
        return ModuleTree.Print(this);
    }

    /// <summary>Overridden by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void BuildLayers()
    {
    }

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        RegisterComponents();
        Movement.Move(this, dtype, device, non_blocking);
    }
}
