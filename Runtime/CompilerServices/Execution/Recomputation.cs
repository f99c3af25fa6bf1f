using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Runs a module or a layer that carries <see cref="RecomputeAttribute"/>: without what backward would need, and again in
/// backward.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Recomputation
{
    /// <summary>The module whose forward is about to run for <see cref="Run"/>.</summary>
    [ThreadStatic]
    private static nn.Module? entered;

    /// <summary>How many modules that are computed again the thread is in.</summary>
    [ThreadStatic]
    private static int depth;

    /// <summary>Whether a module that is computed again runs, in either pass: the gradients of its layers are there only after backward has
    /// left it.</summary>
    public static bool IsRunning => depth > 0;

    /// <summary>Whether this call of a module is to go through <see cref="Run"/>: where gradients are computed, and this is not the call
    /// that <see cref="Run"/> itself makes.</summary>
    /// <param name="module">The module.</param>
    public static bool Begins(nn.Module module)
    {
        if (ReferenceEquals(entered, module))
        {
            entered = null;
            return false;
        }

        return is_grad_enabled();
    }

    /// <summary>Runs the forward pass and keeps only what enters it.</summary>
    /// <param name="module">The module.</param>
    /// <param name="forward">Its own forward, from its inputs.</param>
    /// <param name="inputs">The inputs in their order.</param>
    /// <exception cref="NotSupportedException">An input or the result is of a kind in which tensors cannot be followed, or the tensors are
    /// not on the CPU.</exception>
    public static TResult Run<TResult>(nn.Module module, Func<object?[], TResult> forward, params object?[] inputs) =>
        RunAll([module], forward, inputs);

    /// <summary>Modules that follow one another, as one.</summary>
    private static TResult RunAll<TResult>(IReadOnlyList<nn.Module> modules, Func<object?[], TResult> forward, object?[] inputs)
    {
        var flat = new FlatInputs(inputs);
        var given = new Dictionary<int, Tensor>();
        for (var i = 0; i < flat.Items.Length; i++)
        {
            if (flat.Items[i] is Tensor tensor)
            {
                given.Add(i, tensor);
            }
            else if (Tensors.In(flat.Items[i]).Any(static t => t.requires_grad))
            {
                throw new NotSupportedException($"{modules[0].GetName()} has [Recompute], and is given tensors that require a gradient in "
                    + $"a {flat.Items[i]!.GetType().Name}: they must be inputs of their own.");
            }
        }

        Tensor[] parameters = [.. RecomputedCall.ParametersOf(modules)];
        if (parameters.Length == 0 && !given.Values.Any(static t => t.requires_grad))
        {
            return Enter(modules[0], forward, inputs);
        }

        var call = new RecomputedCall(modules, all => ResultTensors.Of(Enter(modules[0], forward, flat.Whole(all)), modules[0]),
            flat.Items, given);
        using var scope = NewDisposeScope();
        try
        {
            // What TorchSharp makes here besides, a tensor as large as each result, is of no use.
            var results = RecomputedFunction.apply([call, given, .. given.Values, .. parameters]);
            scope.MoveToOuter(results);
            return ResultTensors.To<TResult>(call.Place(results));
        }
        finally
        {
            scope.MoveToOuter(call.Left);
        }
    }

    /// <summary>The forward of the module itself.</summary>
    private static TResult Enter<TResult>(nn.Module module, Func<object?[], TResult> forward, object?[] inputs)
    {
        entered = module;
        depth++;
        try
        {
            return forward(inputs);
        }
        finally
        {
            depth--;
            entered = null;
        }
    }
}
