namespace Gen.Distributed.Gradients;

/// <summary>The buffers of a model, such as the running means of batch norm: given to all ranks together, by element type.</summary>
internal sealed class FlatBuffers(nn.Module model)
{
    public void Broadcast(ProcessGroup group)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var buffers in model.named_buffers().Select(b => b.buffer).Where(b => b.numel() > 0)
            .GroupBy(b => (b.dtype, Device: b.device.ToString())))
        {
            var flat = cat([.. buffers.Select(b => b.reshape(-1))]);
            group.Broadcast(flat);
            if (group.Rank == 0)
            {
                continue;
            }

            var start = 0L;
            foreach (var buffer in buffers)
            {
                buffer.copy_(flat.narrow(0, start, buffer.numel()).view(buffer.shape));
                start += buffer.numel();
            }
        }
    }
}
