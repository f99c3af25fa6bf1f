using System.Runtime.InteropServices;
using Gen.Distributed;
using Gen.Distributed.Engines;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

/// <summary>An engine of the tests' own, whose other ranks are mirror images: they have the same numbers as this one.</summary>
internal sealed class Mirror(int size) : CommunicationEngine
{
    /// <summary>What it was asked for, without what the group asks for itself.</summary>
    public List<string> Asked { get; } = [];

    public override string Name => "a mirror";

    public override int Rank => 0;

    public override int Size => size;

    public override void AllReduce(nint data, int count, ScalarType type, ReduceOp op)
    {
        if (type == ScalarType.Int64 && op == ReduceOp.Max)
        {
            return;
        }

        Asked.Add($"{op} {count} {type}");
        if (type == ScalarType.Float32 && op == ReduceOp.Sum)
        {
            var numbers = new float[count];
            Marshal.Copy(data, numbers, 0, count);
            Marshal.Copy(Array.ConvertAll(numbers, n => n * size), 0, data, count);
        }
    }

    public override void Broadcast(nint data, int count, int root) => Asked.Add($"{count} bytes of {root}");

    public override void Abort(int exitCode) => Asked.Add($"abort {exitCode}");

    protected override void Dispose(bool disposing) => Asked.Add("end");
}
