using System.Globalization;
using System.Security.Cryptography;
using Gen.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

/// <summary>What one rank does in the tests, as a program: <c>mpirun -n 2 dotnet Gen.Generator.Tests.dll rank train views 20</c>. Each line
/// that it prints begins with the number of the rank.</summary>
internal static partial class Ranks
{
    /// <summary>The variable with the folder into which each rank writes its lines too: launchers mix what ranks print, within
    /// lines.</summary>
    public const string Output = "GEN_TESTS_RANKS";

    public static int Run(string scenario, string[] arguments)
    {
        if (scenario == "init")
        {
            using var group = ProcessGroup.Init();
            Print(group, $"size {group.Size} with {group.Engine}");
            return 0;
        }

        set_num_threads(1);
        switch (scenario)
        {
            case "models":
                Models();
                return 0;
            case "collectives":
                Collectives();
                return 0;
            case "train":
                Train(arguments[0].Split(','), Number(arguments[1]));
                return 0;
            case "large":
                Large();
                return 0;
            case "resume":
                Resume(arguments[0]);
                return 0;
            default:
                return Fail(scenario, arguments);
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Print(ProcessGroup group, string line)
    {
        Console.Out.Write($"{group.Rank}: {line}\n");
        Console.Out.Flush();
        if (Environment.GetEnvironmentVariable(Output) is { } folder)
        {
            File.AppendAllText(Path.Combine(folder, $"{group.Rank}"), $"{line}\n");
        }
    }

    private static string Text(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = tensor.is_complex() ? view_as_real(tensor.contiguous()).reshape(-1) : tensor.reshape(-1);
        return string.Join(' ', values.to(ScalarType.Float64).data<double>().ToArray()
            .Select(v => v.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The parameters and buffers, bit for bit.</summary>
    private static string Hash(nn.Module model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in model.state_dict())
        {
            hash.AppendData(tensor.bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    private static void Collectives()
    {
        using var group = ProcessGroup.Init();
        Print(group, $"size {group.Size} with {group.Engine}");
        var rank = group.Rank;
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Byte,
            ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64 })
        {
            foreach (var op in new[] { ReduceOp.Sum, ReduceOp.Max, ReduceOp.Min, ReduceOp.Product })
            {
                using var x = tensor(new[] { 1 + rank, 2, 3 - rank }).to(type);
                group.AllReduce(x, op);
                Print(group, $"{op} {type}: {Text(x)}");
            }

            using var given = (arange(4) * (rank + 1)).to(type);
            group.Broadcast(given, root: group.Size - 1);
            Print(group, $"Broadcast {type}: {Text(given)}");
        }

        foreach (var op in new[] { ReduceOp.Max, ReduceOp.Min })
        {
            using var flags = tensor(new[] { rank == 0, true, false });
            group.AllReduce(flags, op);
            Print(group, $"{op} Bool: {Text(flags)}");
        }

        using var truth = tensor(new[] { rank == 0, rank != 0, true });
        group.Broadcast(truth);
        Print(group, $"Broadcast Bool: {Text(truth)}");
        using var complex = torch.complex(full(2, rank + 1.0), full(2, 5.0));
        group.Broadcast(complex);
        Print(group, $"Broadcast complex: {Text(complex)}");

        // 2^60 + 1 is no double.
        Print(group, $"exact: {group.AllReduce(rank == 0 ? (1L << 60) + 1 : 0)}");
        Print(group, $"mean: {group.AllReduce(rank + 0.5, ReduceOp.Average).ToString(CultureInfo.InvariantCulture)}");

        using var columns = (ones(2, 3) * (rank + 1)).t();
        group.AllReduce(columns, ReduceOp.Average);
        Print(group, $"not contiguous: {Text(columns)}");
        using var empty = zeros(0, 4);
        group.AllReduce(empty);
        using var scalar = tensor((float)rank);
        group.AllReduce(scalar);
        Print(group, $"empty {empty.numel()}, scalar {Text(scalar)}");

        group.PieceElements = 3;
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Int64 })
        {
            using var pieces = (arange(8) + rank).to(type);
            group.AllReduce(pieces);
            Print(group, $"in pieces {type}: {Text(pieces)}");
            using var given = (arange(8) + (10 * rank)).to(type);
            group.Broadcast(given);
            Print(group, $"given in pieces {type}: {Text(given)}");
        }

        Refused(group, () => group.AllReduce(truth));
        Refused(group, () => group.AllReduce(complex));
        Refused(group, () => group.AllReduce(3L, ReduceOp.Average));
        Refused(group, () => group.Broadcast(truth, root: group.Size));

        // MPI has handlers of signals too; an exception of .NET is still one.
        try
        {
            _ = ((string?)null)!.Length;
        }
        catch (NullReferenceException)
        {
            Print(group, "null is caught");
        }

        group.Barrier();
    }

    private static void Refused(ProcessGroup group, Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException e)
        {
            Print(group, $"refused: {e.Message.Split('\n')[0]}");
        }
    }

    /// <summary>More than 2^31 numbers in one tensor.</summary>
    private static void Large()
    {
        using var group = ProcessGroup.Init();
        using var bytes = zeros((1L << 31) + 5, ScalarType.Byte);
        bytes[^1] = tensor(group.Rank + 3, ScalarType.Byte);
        bytes[0] = tensor(group.Rank, ScalarType.Byte);
        group.AllReduce(bytes);
        Print(group, $"sum {bytes[0].ToInt64()} {bytes[^1].ToInt64()}");
        bytes[^1] = tensor(group.Rank + 7, ScalarType.Byte);
        group.Broadcast(bytes, root: 1);
        Print(group, $"given {bytes[^1].ToInt64()}");
    }
}
