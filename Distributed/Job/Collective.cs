using System.Globalization;

namespace Gen.Distributed.Job;

/// <summary>An operation in which all ranks take part.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Count">How many numbers it is for.</param>
/// <param name="Type">Their type.</param>
/// <param name="Op">How they are reduced.</param>
/// <param name="Root">Whose are given to all.</param>
internal readonly record struct Collective(int Kind, long Count = 0, ScalarType Type = ScalarType.Byte, ReduceOp Op = ReduceOp.Sum,
    int Root = 0)
{
    public const int Barrier = 1;
    public const int Reduce = 2;
    public const int Broadcast = 3;
    public const int End = 4;

    /// <summary>What is not the count, in one number.</summary>
    public long Detail => (long)(uint)Kind | ((long)(byte)Type << 8) | ((long)(uint)Op << 16) | ((long)(uint)Root << 24);

    public static Collective Of(long detail, long count) => new((int)(detail & 0xff), count, (ScalarType)(sbyte)((detail >> 8) & 0xff),
        (ReduceOp)((detail >> 16) & 0xff), (int)(detail >> 24));

    /// <summary>What a rank does, after its number and its step.</summary>
    public override string ToString() => Kind switch
    {
        Barrier => "waits at a Barrier",
        Reduce => string.Create(CultureInfo.InvariantCulture, $"reduces {Count:N0} {Type} ({Op})"),
        Broadcast when Count == 0 => string.Create(CultureInfo.InvariantCulture, $"broadcasts from rank {Root}"),
        Broadcast => string.Create(CultureInfo.InvariantCulture, $"broadcasts {Count:N0} {Type} from rank {Root}"),
        _ => "has ended",
    };
}
