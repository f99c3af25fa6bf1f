using Gen.Model;
using Gen.Shapes;

using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Tables looked up by index.</summary>
internal static class Embeddings
{
    public static readonly LayerRule Embedding = new("Embedding")
    {
        Saves = Saved.First,
        Types = TypeRule.OfWeights.Needing("input", ElementType.Int32 | ElementType.Int64),
        Role = Role.Embedding,
        Shapes = "*B -> *B embedding_dims",
        Reads = ["num_embeddings", "embedding_dims", "padding_idx"],
        TakesIndexes = true,
        RefusedInOnnx = MaxNorm,
        Brief = static a => $"{a["num_embeddings"]} x {a["embedding_dims"]}",
        State = static a => [Parameter("weight", a["num_embeddings"], a["embedding_dims"])],
        Arguments = static call =>
        {
            var rows = call.Arguments["num_embeddings"];
            call.Minimum("num_embeddings", rows, 0);
            call.Minimum("embedding_dims", call.Arguments["embedding_dims"], 0);
            if (call.Arguments["padding_idx"].Constant is { } padding && rows.Constant is { } count
                && (padding >= count || padding < -count))
            {
                call.Contradiction($"padding_idx {padding} is outside of the {count} embeddings");
            }
        },
        Output = static call => LookedUp(call, call.Arguments["embedding_dims"]),
    };

    public static readonly IReadOnlyList<LayerRule> All =
    [
        Embedding,
        new("Embedding_from_pretrained")
        {
            Types = TypeRule.OfWeights.Needing("input", ElementType.Int32 | ElementType.Int64),
            Role = Role.Embedding,
            Shapes = "*B -> *B embedding_dims",
            Reads = ["embeddings", "freeze", "padding_idx"],
            TakesIndexes = true,
            RefusedInOnnx = MaxNorm,

            // The table is a tensor of the running program.
            State = static _ => [new StateTensor("weight", Shape.UnknownRank, IsParameter: true)],
            Output = static call =>
            {
                call.Incomplete();
                return LookedUp(call, Dim.Unknown);
            },
        },
        new("EmbeddingBag")
        {
            Types = TypeRule.OfWeights.Needing("input", ElementType.Int32 | ElementType.Int64),
            Role = Role.Embedding,
            LeavesEmptyOpen = true,
            Shapes = "N T -> N embedding_dims",
            Further = 2,
            Reads = ["num_embeddings", "embedding_dims", "scale_grad_by_freq", "mode", "sparse", "include_last_offset", "padding_index"],
            TakesIndexes = true,
            RefusedInOnnx = MaxNorm,
            Brief = static a => $"{a["num_embeddings"]} x {a["embedding_dims"]}",
            State = static a => [Parameter("weight", a["num_embeddings"], a["embedding_dims"])],
            Arguments = static call =>
            {
                call.Minimum("num_embeddings", call.Arguments["num_embeddings"], 0);
                call.Minimum("embedding_dims", call.Arguments["embedding_dims"], 0);
                if (call.Arguments["padding_index"].Constant is { } padding && call.Arguments["num_embeddings"].Constant is { } count
                    && (padding >= count || padding < -count))
                {
                    call.Contradiction($"padding_index {padding} is outside of the {count} embeddings");
                }

                if (call.Arguments.Member("mode") == "Max" && (call.Arguments.Flag("sparse") is true
                    || call.Arguments.Flag("scale_grad_by_freq") is true))
                {
                    call.Contradiction("mode Max supports neither sparse nor scale_grad_by_freq");
                }
            },

            Output = static call => Bags(call, call.Arguments["embedding_dims"]),
        },
        new("EmbeddingBag_from_pretrained")
        {
            Types = TypeRule.OfWeights.Needing("input", ElementType.Int32 | ElementType.Int64),
            Role = Role.Embedding,
            LeavesEmptyOpen = true,
            Shapes = "N T -> N embedding_dims",
            Further = 2,
            Reads = ["embeddings", "freeze", "mode", "include_last_offset", "padding_index"],
            TakesIndexes = true,
            RefusedInOnnx = MaxNorm,
            State = static _ => [new StateTensor("weight", Shape.UnknownRank, IsParameter: true)],
            Output = static call =>
            {
                call.Incomplete();
                return Bags(call, Dim.Unknown);
            },
        },
    ];

    private static string? MaxNorm(LayerArguments arguments) =>
        arguments.IsNull("max_norm") ? null : "with max_norm a call changes the weights";

    /// <summary>Each row is a bag; of a flat input, what lies between two offsets is.</summary>
    private static Shape Bags(LayerCall call, Dim size)
    {
        if (call.FurtherShape(1) is { } weights)
        {
            if (call.Arguments.Member("mode") is { } mode && mode != "Sum")
            {
                call.Contradiction("weights of samples are for the mode Sum");
                return Shape.UnknownRank;
            }

            call.Same("the weights of the samples must have the input's shape", call.Input, weights);
        }

        if (call.FurtherShape(0) is { } offsets)
        {
            if (!call.Rank("(T) with offsets", 1) || offsets.Rank is not { } rank)
            {
                call.Incomplete();
                return Shape.UnknownRank;
            }

            if (rank != 1)
            {
                call.Contradiction($"the offsets must be (N), and are {offsets}");
                return Shape.UnknownRank;
            }

            if (call.Arguments.Flag("include_last_offset") is not { } last || offsets.Dims[0].IsUnknown)
            {
                return Shape.Of(call.Unknown(), size);
            }

            var least = Dim.Of(last ? 2 : 1);
            switch (Comparison.AtLeast(offsets.Dims[0], least, call.Facts))
            {
                case false:
                    call.Contradiction($"{(last ? "with include_last_offset " : "")}it needs {least} or more offsets");
                    return Shape.UnknownRank;
                case null:
                    call.Require(new Fact(offsets.Dims[0], Relation.AtLeast, least));
                    break;
            }

            return Shape.Of(offsets.Dims[0] - Dim.Of(last ? 1 : 0), size);
        }

        if (!call.Rank("(N, T), or (T) with offsets", 2))
        {
            return Shape.UnknownRank;
        }

        if (call.Arguments.Flag("include_last_offset") is true)
        {
            call.Contradiction("include_last_offset is for a flat input with offsets");
            return Shape.UnknownRank;
        }

        return Shape.Of(call.Input.Dims[0], size);
    }

    private static Shape LookedUp(LayerCall call, Dim size)
    {
        if (call.Input.IsUnknownRank)
        {
            call.Incomplete();
        }

        // Of no embeddings nothing can be looked up but nothing.
        if (call.Arguments["num_embeddings"].Constant == 0 && !call.Input.Dims.Any(d => d.Constant == 0))
        {
            if (call.Input.Rank is not null && call.Input.Dims.All(d => d.Constant is not null))
            {
                call.Contradiction("there are no embeddings to look up");
            }

            call.Incomplete();
            return Shape.UnknownRank;
        }

        return new Shape(call.Input.Variadic, [.. call.Input.Dims, size]);
    }
}
