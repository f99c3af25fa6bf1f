using Gen.Model;
using Gen.Shapes;
using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Normalisation layers.</summary>
internal static class Normalizations
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Batch("BatchNorm1d", "(N, C) or (N, C, L)", 2, 3),
        Batch("BatchNorm2d", "(N, C, H, W)", 4),
        Batch("BatchNorm3d", "(N, C, D, H, W)", 5),
        Instance(1), Instance(2), Instance(3),
        new("GroupNorm")
        {
            Saves = Saved.First,
            Statistics = static call => call.Input.Rank is null ? Dim.Unknown
                : Dim.Of(8) * call.Input.Dims[0] * call.Arguments["num_groups"],
            Types = TypeRule.Alike("float") with { TakesHalf = true },
            Role = Role.Normalization,
            Shapes = "N num_channels *S -> N num_channels *S",
            Reads = ["num_groups", "num_channels", "affine"],
            Brief = static a => $"{a["num_channels"]} in {a["num_groups"]} groups",
            State = static a => Affine(a, a.Flag("affine"), a["num_channels"]),
            Arguments = static call =>
            {
                call.Minimum("num_groups", call.Arguments["num_groups"], 1);
                if (call.Arguments.Flag("affine") is true)
                {
                    call.Minimum("num_channels", call.Arguments["num_channels"], 0);
                    call.Divisible("num_channels", call.Arguments["num_channels"], "num_groups", call.Arguments["num_groups"]);
                }
            },
            Output = static call =>
            {
                if (!call.AtLeastRank("(N, C, ...) with 3 dimensions or more", 3) || !HasKnownRank(call))
                {
                    return Unknown(call);
                }

                // Without weights nothing of num_channels is stored: any number that the groups divide will do.
                call.Divisible("channels", call.Input.Dims[1], "num_groups", call.Arguments["num_groups"]);
                return call.Arguments.Flag("affine") is false || call.Normalises(call.Arguments["num_channels"], call.Input.Dims[1])
                    ? Unknown(call) : Shape.UnknownRank;
            },
        },
        new("LayerNorm")
        {
            Saves = Saved.First,
            Statistics = static call => call.Input.Rank is { } rank
                ? Dim.Of(8) * Windows.Product(call.Input.Dims.Take(rank - Normalized(call.Arguments).Count)) : Dim.Unknown,
            Types = TypeRule.Alike("float") with { TakesHalf = true },
            Role = Role.Normalization,
            Shapes = "*B normalized_shape -> *B normalized_shape",
            Reads = ["normalized_shape", "elementwise_affine", "bias"],
            Infers = new("normalized_shape", "features", static input => input[-1]),
            Brief = static a => string.Join(" ", Normalized(a).Select(d => d.ToString())),
            State = static a =>
            [
                .. Parameter("weight", [.. Normalized(a)]).When(a.Presence("elementwise_affine")),
                .. Parameter("bias", [.. Normalized(a)]).When(And(a.Flag("elementwise_affine"), a.Flag("bias"))),
            ],
            Arguments = static call =>
            {
                foreach (var size in Normalized(call.Arguments))
                {
                    call.Minimum("normalized_shape", size, 0);
                }
            },
            Output = Layer,
        },
        new("LocalResponseNorm")
        {
            Types = TypeRule.First("int64 > float32, float"),
            Role = Role.Normalization,
            LeavesEmptyOpen = true,
            Shapes = "N C *S -> N C *S",
            Reads = ["size"],
            Arguments = static call => call.Minimum("size", call.Arguments["size"], 1),
            Output = static call => call.AtLeastRank("(N, C, ...) with 3 dimensions or more", 3) ? call.Input : Shape.UnknownRank,
        },
    ];

    /// <summary>Weights of nothing cannot be drawn; without them the size is stored, or not used at all.</summary>
    private static void Features(LayerCall call)
    {
        if (call.Arguments.Flag("affine") is true)
        {
            call.Minimum("num_features", call.Arguments["num_features"], 1);
        }
        else if (call.Arguments.Flag("track_running_stats") is true)
        {
            call.Minimum("num_features", call.Arguments["num_features"], 0);
        }
    }

    private static LayerRule Batch(string factory, string needs, params int[] ranks) => new(factory)
    {
        Saves = Saved.First,
        Statistics = static call => Dim.Of(8) * call.Arguments["num_features"],
        Types = TypeRule.Alike("float") with { TakesHalf = true },
        Role = Role.Normalization,
        DiffersInTraining = static a => a.Flag("track_running_stats") != false,
        LeavesEmptyOpen = true,
        Shapes = factory switch { "BatchNorm1d" => "N num_features L -> N num_features L",
            "BatchNorm2d" => "N num_features H W -> N num_features H W", _ => "N num_features D H W -> N num_features D H W" },
        Reads = ["num_features", "affine", "track_running_stats"],
        Infers = new("num_features", "channels", input => input.Rank is { } rank && ranks.Contains(rank) ? input.Dims[1] : Dim.Unknown),
        Brief = static a => $"{a["num_features"]}",
        State = static a => [.. Affine(a, a.Flag("affine"), a["num_features"]), .. Statistics(a)],
        Arguments = Features,
        Output = call => call.Rank(needs, ranks) && Batched(call) ? call.Input : Unknown(call),
    };

    private static LayerRule Instance(int spatial) => new($"InstanceNorm{spatial}d")
    {
        Saves = Saved.First,
        Statistics = call => call.Input.Rank == spatial + 2 ? Dim.Of(8) * call.Input.Dims[0] * call.Input.Dims[1]
            * (call.Arguments.Flag("affine") switch { true => Dim.Of(2), false => Dim.One, null => Dim.Unknown }) : Dim.Unknown,
        Types = TypeRule.Alike("float") with { TakesHalf = true },
        Role = Role.Normalization,
        LeavesEmptyOpen = true,
        Shapes = $"N num_features {Windows.Names(spatial)} -> N num_features {Windows.Names(spatial)}",
        Reads = ["num_features", "affine", "track_running_stats"],
        Infers = new("num_features", "channels", input => input.Rank == spatial + 1 || input.Rank == spatial + 2 ? input[-spatial - 1]
            : Dim.Unknown),
        Brief = static a => $"{a["num_features"]}",
        State = static a => [.. Affine(a, a.Flag("affine"), a["num_features"]), .. Statistics(a)],
        Arguments = Features,
        Output = call => call.Spatial(spatial) && call.Normalises(call.Arguments["num_features"], call.Input[-spatial - 1]) ? call.Input
            : Unknown(call),
    };

    /// <summary>Where nothing of that size is stored, TorchSharp takes any number of channels.</summary>
    private static bool Batched(LayerCall call)
    {
        var isFree = call.Arguments.Flag("affine") is false && call.Arguments.Flag("track_running_stats") is false;
        return isFree || call.Normalises(call.Arguments["num_features"], call.Input.Dims[1]);
    }

    private static IEnumerable<StateTensor> Affine(LayerArguments a, bool? flag, Dim size) =>
        [.. Parameter("weight", size).When(flag), .. Parameter("bias", size).When(flag)];

    private static IEnumerable<StateTensor> Statistics(LayerArguments a)
    {
        var flag = a.Flag("track_running_stats");
        return [.. Buffer("running_mean", a["num_features"]).When(flag), .. Buffer("running_var", a["num_features"]).When(flag),
            .. Buffer("num_batches_tracked").When(flag)];
    }

    private static bool? And(bool? a, bool? b) => a is false || b is false ? false : a is null || b is null ? null : true;

    private static Shape Unknown(LayerCall call) => call.Failed ? Shape.UnknownRank : call.Input;

    private static bool HasKnownRank(LayerCall call)
    {
        if (call.Input.Rank is null)
        {
            call.Incomplete();
        }

        return call.Input.Rank is not null;
    }

    private static IReadOnlyList<Dim> Normalized(LayerArguments a) => a.Raw("normalized_shape") switch
    {
        Value.List list => [.. list.Items.Select(i => i is Value.Integer integer ? integer.Dim : Dim.Unknown)],
        Value.Integer integer => [integer.Dim],
        _ => [Dim.Unknown],
    };

    /// <summary>The last dimensions must be normalized_shape.</summary>
    private static Shape Layer(LayerCall call)
    {
        var needs = Normalized(call.Arguments);
        if (call.Arguments.Raw("normalized_shape") is not (Value.List or Value.Integer))
        {
            call.Incomplete();
            return call.Input;
        }

        if (!call.AtLeastRank($"(*, {string.Join(", ", needs)})", needs.Count))
        {
            return Unknown(call);
        }

        for (var i = 0; i < needs.Count; i++)
        {
            if (!call.Features(needs[i], call.Input[i - needs.Count]))
            {
                return Shape.UnknownRank;
            }
        }

        return call.Input;
    }
}
