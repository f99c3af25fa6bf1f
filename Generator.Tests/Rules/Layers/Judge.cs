using Gen.Rules.Layers;
using Gen.Shapes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Layers;

/// <summary>Holds a rule against the real layer: where TorchSharp runs, the rule gives exactly what comes out; where it throws, never a
/// shape.</summary>
internal static class Judge
{
    /// <summary>What a number of cases came to.</summary>
    public sealed class Tally
    {
        public int Cases { get; set; }

        public int Ran { get; set; }

        public int Threw { get; set; }

        /// <summary>Cases that ran and whose shape the rule told.</summary>
        public int Told { get; set; }

        [System.Text.Json.Serialization.JsonObjectCreationHandling(System.Text.Json.Serialization.JsonObjectCreationHandling.Populate)]
        public List<string> Contradictions { get; } = [];

        /// <summary>Constructions that ended the process.</summary>
        [System.Text.Json.Serialization.JsonIgnore]
        public List<string> Ended { get; } = [];

        public void Add(Tally other)
        {
            Cases += other.Cases;
            Ran += other.Ran;
            Threw += other.Threw;
            Told += other.Told;
            Contradictions.AddRange(other.Contradictions);
        }
    }

    /// <summary>Tries constructions by number; each has random numbers of its own, so that it can be tried again alone.</summary>
    /// <param name="factory">The factory.</param>
    /// <param name="constructions">Their numbers.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="before">Is told what is about to be called.</param>
    /// <param name="isEmpty">Most inputs have a dimension of 0.</param>
    public static Tally Try(string factory, Range constructions, int seed, Action<int, string>? before = null, bool isEmpty = false)
    {
        var rule = LayerRules.Find(factory)!;
        var overloads = Factories.All[factory].ToArray();
        var tally = new Tally();
        for (var number = constructions.Start.Value; number < constructions.End.Value; number++)
        {
            using var scope = NewDisposeScope();
            var random = new Random((seed * 1_000_003) + number);
            torch.random.manual_seed(number);
            var @case = Case.Random(overloads[random.Next(overloads.Length)], random, isEmpty);
            tally.Cases++;
            before?.Invoke(number, @case.ToString());
            var module = @case.Build();
            if (module is null)
            {
                tally.Threw++;
                var refused = new LayerCall(@case.LayerArguments, Shape.UnknownRank, Facts.None);
                rule.Arguments(refused);
                if (!refused.Failed
                    && IsTold(
                        rule.Output(new(@case.LayerArguments, [.. RandomInputs.Shapes(rule, @case, random, isEmpty).Select(ToShape)],
                            Facts.None)), refused))
                {
                    tally.Contradictions.Add($"{@case}: TorchSharp refuses to build it, the rule says nothing");
                }

                continue;
            }

            using (module)
            {
                State(rule, @case, module, tally);
                for (var i = 0; i < 3; i++)
                {
                    var shapes = RandomInputs.Shapes(rule, @case, random, isEmpty);
                    var further = FurtherInputs.Of(rule, @case, shapes, random);
                    before?.Invoke(number, Describe(@case, shapes, further));
                    Call(rule, @case, module, shapes, further, tally);
                }
            }
        }

        return tally;
    }

    /// <summary>
    /// What Gen's own guards refuse is not given to TorchSharp: it counts as thrown.
    /// </summary>
    public static bool IsLeftOut(LayerRule rule, Case @case, long[][] shapes, FurtherInputs further)
    {
        if (rule.Factory.StartsWith("EmbeddingBag", StringComparison.Ordinal))
        {
            return @case.LayerArguments.Flag("include_last_offset") is true ? further.Shapes[0] is null or [< 2] : further.Shapes[0] is [0];
        }

        if (rule.Factory == "LSTMCell")
        {
            return shapes[0].Length == 1;
        }

        if (rule.Factory.StartsWith("MaxUnpool", StringComparison.Ordinal))
        {
            return @case.LayerArguments.IsNull("stride") && !@case.LayerArguments.IsNull("padding");
        }

        if (!rule.Factory.StartsWith("ConvTranspose", StringComparison.Ordinal))
        {
            return false;
        }

        var call = new LayerCall(@case.LayerArguments, [.. shapes.Select(ToShape)], Facts.None);
        rule.Arguments(call);
        rule.Output(call);
        return call.Issues.Any(i => i.Kind == Model.FindingKind.SizeBelowOne
            || i.Particulars.Any(p => p.EndsWith("but is 0", StringComparison.Ordinal)));
    }

    private static string Describe(Case @case, long[][] shapes, FurtherInputs further) =>
        $"{@case} of {string.Join(", ", shapes.Select(Text))}{string.Concat(further.Shapes.Select(s => $"; {Text(s)}"))}"
        + (further.NeedsWeights ? "" : "; no weights");

