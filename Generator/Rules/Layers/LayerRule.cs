using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>What is known of one factory of <c>torch.nn</c>: its parameters, the shape it gives, its cost and what it requires.</summary>
internal sealed record LayerRule(string Factory) : OperatorRule(Memory.Ordered)
{
    /// <summary>The page of the PyTorch manual that the rule follows.</summary>
    public string Manual => $"https://docs.pytorch.org/docs/stable/generated/torch.nn.{Factory}.html";

    /// <summary>Input and output in the words of a shape string, for the table of layers.</summary>
    public required string Shapes { get; init; }

    /// <summary>The parameter that <c>-1</c> may stand for, and where the arriving shape holds its value.</summary>
    public InferableSize? Infers { get; init; }

    /// <summary>The parameters that the rule looks at; others change neither shapes nor counts.</summary>
    public required string[] Reads { get; init; }

    /// <summary>What the layer registers, in its order.</summary>
    public Func<LayerArguments, IEnumerable<StateTensor>> State { get; init; } = static _ => [];

    /// <summary>What the arguments must meet among themselves.</summary>
    public Action<LayerCall> Arguments { get; init; } = static _ => { };

    private readonly Func<LayerCall, Shape> output = static _ => Shape.UnknownRank;

    /// <summary>The output's shape; what does not fit is put to the call.</summary>
    public required Func<LayerCall, Shape> Output
    {
        get => LeavesEmptyOpen ? call => call.LeaveEmptyOpen(output(call)) : output;
        init => output = value;
    }

    /// <summary>Nothing is said of inputs with a dimension of 0: TorchSharp takes some and refuses others.</summary>
    public bool LeavesEmptyOpen { get; init; }

    /// <summary>Multiply-adds by the conventional rule, from the call and its output: weights times output positions.</summary>
    public Func<LayerCall, Shape, Dim> MultiplyAdds { get; init; } = static (_, _) => Dim.Zero;

    /// <summary>The construction in a message: <c>Linear 100 -> 10</c>.</summary>
    public Func<LayerArguments, string>? Brief { get; init; }

    /// <summary>Why it has no equal form in ONNX; null where it has one.</summary>
    public string? NotInOnnx { get; init; }

    /// <summary>Why it has none with these arguments.</summary>
    public Func<LayerArguments, string?> RefusedInOnnx { get; init; } = static _ => null;

    public override string? WhyNotInOnnx(string name) => NotInOnnx;

    /// <summary>How many tensors a call takes.</summary>
    public int Inputs { get; init; } = 1;

    /// <summary>How many tensors have the type of its weights: states too.</summary>
    public int TypedInputs => Role == Role.Recurrent ? Inputs + Further : Inputs;

    /// <summary>How many arguments after these the rule looks at: states, masks.</summary>
    public int Further { get; init; }

    /// <summary>What a call gives beside its output: the last states of a recurrent layer.</summary>
    public Func<LayerCall, IReadOnlyList<Shape>> Others { get; init; } = static _ => [];

    /// <summary>A call gives a tuple, though nothing is known of what stands beside the output.</summary>
    public bool GivesTuple { get; init; }

    /// <summary>What a call makes for itself and leaves behind, from the call and its output, by what TorchSharp 0.107 does.</summary>
    public Func<LayerCall, Shape, IEnumerable<Value.Tensor>> LeavesBehind { get; init; } = static (_, _) => [];

    /// <summary>What autograd keeps of a call with these arguments, where that is not the same for all.</summary>
    public Func<LayerCall, Saved?>? SavesOf { get; init; }

    /// <summary>The bytes that it keeps beside: statistics.</summary>
    public Func<LayerCall, Dim> Statistics { get; init; } = static _ => Dim.Zero;

    /// <summary>The bytes that it works with, in forward and in backward.</summary>
    public Func<LayerCall, (Dim Forward, Dim Backward)> Works { get; init; } = static _ => (Dim.Zero, Dim.Zero);

    /// <summary>The many steps in which a call with these arguments is computed; null where they are not known.</summary>
    public Func<LayerCall, Composite?>? Composes { get; init; }

    /// <summary>The places of the masks of padding among what a call is given.</summary>
    public IReadOnlyList<int> Paddings { get; init; } = [];

    /// <summary>It does something else in training.</summary>
    public Func<LayerArguments, bool> DiffersInTraining { get; init; } = static _ => false;

    /// <summary>The first dimension of its input is the sequence, and the second the batch; null for layers of other data.</summary>
    public Func<LayerArguments, bool>? TakesSequenceFirst { get; init; }

    /// <summary>A linear map of one tensor: two of them, one after the other, are one.</summary>
    public bool IsLinearMap => Role == Role.Linear && Inputs == 1;

