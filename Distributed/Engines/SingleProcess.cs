namespace Gen.Distributed.Engines;

/// <summary>One process: there is nobody to talk to.</summary>
internal sealed class SingleProcess : CommunicationEngine
{
    public override string Name => "one process";

    public override int Rank => 0;

    public override int Size => 1;

    public override void AllReduce(nint data, int count, ScalarType type, ReduceOp op)
    {
    }

    public override void Broadcast(nint data, int count, int root)
    {
    }

    public override void Abort(int exitCode) => Environment.Exit(exitCode);

    protected override void Dispose(bool disposing)
    {
    }
}