    private static string Text(long[]? shape) => shape is null ? "null" : $"[{string.Join(", ", shape)}]";

    private static void State(LayerRule rule, Case @case, nn.Module module, Tally tally)
    {
        var told = rule.State(@case.LayerArguments).ToArray();
        if (told.Any(t => t.Shape.IsUnknownRank))
        {
            return;
        }

        var expected = module.state_dict().Select(s => $"{s.Key} [{string.Join(", ", s.Value.shape)}]").Order(StringComparer.Ordinal);
        var actual = told.Select(t => $"{t.Name} {t.Shape}").Order(StringComparer.Ordinal);
        var parameters = module.parameters().Sum(p => p.numel());
        var counted = told.Where(t => t.IsParameter).Aggregate(Dim.Zero, (sum, t) => sum + t.Shape.Elements).Constant;
        if (!expected.SequenceEqual(actual) || parameters != counted)
        {
            tally.Contradictions.Add(
                $"{@case}: state {string.Join("; ", expected)}, {parameters} parameters, but the rule says {string.Join("; ", actual)}, "
                + $"{counted} parameters");
        }
    }

    private static void Call(LayerRule rule, Case @case, nn.Module module, long[][] shapes, FurtherInputs further, Tally tally)
    {
        tally.Cases++;
        var results = IsLeftOut(rule, @case, shapes, further) ? []
            : new[] { true, false }.Select(training => Run(rule, @case, module, shapes, further, training, tally)).ToArray();
        var outputs = results.OfType<long[][]>().ToArray();
        var what = Describe(@case, shapes, further);

        var call = new LayerCall(@case.LayerArguments, [.. shapes.Select(ToShape)], Facts.None, null,
            further.Values(rule.Factory, (s, _) => ToShape(s)));
        rule.Arguments(call);
        var told = rule.Output(call);
        var isTold = IsTold(told, call) && call.Conditions.Count == 0;
        if (outputs.Length == 0)
        {
            tally.Threw++;
            if (isTold)
            {
                tally.Contradictions.Add($"{what}: TorchSharp throws, the rule says {told}");
            }
        }
        else
        {
            tally.Ran++;
            if (call.Failed)
            {
                tally.Contradictions.Add(
                    $"{what}: TorchSharp gives [{string.Join(", ", outputs[0][0])}], the rule refuses: "
                    + $"{string.Join("; ", call.Issues.Select(i => $"{i.Kind} {string.Join(", ", i.Particulars)}"))}");
            }
            else if (isTold)
            {
                tally.Told++;
                var all = new[] { told }.Concat(rule.Others(call)).ToArray();
                foreach (var output in outputs)
                {
                    for (var i = 0; i < Math.Min(all.Length, output.Length); i++)
                    {
                        if (!all[i].IsUnknownRank && !all[i].Equals(ToShape(output[i])))
                        {
                            tally.Contradictions.Add($"{what}: TorchSharp gives [{string.Join(", ", output[i])}], the rule says {all[i]}");
                        }
                    }
                }
            }
        }

        Symbolic(rule, @case, shapes, further, outputs, what, tally);
    }

    /// <summary>The same with names for sizes: what comes out, with the sizes put in, must be the same; and so must the
    /// conditions.</summary>
    private static void Symbolic(LayerRule rule, Case @case, long[][] shapes, FurtherInputs further, long[][][] outputs, string what,
        Tally tally)
    {
        if (shapes.Concat(further.Shapes).SelectMany(s => s ?? []).Contains(0))
        {
            return;
        }

        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        Shape Named(long[] shape, int input) => Shape.Of([.. shape.Select((size, i) =>
        {
            sizes[$"n{input}_{i}"] = size;
            return Dim.Name($"n{input}_{i}");
        })]);
        var call = new LayerCall(@case.LayerArguments, [.. shapes.Select(Named)], Facts.None, null,
            further.Values(rule.Factory, (s, i) => Named(s, shapes.Length + i)));
        rule.Arguments(call);
        var told = rule.Output(call);
        Dim? Size(string name) => Dim.Of(sizes[name]);
        var holds = call.Conditions.All(c => Holds(c, Size));
        if (call.Failed)
        {
            if (outputs.Length > 0)
            {
                tally.Contradictions.Add(
                    $"{what}, symbolic: TorchSharp runs, the rule refuses: "
                    + $"{string.Join("; ", call.Issues.Select(i => $"{i.Kind} {string.Join(", ", i.Particulars)}"))}");
            }
        }
        else if (outputs.Length > 0 && !holds)
        {
            tally.Contradictions.Add(
                $"{what}, symbolic: TorchSharp runs, but a condition does not hold: {string.Join("; ", call.Conditions)}");
        }
        else if (outputs.Length > 0 && IsTold(told, call) && !told.Substitute(Size).Equals(ToShape(outputs[0][0])))
        {
            tally.Contradictions.Add(
                $"{what}, symbolic: TorchSharp gives [{string.Join(", ", outputs[0][0])}], the rule says {told} = {told.Substitute(Size)}");
        }
        else if (outputs.Length == 0 && holds && IsTold(told, call))
        {
            tally.Contradictions.Add(
                $"{what}, symbolic: TorchSharp throws, the rule says {told} under {string.Join("; ", call.Conditions)}");
        }
    }

