using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>One call of a module that is computed again: what the second computation needs to be the first one's twin.</summary>
/// <param name="modules">The module, or several that follow one another.</param>
/// <param name="forward">From its inputs to the tensors of its result.</param>
/// <param name="inputs">What it was given.</param>
/// <param name="tensors">The tensors among the inputs, which autograd keeps, by their places.</param>
internal sealed class RecomputedCall(IReadOnlyList<nn.Module> modules, Func<object?[], Tensor?[]> forward, object?[] inputs,
    Dictionary<int, Tensor> tensors)
{
    /// <summary>What the last call has given to autograd, which has taken it by now.</summary>
    [ThreadStatic]
    private static List<Tensor>? taken;

    private readonly bool isTraining = modules.Any(static m => m.training || m.modules().Any(static c => c.training));

    private readonly bool mayKeep = MayKeep(modules);
    private readonly (int Place, bool NeedsGradient)[] places = [.. tensors.Select(static t => (t.Key, t.Value.requires_grad))];
    private readonly object?[] others = [.. inputs.Select(static i => i is Tensor ? null : i)];
    private Tensor? random;
    private List<Tensor> made = [];
    private bool[] isThere = [];

    /// <summary>The module's name, for messages.</summary>
    public string Name => modules[0].GetName();

    /// <summary>What the first pass has made, and something may hold.</summary>
    public IReadOnlyList<IDisposable> Left { get; private set; } = [];

    /// <summary>The parameters that get a gradient, each once.</summary>
    public static IEnumerable<Tensor> ParametersOf(IEnumerable<nn.Module> modules) =>
        modules.SelectMany(static m => m.parameters()).Where(static p => p.requires_grad).DistinctBy(Internals.Identity);

    /// <summary>Something may hold what is made in a call of them, and does not say so: a class that Gen did not generate, or a
    /// hook.</summary>
    public static bool MayKeep(IEnumerable<nn.Module> modules) => modules.Any(static m => IsForeign(m) || Hooks.Within(m));

    /// <summary>The forward pass, whose results alone stay.</summary>
    /// <param name="given">The tensors among the inputs, by their places.</param>
    public List<Tensor> First(Dictionary<int, Tensor> given)
    {
        if (isTraining)
        {
            if (modules.SelectMany(static m => m.parameters()).Concat(given.Values).Any(static t => t.device_type != DeviceType.CPU))
            {
                throw new NotSupportedException($"{Name} has [Recompute], which knows the random numbers of the CPU only: "
                    + "train it on the CPU, or without [Recompute].");
            }

            random = get_rng_state().DetachFromDisposeScope();
        }

        var all = (object?[])others.Clone();
        foreach (var (place, tensor) in given)
        {
            all[place] = tensor;
        }

        using var scope = NewDisposeScope();
        try
        {
            // Without gradients libtorch may take another way, with other last digits: an LSTM does.
            Tensor?[] results;
            using (enable_grad())
            {
                results = forward(all);
            }

            // What belongs to backward is freed with the results themselves. Autograd marks what a function gives: what is the caller's or
            // the module's must not become its result.
            isThere = [.. results.Select(static r => r is not null)];
            made = [.. results.OfType<Tensor>().Select(static r => r.detach())];
            scope.MoveToOuter(made);
            return made;
        }
        finally
        {
            Left = Leave(scope);
        }
    }

    /// <summary>The results of the function in the places of the module's.</summary>
    public Tensor?[] Place(List<Tensor> results)
    {
        // The tensors of autograd's results are those that were made, in wrappers of their own.
        made.Where(m => !results.Any(r => ReferenceEquals(r, m))).ToList().ForEach(static m => m.Dispose());
        made = [];
        var next = 0;
        return [.. isThere.Select(there => there ? results[next++] : null)];
    }

    /// <summary>The forward pass again, now with what backward needs, and backward through it.</summary>
    /// <param name="saved">The inputs that require a gradient, and the parameters.</param>
    /// <param name="gradients">Of the results.</param>
    /// <returns>The gradients of <paramref name="saved"/>.</returns>
    public List<Tensor> Again(List<Tensor> saved, List<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        using var buffers = isTraining ? KeptBuffers.Of(modules) : null;
        using var state = random is null ? null : get_rng_state();
        using var enabled = enable_grad();
        try
        {
            if (random is not null)
            {
                set_rng_state(random);
            }

            var (all, sources) = ((object?[])others.Clone(), new List<Tensor>());
            for (var i = 0; i < places.Length; i++)
            {
                var source = saved[i].detach();
                all[places[i].Place] = source;
                if (places[i].NeedsGradient)
                {
                    sources.Add(source.requires_grad_());
                }
            }

            sources.AddRange(ParametersOf(modules));
            var results = forward(all).OfType<Tensor>().ToArray();
            var (outputs, given) = (new List<Tensor>(), new List<Tensor>());
            for (var i = 0; i < results.Length; i++)
            {
                if (results[i].requires_grad && gradients[i] is { IsInvalid: false } gradient)
                {
                    outputs.Add(results[i]);
                    given.Add(gradient);
                }
            }

            var found = autograd.grad(outputs, sources, given, allow_unused: true);
            taken?.ForEach(static t => t.Dispose());
            taken = [.. found.Where(static g => g is { IsInvalid: false }).Select(static g => g.DetachFromDisposeScope())];
            var next = 0;
            return [.. places.Select(p => p.NeedsGradient ? found[next++] : null!),
                .. found.Skip(places.Count(static p => p.NeedsGradient))];
        }
        finally
        {
            if (state is not null)
            {
                set_rng_state(state);
            }

            Leave(scope);
        }
    }

    /// <summary>What something may hold is not freed when a pass ends.</summary>
    private IReadOnlyList<IDisposable> Leave(DisposeScope scope)
    {
        IDisposable[] left = mayKeep ? [.. scope.DisposablesView]
            : Kept.Any ? [.. scope.DisposablesView.Where(static d => d is Tensor tensor && Kept.Contains(tensor))] : [];
        scope.MoveToOuter(left);
        return left;
    }

    private static bool IsForeign(nn.Module module) =>
        !Layers.IsGenerated(module) && (!Layers.IsBuiltIn(module) || module.children().Any(IsForeign));

    /// <summary>The buffers as they are, to be put back: the second pass updates none.</summary>
    private sealed class KeptBuffers : IDisposable
    {
        private readonly List<(Tensor Buffer, byte[] Bytes)> kept = [];

        public static KeptBuffers? Of(IEnumerable<nn.Module> modules)
        {
            var buffers = new KeptBuffers();
            foreach (var buffer in modules.SelectMany(static m => m.buffers()).Where(static b => b.numel() > 0 && b.is_contiguous()))
            {
                buffers.kept.Add((buffer, buffer.bytes.ToArray()));
            }

            return buffers.kept.Count == 0 ? null : buffers;
        }

        // As bytes: autograd counts what is written by operations, and would refuse what the first pass has saved of a buffer.
        public void Dispose() => kept.ForEach(static k => k.Bytes.CopyTo(k.Buffer.bytes));
    }
}
