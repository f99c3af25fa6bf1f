using System.Runtime.CompilerServices;
using Gen.Graph;
using Gen.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>Runs a module and its graph on equal state, inputs and random numbers, and compares what they give, bit for bit.</summary>
internal static class GraphJudge
{
    /// <summary>Whether the module runs, and where the graph does something else; null where it does not.</summary>
    public static (bool Ran, string? Difference) Compare(ModuleGraph graph, nn.Module module,
        IReadOnlyDictionary<string, object?> constructor,
        Func<object?[]> inputs, bool isTraining, TypeJudge? judge = null)
    {
        using var scope = NewDisposeScope();
        module.train(isTraining);
        var before = module.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().clone());
        var (real, realGradients, realError) = Run(given => Functions.CallModule(module, [.. given.Select(i => (false, i))]));
        if (realError is not null)
        {
            // What fails may end the process where nothing checks it first.
            return (false, null);
        }

        using (no_grad())
        {
            foreach (var (key, value) in module.state_dict())
            {
                value.copy_(before[key]);
            }
        }

        judge?.Begin(module, isTraining);
        var (own, ownGradients, ownError) = Run(given => new GraphInterpreter(module, constructor, judge).Run(graph, given));
        if (ownError is not null)
        {
            return (true, $"the module runs, the graph does not: {ownError.Message}");
        }

        if (real.Length != own.Length)
        {
            return (true, $"{real.Length} results, the graph gives {own.Length}");
        }

        for (var i = 0; i < real.Length; i++)
        {
            if (Differs(real[i], own[i]) is { } why)
            {
                return (true, $"result {i}: {why}");
            }
        }

        return (true, realGradients.Zip(ownGradients)
            .Select((g, i) => Differs(g.First, g.Second) is { } why ? $"gradient {i}: {why}" : null)
            .FirstOrDefault(w => w is not null) ?? judge?.Difference);

        (Tensor[] Results, Tensor?[] Gradients, Exception? Error) Run(Func<object?[], object?> call)
        {
            random.manual_seed(7);
            module.zero_grad();
            var given = inputs();
            var leaves = given.OfType<Tensor>().Where(t => t.is_floating_point()).ToArray();
            foreach (var leaf in leaves)
            {
                leaf.requires_grad_();
            }

            try
            {
                var results = Tensors(call(given)).ToArray();
                var sum = results.Where(r => r.is_floating_point() && r.requires_grad).Select(r => r.sum().to(float64)).ToArray();
                if (sum.Length > 0)
                {
                    sum.Aggregate((a, b) => a + b).backward();
                }

                return ([.. results.Select(r => r.detach().clone())],
                    [.. module.parameters().Concat(leaves).Select(p => p.grad?.detach().clone())], null);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                return ([], [], error);
            }
        }
    }

    internal static IEnumerable<Tensor> Tensors(object? value) => value switch
    {
        Tensor tensor => [tensor],
        null => [],
        ITuple or System.Collections.IEnumerable and not string => Arguments.Items(value).SelectMany(Tensors),
        _ => [],
    };

    private static string? Differs(Tensor? real, Tensor? own) => real is null || own is null
        ? ReferenceEquals(real, own) ? null : $"{(real is null ? "none" : "one")}, the graph gives {(own is null ? "none" : "one")}"
        : real.dtype != own.dtype ? $"{real.dtype}, the graph gives {own.dtype}"
        : !real.shape.SequenceEqual(own.shape) ? $"[{string.Join(", ", real.shape)}], the graph gives [{string.Join(", ", own.shape)}]"
        : !real.contiguous().bytes.SequenceEqual(own.contiguous().bytes) ? "other numbers" : null;
}
