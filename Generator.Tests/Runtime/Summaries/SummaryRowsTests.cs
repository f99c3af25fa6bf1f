using Gen.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>Every row of a summary against the real model, run with hooks on every module in it.</summary>
[Collection("TorchSharp")]
public sealed class SummaryRowsTests
{
    public static TheoryData<string> Names => Zoo.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_are_what_hooks_see_in_the_same_order(string name)
    {
        using var scope = NewDisposeScope();
        using var animal = Zoo.Make(name);
        using var mode = inference_mode();
        var seen = Run(animal);

        // A Transformer is called with masks by a call of its own, which no hook sees.
        var rows = animal.Summary.Layers.Where(l => !l.IsUnused && l.TypeName != "Transformer").ToArray();
        Assert.Equal(seen.Select(s => s.Name), rows.Select(r => r.Name));
        var isVariadic = name == nameof(Seed.Rectified);
        foreach (var (row, real) in rows.Zip(seen))
        {
            Assert.Equal((real.Name, isVariadic ? "[*B]" : real.Input, isVariadic ? "[*B]" : real.Output, real.Parameters),
                (row.Name, row.InputShape, row.OutputShape, row.Parameters));
            Assert.Equal(real.Type, row.TypeName);
            Assert.Equal(real.IsRepeated, row.IsRepeated);
            Assert.Equal(real.Depth, row.Depth);
        }

        var tied = animal.Summary.Layers.Where(l => l.IsTied).Sum(l => l.Parameters);
        Assert.Equal(name == nameof(Gpt2), tied > 0);
        Assert.Equal(animal.Module.parameters().Sum(p => p.numel()), animal.Summary.Parameters);
        Assert.Equal(animal.Inputs.Sum(x => x.numel() * x.ElementSize),
            animal.Summary.InputBytes ?? animal.Inputs.Sum(x => x.numel() * x.ElementSize));
    }

    /// <summary>The modules in the order in which they are entered.</summary>
    private static List<Seen> Run(Zoo.Animal animal)
    {
        var (seen, entered) = (new List<Seen>(), new Stack<Seen>());
        foreach (var (name, module) in animal.Module.named_modules().Where(m => m.module != animal.Module))
        {
            if (module is TorchSharp.Modules.Transformer)
            {
                var row = animal.Summary.Layers.Single(l => l.Name == name);
                Assert.Equal(("[8, 2, 128]", "[6, 2, 128]", module.parameters().Sum(p => p.numel())),
                    (row.InputShape, row.OutputShape, row.Parameters));
                continue;
            }

            // A list of modules is never called.
            if (module is not (Module<Tensor, Tensor> or TorchSharp.Modules.LSTM or TorchSharp.Modules.GRU))
            {
                Assert.True(module.GetType().Name.StartsWith("ModuleList", StringComparison.Ordinal)
                    || name.StartsWith("transformer.", StringComparison.Ordinal), name);
                continue;
            }

            void Enter(Tensor input)
            {
                var one = new Seen(name, module.GetType().Name, Text(input), module.parameters().Sum(p => p.numel()),
                    seen.Any(s => s.Name == name), entered.Count + 1);
                seen.Add(one);
                entered.Push(one);
            }

            void Leave(Tensor output) => entered.Pop().Output = Text(output);
            switch (module)
            {
                case Module<Tensor, Tensor> layer:
                    layer.register_forward_pre_hook((_, x) =>
                    {
                        Enter(x);
                        return x;
                    });
                    layer.register_forward_hook((_, _, y) =>
                    {
                        Leave(y);
                        return y;
                    });
                    break;
                case TorchSharp.Modules.LSTM lstm:
                    lstm.register_forward_pre_hook((_, x, _) =>
                    {
                        Enter(x);
                        return null;
                    });
                    lstm.register_forward_hook((_, _, _, y) =>
                    {
                        Leave(y.Item1);
                        return y;
                    });
                    break;
                case TorchSharp.Modules.GRU gru:
                    gru.register_forward_pre_hook((_, x, _) =>
                    {
                        Enter(x);
                        return null;
                    });
                    gru.register_forward_hook((_, _, _, y) =>
                    {
                        Leave(y.Item1);
                        return y;
                    });
                    break;
            }
        }

        animal.Call(animal.Inputs);
        return seen;
    }

    private static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";

    private sealed record Seen(string Name, string Type, string Input, long Parameters, bool IsRepeated, int Depth)
    {
        public string Output { get; set; } = "";
    }
}
