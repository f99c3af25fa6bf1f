using Gen.Distributed;
using Gen.Distributed.Engines;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

/// <summary>An engine of the tests' own, for one process: what it is asked for is written down.</summary>
internal sealed class Alone : CommunicationEngine
{
    public List<string> Asked { get; } = [];

    public override string Name => "alone";

    public override int Rank => 0;

    public override int Size => 1;

    public override void AllReduce(nint data, int count, ScalarType type, ReduceOp op) => Asked.Add($"{op} {count} {type}");

    public override void Broadcast(nint data, int count, int root) => Asked.Add($"{count} bytes of {root}");

    public override void Abort(int exitCode) => Asked.Add($"abort {exitCode}");

    protected override void Dispose(bool disposing) => Asked.Add("end");
}
