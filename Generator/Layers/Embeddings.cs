using Gen.Shapes;
using static Gen.Layers.StateTensor;

namespace Gen.Layers;

/// <summary>Tables looked up by index.</summary>
internal static class Embeddings
{
    public static readonly LayerRule Embedding = new("Embedding")
    {
        Shapes = "*B -> *B embedding_dims",
        Reads = ["num_embeddings", "embedding_dims", "padding_idx"],
        TakesIndexes = true,
        Brief = static a => $"{a["num_embeddings"]} x {a["embedding_dims"]}",
        State = static a => [Parameter("weight", a["num_embeddings"], a["embedding_dims"])],
        Arguments = static call =>
        {
            var rows = call.Arguments["num_embeddings"];
            call.Minimum("num_embeddings", rows, 0);
            call.Minimum("embedding_dims", call.Arguments["embedding_dims"], 0);
            if (call.Arguments["padding_idx"].Constant is { } padding && rows.Constant is { } count && (padding >= count || padding < -count))
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
            Shapes = "*B -> *B embedding_dims",
            Reads = ["embeddings", "freeze", "padding_idx"],
            TakesIndexes = true,

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
            Shapes = "N T -> N embedding_dims",
            Reads = ["num_embeddings", "embedding_dims", "mode", "include_last_offset", "padding_index"],
            TakesIndexes = true,
            Brief = static a => $"{a["num_embeddings"]} x {a["embedding_dims"]}",
            State = static a => [Parameter("weight", a["num_embeddings"], a["embedding_dims"])],
            Arguments = static call =>
            {
                call.Minimum("num_embeddings", call.Arguments["num_embeddings"], 0);
                call.Minimum("embedding_dims", call.Arguments["embedding_dims"], 0);
            },

            // With one input, each row is a bag; a flat input needs offsets.
            Output = static call => call.Rank("(N, T)", 2) ? Shape.Of(call.Input.Dims[0], call.Arguments["embedding_dims"]) : Shape.UnknownRank,
        },
        new("EmbeddingBag_from_pretrained")
        {
            Shapes = "N T -> N embedding_dims",
            Reads = ["embeddings", "freeze", "mode", "include_last_offset", "padding_index"],
            TakesIndexes = true,
            State = static _ => [new StateTensor("weight", Shape.UnknownRank, IsParameter: true)],
            Output = static call =>
            {
                call.Incomplete();
                return call.Rank("(N, T)", 2) ? Shape.Of(call.Input.Dims[0], Dim.Unknown) : Shape.UnknownRank;
            },
        },
    ];

    private static Shape LookedUp(LayerCall call, Dim size)
    {
        if (call.Input.IsUnknownRank)
        {
            call.Incomplete();
        }

        return new Shape(call.Input.Variadic, [.. call.Input.Dims, size]);
    }
}
