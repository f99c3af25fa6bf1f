using Gen.CompilerServices;
using Gen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen;

/// <summary>
/// The state of an optimizer as <see href="https://huggingface.co/docs/safetensors">safetensors</see>: what it keeps of each parameter,
/// under the parameter's key and PyTorch's name, <c>fc1.weight.exp_avg</c>. Adam, AdamW, SGD, RMSProp and Adagrad have such a form.
/// </summary>
/// <remarks>Settings such as the learning rate are not in the file: the optimizer is built with them.</remarks>
public static class OptimizerExtensions
{
    private const string KindKey = "optimizer";

    /// <summary>Saves what the optimizer keeps of the parameters. Of a parameter that no step has changed nothing is written. The file is
    /// written beside its place and moved there when it is complete.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="path">The file, <c>model.optimizer.safetensors</c>.</param>
    /// <param name="model">The model that the parameters belong to.</param>
    /// <exception cref="NotSupportedException">The optimizer is of another kind; nothing is written.</exception>
    /// <exception cref="ArgumentException">A parameter of the optimizer does not belong to the model; nothing is written.</exception>
    public static void SaveSafetensors(this optim.Optimizer optimizer, string path, nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        WholeFile.Write([Files(optimizer, path, model)]);
    }

    /// <summary>Loads what the optimizer keeps of the parameters. The file is checked, and compared with the optimizer, before anything is
    /// changed. A parameter that the file does not have is then as if no step had changed it.</summary>
    /// <param name="optimizer">The optimizer, built as the one that was saved, in C# or in PyTorch.</param>
    /// <param name="path">The file, <c>model.optimizer.safetensors</c>.</param>
    /// <param name="model">The model that the parameters belong to.</param>
    /// <exception cref="StateMismatchException">A key, a shape or an element type does not fit. Nothing was changed.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file, a damaged one, or one of another kind of optimizer. Nothing was
    /// changed.</exception>
    /// <exception cref="NotSupportedException">The optimizer is of another kind.</exception>
    /// <exception cref="ArgumentException">A parameter of the optimizer does not belong to the model.</exception>
    /// <example><c>optimizer.LoadSafetensors("classifier.optimizer.safetensors", model);</c></example>
    public static void LoadSafetensors(this optim.Optimizer optimizer, string path, nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        var kind = OptimizerSlots.Kind(optimizer);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var header = SafetensorsHeader.Read(stream);
        if (header.Metadata.GetValueOrDefault(KindKey) is var saved && saved != kind)
        {
            throw SafetensorsHeader.Corrupt(saved is null ? "it does not name an optimizer in its metadata"
                : $"it has the state of {saved}, and the optimizer is {kind}");
        }

        var given = header.Entries.ToDictionary(e => e.Key, StringComparer.Ordinal);
        var keys = Keys(model);
        var (missing, differences, used) = (new List<string>(), new List<StateDifference>(), new HashSet<string>(StringComparer.Ordinal));
        var fitting = OptimizerSlots.Each(optimizer).Select(p =>
        {
            var slots = OptimizerSlots.Of(p.State, p.Options);
            var own = KeysOf(p.Parameter, keys);
            var key = own.FirstOrDefault(k => slots.Any(s => given.ContainsKey($"{k}.{s.Name}"))) ?? own[0];
            var found = slots.Where(s => given.ContainsKey($"{key}.{s.Name}"))
                .Select(s => (Slot: s, Entry: given[$"{key}.{s.Name}"])).ToArray();
            missing.AddRange(found.Length == 0 ? [] : slots.Select(s => $"{key}.{s.Name}").Where(k => !given.ContainsKey(k)));
            differences.AddRange(found.Select(f => Difference(f.Slot, f.Entry, p.Parameter)).OfType<StateDifference>());
            used.UnionWith(found.Select(f => f.Entry.Key));
            return (p.Parameter, p.State, p.Options, Found: found);
        }).ToArray();
        var unexpected = given.Keys.Where(k => !used.Contains(k)).ToArray();
        if (missing.Count > 0 || differences.Count > 0 || unexpected.Length > 0)
        {
            throw new StateMismatchException(kind, missing, unexpected, differences);
        }

        using var gradients = no_grad();
        foreach (var (parameter, state, options, found) in fitting)
        {
            state.Initialize(options);
            foreach (var (slot, entry) in found)
            {
                using var scope = NewDisposeScope();
                stream.Position = header.Start + entry.Begin;
                var tensor = empty(entry.Shape, dtype: SafetensorsHeader.TypeOf(entry.Type), device: CPU);
                if (entry.End > entry.Begin)
                {
                    tensor.ReadBytesFromStream(stream, 1 << 20);
                }

                slot.Set((slot.Name == OptimizerSlots.Step ? tensor : tensor.to(parameter.device)).DetachFromDisposeScope());
            }
        }
    }

    /// <summary>The file that has the state, and what writes it; in a scope, which frees what is written.</summary>
    internal static (string Path, Action<Stream> Write) Files(optim.Optimizer optimizer, string path, nn.Module model)
    {
        var kind = OptimizerSlots.Kind(optimizer);
        var keys = Keys(model);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (parameter, state, options) in OptimizerSlots.Each(optimizer))
        {
            var key = KeysOf(parameter, keys)[0];
            var slots = OptimizerSlots.Of(state, options).Select(s => (s.Name, Tensor: s.Get())).ToArray();
            if (slots.All(s => s.Name != OptimizerSlots.Step || s.Tensor!.item<long>() > 0))
            {
                foreach (var (name, tensor) in slots.Where(s => s.Tensor is not null))
                {
                    tensors.Add($"{key}.{name}", tensor!);
                }
            }
        }

        return SafetensorsWriter.File(path, SafetensorsWriter.InOrder(tensors), [new("format", "pt"), new(KindKey, kind)]);
    }

    /// <summary>The keys of each parameter: several where it is tied.</summary>
    private static ILookup<nint, string> Keys(nn.Module model) =>
        model.state_dict().ToLookup(s => Internals.Identity(s.Value), s => s.Key);

    private static string[] KeysOf(Parameter parameter, ILookup<nint, string> keys) =>
        keys[Internals.Identity(parameter)].ToArray() is { Length: > 0 } own ? own
            : throw new ArgumentException(
                $"a parameter of the optimizer, {ModuleLoading.Text(parameter.shape)}, does not belong to the model.", nameof(parameter));

    private static StateDifference? Difference(OptimizerSlot slot, SafetensorsEntry entry, Parameter parameter)
    {
        var (shape, type) = slot.Name == OptimizerSlots.Step ? ([], ScalarType.Int64) : (parameter.shape, parameter.dtype);
        return !shape.SequenceEqual(entry.Shape) ? new(entry.Key, ModuleLoading.Text(shape), ModuleLoading.Text(entry.Shape))
            : SafetensorsHeader.TypeOf(entry.Type) != type ? new(entry.Key, $"{type}", entry.Type) : null;
    }
}
