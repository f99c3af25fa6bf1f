namespace Gen.Distributed.Checkpoints;

/// <summary>Gives every rank a copy of a file of rank 0, which the others' machines need not see.</summary>
internal static class SharedFile
{
    private const int PieceBytes = 1 << 24;

    public static void Broadcast(string path, ProcessGroup group)
    {
        if (group.Size == 1)
        {
            return;
        }

        using var file = group.Rank == 0 ? File.OpenRead(path) : File.Create(path);
        var length = group.AllReduce(group.Rank == 0 ? file.Length : 0L);
        for (var start = 0L; start < length; start += PieceBytes)
        {
            byte[]? piece = null;
            if (group.Rank == 0)
            {
                piece = new byte[Math.Min(PieceBytes, length - start)];
                file.ReadExactly(piece);
            }

            piece = group.Broadcast(piece, root: 0);
            if (group.Rank != 0)
            {
                file.Write(piece!);
            }
        }
    }
}
