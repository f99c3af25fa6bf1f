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
        Output = static call =>
        {
            if (call.Input.IsUnknownRank)
            {
                call.Incomplete();
                return new Shape("...", [call.Arguments["embedding_dims"]]);
            }

            return new Shape(call.Input.Variadic, [.. call.Input.Dims, call.Arguments["embedding_dims"]]);
        },
    };

    public static readonly IReadOnlyList<LayerRule> All = [Embedding];
}
