using Gen.Model;
using Gen.Shapes;

using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Activation functions.</summary>
internal static class Activations
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Keeps("CELU", "alpha"),

        // In TorchSharp 0.107 it works on a copy where it is to work in place, and Hardtanh gives back what it is given where it is not.
        Keeps("ELU", "alpha") with { Memory = Memory.Like, Saves = Saved.First },
        Keeps("GELU", "approximate"), Keeps("Hardshrink", "lambda"), Keeps("Hardsigmoid"), Keeps("Hardswish"),
        Keeps("Hardtanh", "min_val", "max_val") with { Memory = Memory.Operand, MayReturnInput = true, SavesOf = null },
        Keeps("Identity") with
        {
            Role = Role.Other,
            Types = TypeRule.Same,
            Memory = Memory.Operand,
            KeepsNumbers = true,
            SavesOf = static _ => Saved.Passes,
        },
        Keeps("LeakyReLU", "negative_slope"), Keeps("LogSigmoid"),
        Keeps("Mish") with { SavesOf = null, LeavesBehind = static (call, _) => [Copy(call), Copy(call)] },
        Keeps("RReLU", "lower", "upper") with { DiffersInTraining = static _ => true, SavesOf = null },
        Keeps("ReLU"), Keeps("ReLU6"), Keeps("SELU"), Keeps("SiLU"), Keeps("Sigmoid") with { Role = Role.Sigmoid },
        Keeps("Softplus", "beta", "threshold"), Keeps("Softshrink", "lambda"),
        Keeps("Softsign") with { SavesOf = null, LeavesBehind = static (call, _) => [Copy(call), Copy(call)] },
        Keeps("Tanh"), Keeps("Tanhshrink") with { SavesOf = null, LeavesBehind = static (call, _) => [Copy(call)] },
        Keeps("Threshold", "threshold", "value"),
        Along("LogSoftmax") with { Role = Role.LogSoftmax }, Along("Softmax") with { Role = Role.Softmax },
        Along("Softmin") with { Saves = Saved.Result | Saved.Once, LeavesBehind = static (call, _) => [Copy(call)] },
        new("GLU")
        {
            Saves = Saved.First,
            Shapes = "*B 2*N -> *B N",
            Reads = ["dim"],
            Output = Halve,
            Types = TypeRule.First("float"),
            Role = Role.Activation,
        },
        new("PReLU")
        {
            Saves = Saved.First | Saved.Once,
            Shapes = "N C *S -> N C *S",
            Reads = ["num_parameters", "init"],
            State = static a => [Parameter("weight", a["num_parameters"])],
            Arguments = static call => call.Minimum("num_parameters", call.Arguments["num_parameters"], 0),
            Output = Slopes,
            Types = TypeRule.Alike("float"),
            Role = Role.Activation,
        },
        new("Softmax2d")
        {
            Saves = Saved.Result,
            Role = Role.Softmax,
            Types = TypeRule.First("float"),
            Shapes = "N C H W -> N C H W",
            Reads = [],
            Output = static call => call.AtLeastRank("(N, C, H, W) or (C, H, W)", 3) ? call.Input : Shape.UnknownRank,
        },
    ];

    private static Value.Tensor Copy(LayerCall call) => new(call.Input, call.TypeAt(0));

    /// <summary>Elementwise: any shape goes in and comes out.</summary>
    public static Shape Same(LayerCall call)
    {
        if (call.Input.IsUnknownRank)
        {
            call.Incomplete();
        }

        return call.Input;
    }

    private static LayerRule Keeps(string factory, params string[] reads) => new(factory)
    {
        Shapes = "*B -> *B",
        Reads = [.. reads, "inplace"],
        Role = Role.Activation,
        Memory = Memory.InPlaceIfAsked,
        SavesOf = call => factory switch
        {
            "ReLU" or "Sigmoid" or "Tanh" => Saved.Result,
            _ when call.Arguments.Has("inplace") && call.Arguments.Flag("inplace") is not false => null,
            "LogSigmoid" => Saved.First | Saved.Mask,
            _ => Saved.First,
        },
        Types = TypeRule.First(factory switch
        {
            "Hardtanh" or "ReLU" or "ReLU6" or "Threshold" => "int float",
            "SiLU" => "float complex",
            "Sigmoid" or "Tanh" => "int bool > float32, float complex",
            "Softsign" or "Tanhshrink" => "int > float32, float complex",
            _ => "float",
        }),
        Arguments = factory switch
        {
            "Hardtanh" => static call => Ordered(call, "min_val", "max_val"),
            "RReLU" => static call => Ordered(call, "lower", "upper"),
            "CELU" => static call =>
            {
                if (call.Arguments.Number("alpha") == 0)
                {
                    call.Contradiction("alpha must not be 0");
                }
            },
            "Softshrink" => static call =>
            {
                if (call.Arguments.Number("lambda") is < 0)
                {
                    call.Contradiction("lambda must not be negative");
                }
            },
            _ => static _ => { },
        },
        Output = Same,
    };

    private static void Ordered(LayerCall call, string lower, string upper)
    {
        if (call.Arguments.Number(lower) > call.Arguments.Number(upper))
        {
            call.Contradiction($"{lower} must not be more than {upper}");
        }
    }

    /// <summary>A distribution along one dimension, counted from the end where negative.</summary>
    private static LayerRule Along(string factory) => new(factory)
    {
        Saves = Saved.Result,
        Shapes = "*B -> *B",
        Reads = ["dim"],
        Role = Role.Activation,
        Types = TypeRule.First("float"),
        Output = static call => call.DimensionAt("dim", call.Arguments["dim"], call.Input) is null ? Shape.UnknownRank : call.Input,
    };

    /// <summary>One half is multiplied by the sigmoid of the other.</summary>
    private static Shape Halve(LayerCall call)
    {
        if (call.DimensionAt("dim", call.Arguments["dim"], call.Input) is not { } at)
        {
            return Shape.UnknownRank;
        }

        if (call.Input.Dims.Count == 0)
        {
            call.Contradiction("a scalar cannot be halved");
            return Shape.UnknownRank;
        }

        call.Divisible($"dimension {at} of size", call.Input.Dims[at], "", Dim.Of(2));
        return call.Failed ? Shape.UnknownRank : call.Input.WithDim(at, Dim.FloorDiv(call.Input.Dims[at], Dim.Of(2)));
    }

    /// <summary>One slope for all, or one for each channel.</summary>
    private static Shape Slopes(LayerCall call)
    {
        var slopes = call.Arguments["num_parameters"];
        if (slopes.Constant == 1)
        {
            return Same(call);
        }

        if (call.Input.Rank is not { } rank || slopes.IsUnknown)
        {
            call.Incomplete();
            return call.Input;
        }

        if (rank == 0)
        {
            call.Contradiction($"a scalar has no {slopes} channels");
            return Shape.UnknownRank;
        }

        return call.Channels(slopes, rank == 1 ? Dim.One : call.Input.Dims[1]) ? call.Input : Shape.UnknownRank;
    }
}
