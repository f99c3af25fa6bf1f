using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Layers;

/// <summary>Holds what a rule says of element types against the real layer, whose weights are float32: each input of every type.</summary>
internal static class TypeJudge
{
    public static readonly ScalarType[] Types = [ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
        ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64, ScalarType.ComplexFloat32,
        ScalarType.ComplexFloat64, ScalarType.Bool];

    /// <summary>What the rule refuses is not given to these: it counts as refused.</summary>
    private static readonly HashSet<string> Guarded = new(["LSTM", "EmbeddingBag", "EmbeddingBag_from_pretrained"], StringComparer.Ordinal);

    /// <summary>What was compared.</summary>
    public sealed class Tally
    {
        public int Ran { get; set; }

        public int Refused { get; set; }

        /// <summary>Of those that TorchSharp refuses, what the rule refuses too.</summary>
        public int Foreseen { get; set; }

        public List<string> Contradictions { get; } = [];
    }

    /// <param name="factory">The factory.</param>
    /// <param name="constructions">How many are tried.</param>
    /// <param name="seed">Of the random numbers.</param>
    public static Tally Try(string factory, int constructions, int seed)
    {
        var rule = LayerRules.Find(factory)!;
        var overloads = Factories.All[factory].ToArray();
        var tally = new Tally();
        for (var number = 0; number < constructions; number++)
        {
            using var scope = NewDisposeScope();
            var random = new Random((seed * 1_000_003) + number);
            torch.random.manual_seed(number);
            var @case = Case.Random(overloads[random.Next(overloads.Length)], random);
            if (@case.Build() is not { } module)
            {
                continue;
            }

            using (module)
            {
                module.train(random.Next(2) == 0);
                var shapes = RandomInputs.Shapes(rule, @case, random);
                var further = FurtherInputs.Of(rule, @case, shapes, random);
                var inputs = shapes.Select((_, i) => RandomInputs.Tensor(rule, @case, i, shapes)).ToArray();
                var more = further.Tensors(rule, @case, shapes);

                // What the rule refuses for its shapes may end the process.
                if (shapes.Any(s => s.Contains(0)) || Told(inputs).Call.Failed || Run(inputs) is null)
                {
                    continue;
                }

                for (var changed = 0; changed < inputs.Length; changed++)
                {
                    foreach (var type in Types)
                    {
                        Compare([.. inputs.Select((x, i) => i == changed ? Typed(x, type) : x)]);
                    }
                }

                void Compare(Tensor[] typed)
                {
                    var (values, call, output) = Told(typed);
                    var (told, problem) = rule.TypesOf(@case.LayerArguments, values);

                    // Nothing is computed for a result without elements: no type is said to be wrong then.
                    var isRefused = call.Failed || (problem is not null && !output.Dims.Any(static d => d.Constant == 0));
                    var actual = isRefused && Guarded.Contains(factory) ? null : Run(typed);
                    if (actual is null)
                    {
                        tally.Refused++;
                        tally.Foreseen += isRefused ? 1 : 0;
                        return;
                    }

                    tally.Ran++;
                    var what = $"{@case} of {string.Join(", ", typed.Select(t => $"[{string.Join(", ", t.shape)}] {t.dtype}"))}";
                    if (isRefused)
                    {
                        tally.Contradictions.Add($"{what}: TorchSharp gives {actual[0].dtype}, the rule needs {problem?.Needs}"
                            + $"{string.Join("; ", call.Issues.Select(i => i.Particulars[^1]))}");
                    }
                    else if (!told.MayBe(Element(actual[0].dtype)))
                    {
                        tally.Contradictions.Add($"{what}: TorchSharp gives {actual[0].dtype}, the rule says {told.Text()}");
                    }
                }

                (Value.Tensor[] Values, LayerCall Call, Shape Output) Told(Tensor[] typed)
                {
                    var values = typed.Select(t => new Value.Tensor(Shape.Of([.. t.shape.Select(Dim.Of)]), Element(t.dtype))).ToArray();
                    var call = new LayerCall(@case.LayerArguments, [.. values.Select(v => v.Shape)], Facts.None,
                        [.. values.Select(v => v.Type)], further.Values(rule.Factory, (s, _) => Shape.Of([.. s.Select(Dim.Of)])));
                    return (values, call, rule.Output(call));
                }

                Tensor[]? Run(Tensor[] given)
                {
                    try
                    {
                        using var mode = no_grad();
                        return Judge.Call(module, given, more, further.NeedsWeights);
                    }
                    catch (Exception e) when (e is not NotSupportedException)
                    {
                        return null;
                    }
                }
            }
        }

        return tally;
    }

    private static Tensor Typed(Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor
        : type == ScalarType.Bool ? tensor > 0.5 : tensor.to(type);

    /// <summary>Here the module's type is float32.</summary>
    private static ElementType Element(ScalarType type) =>
        type == ScalarType.Float32 ? ElementType.Float32 | ElementType.Module : ElementTypes.OfMember(type.ToString());
}
