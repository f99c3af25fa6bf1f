using System.Text;

namespace Gen.Distributed.Gradients;

/// <summary>Compares the models of all ranks before anything is reduced: other shapes would wait for ever, or add what does not belong
/// together.</summary>
internal static class ModelAgreement
{
    /// <exception cref="DistributedException">A rank's model has other names, shapes or types than that of rank 0.</exception>
    public static void Check(nn.Module model, ProcessGroup group)
    {
        if (group.Size == 1)
        {
            return;
        }

        string[] own = [.. Rows(model)];
        var first = Encoding.UTF8.GetString(group.Broadcast(Encoding.UTF8.GetBytes(string.Join('\n', own)), root: 0)!).Split('\n');
        var difference = Enumerable.Range(0, Math.Max(own.Length, first.Length))
            .FirstOrDefault(i => i >= own.Length || i >= first.Length || own[i] != first[i], defaultValue: -1);
        var rank = group.AllReduce(difference < 0 ? long.MaxValue : group.Rank, ReduceOp.Min);
        if (rank == long.MaxValue)
        {
            return;
        }

        var message = group.Rank != rank ? null
            : $"the models differ: rank {rank} has {Row(own, difference)}, rank 0 has {Row(first, difference)}.";
        throw new DistributedException(
            Encoding.UTF8.GetString(group.Broadcast(message is null ? null : Encoding.UTF8.GetBytes(message), (int)rank)!), speaker: 0);
    }

    private static IEnumerable<string> Rows(nn.Module model) =>
        model.named_parameters().Select(p => Row(p.name, p.parameter) + (p.parameter.requires_grad ? "" : ", frozen"))
            .Concat(model.named_buffers().Select(b => Row(b.name, b.buffer) + ", a buffer"));

    private static string Row(string name, Tensor tensor) => $"'{name}' {tensor.dtype} [{string.Join(", ", tensor.shape)}]";

    private static string Row(string[] rows, int i) => i < rows.Length && rows[i].Length > 0 ? rows[i] : "nothing more";
}