    private static bool Holds(Fact fact, Func<string, Dim?> size) =>
        (fact.Left.Substitute(size).Constant, fact.Right.Substitute(size).Constant) switch
    {
        ({ } left, { } right) => fact.Relation switch
        {
            Relation.Equal => left == right,
            Relation.NotEqual => left != right,
            Relation.AtLeast => left >= right,
            Relation.AtMost => left <= right,
            Relation.More => left > right,
            _ => left < right,
        },
        _ => false,
    };

    private static bool IsTold(Shape shape, LayerCall call) =>
        !call.Failed && !call.IsIncomplete && !shape.HasVariadic && !shape.Dims.Any(d => d.IsUnknown);

    private static Shape ToShape(long[] shape) => Shape.Of([.. shape.Select(Dim.Of)]);

    /// <summary>The shapes of what comes out; null where TorchSharp throws.</summary>
    private static long[][]? Run(LayerRule rule, Case @case, nn.Module module, long[][] shapes, FurtherInputs further, bool training,
        Tally tally)
    {
        module.train(training);
        try
        {
            using var scope = NewDisposeScope();
            using var mode = no_grad();
            var x = shapes.Select((_, i) => RandomInputs.Tensor(rule, @case, i, shapes)).ToArray();
            var more = further.Tensors(rule, @case, shapes);
            var output = Call(module, x, more, further.NeedsWeights);
            if (!rule.MayReturnInput && output.Any(o => x.Any(i => ReferenceEquals(i, o))))
            {
                tally.Contradictions.Add($"{Describe(@case, shapes, further)}: TorchSharp gives back the very tensor that it is given");
            }

            // A size below 0 is nonsense that the library lets pass.
            var result = output.Select(t => t.shape).ToArray();
            return result.SelectMany(r => r).All(size => size >= 0) ? result : null;
        }
        catch (Exception e) when (e is not NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Calls a layer with its inputs and what may be given after them: all that comes out.</summary>
    public static Tensor[] Call(nn.Module module, Tensor[] x, IReadOnlyList<Tensor?> more, bool needsWeights)
    {
        (Tensor, Tensor)? state = more is [{ } h, { } c] ? (h, c) : null;
        return module switch
        {
            LSTM m => m.call(x[0], state) is var (a, b, last) ? [a, b, last] : [],
            GRU m => m.call(x[0], more.ElementAtOrDefault(0)!) is var (a, b) ? [a, b] : [],
            RNN m => m.call(x[0], more.ElementAtOrDefault(0)) is var (a, b) ? [a, b] : [],
            LSTMCell m => m.call(x[0], state) is var (a, b) ? [a, b] : [],
            GRUCell m => [m.call(x[0], more.ElementAtOrDefault(0)!)],
            RNNCell m => [m.call(x[0], more.ElementAtOrDefault(0)!)],
            EmbeddingBag m => [m.call(x[0], more[0], more[1])],
            MultiheadAttention m => m.call(x[0], x[1], x[2], more[0], needsWeights, more[1]) is var (a, b)
                ? needsWeights ? [a, b] : [a] : [],
            TransformerEncoderLayer m => [m.call(x[0], more[0]!, more[1]!)],
            TransformerEncoder m => [m.call(x[0], more[0]!, more[1]!)],
            TransformerDecoderLayer m => [m.call(x[0], x[1], more[0]!, more[1]!, more[2]!, more[3]!)],
            TransformerDecoder m => [m.call(x[0], x[1], more[0]!, more[1]!, more[2]!, more[3]!)],
            Transformer m => [m.call(x[0], x[1], more[0]!, more[1], more[2], more[3], more[4], more[5])],
            MaxUnpool1d m => [m.call(x[0], x[1])],
            MaxUnpool2d m => [m.call(x[0], x[1])],
            MaxUnpool3d m => [m.call(x[0], x[1])],
            nn.Module<Tensor, Tensor> m => [m.call(x[0])],
            nn.Module<Tensor, Tensor, Tensor> m => [m.call(x[0], x[1])],
            nn.Module<Tensor, Tensor, Tensor, Tensor> m => [m.call(x[0], x[1], x[2])],
            CTCLoss m => [m.call(x[0], x[1].to(ScalarType.Int64), x[2].to(ScalarType.Int64), x[3].to(ScalarType.Int64))],
            _ => throw new NotSupportedException(module.GetType().Name),
        };
    }
}
