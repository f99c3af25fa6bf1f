using System.ComponentModel;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Loading, for generated code: all of it, or nothing.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModuleLoading
{
    /// <summary>Copies tensors into the module's, as <c>Module.load_state_dict</c> does; a shape that does not fit is never
    /// broadcast.</summary>
    /// <exception cref="StateMismatchException">A shape does not fit, or, where <paramref name="strict"/>, a key.</exception>
    public static (IList<string> missing_keys, IList<string> unexpected_keyes) LoadStateDict(nn.Module module,
        Dictionary<string, Tensor> source, bool strict, IList<string>? skip)
    {
        ArgumentNullException.ThrowIfNull(source);
        var destination = module.state_dict();
        var given = source.Where(s => skip?.Contains(s.Key) is not true).ToDictionary();
        var missing = Missing(destination, given.Keys).Where(k => skip?.Contains(k) is not true).ToList();
        var unexpected = given.Keys.Where(k => !destination.ContainsKey(k)).ToList();
        var fitting = given.Where(g => destination.ContainsKey(g.Key)).ToArray();
        var differences = fitting.Where(g => !g.Value.shape.SequenceEqual(destination[g.Key].shape))
            .Select(g => new StateDifference(g.Key, Text(destination[g.Key].shape), Text(g.Value.shape))).ToArray();
        Check(module, strict, missing, unexpected, differences);

        using (no_grad())
        {
            foreach (var (key, tensor) in fitting)
            {
                destination[key].copy_(tensor);
            }
        }

        return (missing, unexpected);
    }

    /// <summary>Loads what <c>Module.save</c> wrote, as <c>Module.load</c> does. All of it is read before any of it is put in
    /// place.</summary>
    /// <exception cref="StateMismatchException">A shape or an element type does not fit, or, where <paramref name="strict"/>, a
    /// key.</exception>
    /// <exception cref="InvalidDataException">The data end too early, or are no checkpoint.</exception>
    public static nn.Module Load(nn.Module module, BinaryReader reader, bool strict, IList<string>? skip,
        Dictionary<string, bool>? loadedParameters)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var destination = module.state_dict();
        var checkpoint = new Checkpoint(reader);
        try
        {
            checkpoint.Read(entry => skip?.Contains(entry.Key) is not true
                && destination.TryGetValue(entry.Key, out var target) && target.dtype == entry.Type
                && target.shape.SequenceEqual(entry.Shape));
            var unexpected = checkpoint.Entries.Keys.Where(k => !destination.ContainsKey(k)).ToArray();
            var differences = checkpoint.Entries.Values
                .Where(e => e.Tensor is null && destination.ContainsKey(e.Key) && skip?.Contains(e.Key) is not true)
                .Select(e => destination[e.Key] is var target && target.shape.SequenceEqual(e.Shape)
                    ? new StateDifference(e.Key, $"{target.dtype}", $"{e.Type}")
                    : new StateDifference(e.Key, Text(destination[e.Key].shape), Text(e.Shape)))
                .ToArray();
            Check(module, strict, [.. Missing(destination, checkpoint.Entries.Keys)], unexpected, differences);

            using (no_grad())
            {
                foreach (var entry in checkpoint.Entries.Values.Where(e => e.Tensor is not null))
                {
                    destination[entry.Key].copy_(entry.Tensor!);
                }
            }

            foreach (var key in checkpoint.Entries.Keys)
            {
                loadedParameters?.Add(key, destination.ContainsKey(key));
            }
        }
        finally
        {
            checkpoint.Dispose();
        }

        return module;
    }

    /// <summary>Keys that nothing is given for; a tied tensor needs one of its keys.</summary>
    internal static IEnumerable<string> Missing(Dictionary<string, Tensor> destination, IEnumerable<string> given)
    {
        var keys = given.ToHashSet();
        var filled = destination.Where(d => keys.Contains(d.Key)).Select(d => Internals.Identity(d.Value)).ToHashSet();
        return destination.Where(d => !keys.Contains(d.Key) && !filled.Contains(Internals.Identity(d.Value))).Select(d => d.Key);
    }

    private static void Check(nn.Module module, bool strict, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected,
        IReadOnlyList<StateDifference> differences)
    {
        if (differences.Count > 0 || (strict && (missing.Count > 0 || unexpected.Count > 0)))
        {
            throw new StateMismatchException(module.GetName(), strict ? missing : [], strict ? unexpected : [], differences);
        }
    }

    internal static string Text(long[] shape) => $"({string.Join(", ", shape)})";
}