    /// <summary>The input holds indexes, not features.</summary>
    public bool TakesIndexes { get; init; }

    /// <summary>The element type that a call gives for those of its inputs, or why they are refused.</summary>
    public (ElementType Type, TypeProblem? Problem) TypesOf(LayerArguments arguments, IReadOnlyList<Value.Tensor> inputs)
    {
        if (Types?.By(arguments.Member("reduction")) is not { } types)
        {
            return (ElementType.Unknown, null);
        }

        var operands = inputs.Select((t, i) => new KeyValuePair<string, Value>(
            i == 0 ? "input" : i == 1 && Role == Role.Loss ? "target" : $"input {i + 1}", t)).ToList();
        if (types.Source != TypeSource.Alike || !State(arguments).Any(static s => s.IsParameter && s.Presence.Constant != 0))
        {
            var given = types.Of(operands);
            return types.Source == TypeSource.Weights && given.Problem is null ? (WeightsOf(arguments), null) : given;
        }

        // Its weights are operands too.
        var weights = WeightsOf(arguments);
        operands.Add(new("weight", new Value.Tensor(Shape.UnknownRank, weights)));
        var (type, problem) = types.Of(operands);
        return (type, problem is null ? null : problem with
        {
            Needs = $"{weights.Text()}, as its weights are,",
            Gets = string.Join(" and ", inputs.Select(i => i.Type.Text()).Distinct()),
            Edit = TypeProblem.Convert(weights),
            Cast = inputs.Count == 1 ? TypeProblem.CastOf("input", weights) : null,
        });
    }

    /// <summary>The type of its weights: the module's, or what the layer is built with.</summary>
    public static ElementType WeightsOf(LayerArguments arguments) => arguments.IsGiven("dtype") switch
    {
        false => ElementType.Module,
        _ => ElementTypes.OfMember(arguments.Member("dtype") ?? ""),
    };

    /// <summary>
    /// Multiply-adds by torchinfo's rule: the elements of weight and bias times the batch, for a convolution also times its output
    /// positions, for recurrent weights times steps and batch.
    /// </summary>
    public Dim TorchinfoMultiplyAdds(LayerCall call, Shape output)
    {
        var sum = Dim.Zero;
        foreach (var tensor in State(call.Arguments).Where(t => t.IsParameter && !t.Name.Contains('.')))
        {
            if (tensor.Shape.IsUnknownRank || output.Rank is null or 0)
            {
                return Dim.Unknown;
            }

            var positions = tensor.Name is "weight" or "bias"
                ? Role == Role.Convolution ? output.Dims.Where((_, i) => i != 1) : output.Dims.Take(1)
                : output.Dims.Take(2);
            sum += tensor.Count * Windows.Product(positions);
        }

        return sum;
    }

    public string BriefOf(LayerArguments arguments) => Brief is null ? Factory : $"{Factory} {Brief(arguments)}";
}

/// <param name="Parameter">The factory's parameter.</param>
/// <param name="Meaning">What it counts: features, channels.</param>
/// <param name="From">Where the input's shape holds it; unknown where the rank is not known.</param>
internal sealed record InferableSize(string Parameter, string Meaning, Func<Shape, Dim> From);

/// <summary>A parameter or buffer of a layer.</summary>
/// <param name="Name">Its key within the layer.</param>
/// <param name="Shape">Its shape; unknown where an argument is.</param>
/// <param name="IsParameter">A parameter, or else a buffer.</param>
internal sealed record StateTensor(string Name, Shape Shape, bool IsParameter)
{
    public static StateTensor Parameter(string name, params Dim[] shape) => new(name, Shape.Of(shape), IsParameter: true);

    public static StateTensor Buffer(string name, params Dim[] shape) => new(name, Shape.Of(shape), IsParameter: false);

    /// <summary>How often the layer has it: 1, 0 where it is left out, or what that depends on.</summary>
    public Dim Presence { get; init; } = Dim.One;

    /// <summary>Its elements; none where it is not there.</summary>
    public Dim Count => Shape.ElementCount() * Presence;

    /// <summary>The tensor if it is present, none if not, and one of unknown shape where that is not known.</summary>
    public IEnumerable<StateTensor> When(Dim presence) => presence switch
    {
        { IsUnknown: true } => [this with { Shape = Shape.UnknownRank }],
        { Constant: 0 } => [],
        _ => [this with { Presence = presence }],
    };

    public IEnumerable<StateTensor> When(bool? flag) => When(flag switch
    {
        true => Dim.One,
        false => Dim.Zero,
        null => Dim.Unknown,
    });
}
