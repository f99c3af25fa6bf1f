using System.Diagnostics;
using System.Globalization;
using System.Runtime.Loader;
using Gen.Checks;
using Gen.Evaluation;
using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using Gen.Tests.Rules.Operations.Programs;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>Runs random programs and their graphs, in a process of its own.</summary>
internal static class GraphPrograms
{
    private const int Batch = 50;

    private static readonly Dictionary<string, long> Sizes =
        new(StringComparer.Ordinal) { ["B"] = 3, ["T"] = 6, ["H"] = 8, ["d"] = 8 };

    /// <param name="Number">The program's number.</param>
    /// <param name="Opaque">What of it is not understood.</param>
    /// <param name="Runs">The runs that were compared.</param>
    /// <param name="Shapes">The tensors on the way whose shape was evaluated, and compared.</param>
    /// <param name="Difference">Where the graph computes something else, or a tensor has another shape; null where there is none.</param>
    internal sealed record Outcome(int Number, string[] Opaque, int Runs, int Shapes, string? Difference);

    public static IReadOnlyList<Outcome> Try(int from, int to)
    {
        var outcomes = new List<Outcome>();
        for (var next = from; next < to; next++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(GraphPrograms).Assembly.Location, "graphs",
                Text(next), Text(to)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.Split('\t') is [var number, var opaque, var runs, var shapes, var difference])
                {
                    next = int.Parse(number, CultureInfo.InvariantCulture);
                    outcomes.Add(new(next, opaque.Split('|', StringSplitOptions.RemoveEmptyEntries),
                        int.Parse(runs, CultureInfo.InvariantCulture), int.Parse(shapes, CultureInfo.InvariantCulture),
                        difference.Length == 0 ? null : difference));
                    next++;
                }
            }

            process.WaitForExit();
        }

        return outcomes;
    }

    /// <summary>What the process does: a line for each program.</summary>
    public static int Run(string from, string to)
    {
        var (first, end) = (int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture));
        for (; first < end; first += Batch)
        {
            var last = Math.Min(first + Batch, end);
            var (image, cases) = ProgramCompiler.Compile(first, last, areWrong: false);
            var models = ProgramCompiler.Models(first, last);
            var context = new AssemblyLoadContext("graphs", isCollectible: true);
            using var stream = new MemoryStream(image!);
            var assembly = context.LoadFromStream(stream);
            foreach (var program in cases.Where(c => c is { Type: not null, IsError: false }))
            {
                var graph = GraphBuilder.Of(models[program.Number])!;
                var opaque = GraphTests.Opaque(graph.Body).Distinct().ToArray();
                var record = new ShapeRecord();
                ModuleChecker.Check(models[program.Number], record, budget: null);
                var (runs, shapes, difference) = opaque.Length > 0 ? (0, 0, null)
                    : Compare(graph, assembly.GetType(program.Type!)!, program, record);
                Console.Out.WriteLine(string.Join('\t', Text(program.Number), Flat(string.Join("|", opaque)), Text(runs), Text(shapes),
                    Flat(difference ?? "")));
                Console.Out.Flush();
            }

            context.Unload();
        }

        return 0;
    }

    private static (int Runs, int Shapes, string? Difference) Compare(ModuleGraph graph, Type type, ProgramCase program,
        ShapeRecord record)
    {
        var (runs, shapes, other) = (0, 0, (string?)null);
        var switches = type.Assembly.GetType("Ways")!;
        using var model = (nn.Module)Activator.CreateInstance(type, program.HasSize ? [Sizes["d"]] : [])!;
        var constructor = new Dictionary<string, object?>(StringComparer.Ordinal) { ["d"] = Sizes["d"] };
        foreach (var (isTraining, isDouble) in new[] { (false, false), (true, false), (false, true) })
        {
            if (isDouble)
            {
                // Operands of two types may end the process.
                if (program.MakesTensors)
                {
                    continue;
                }

                model.to(float64);
            }

            foreach (var way in Enumerable.Range(0, 4).Where(w => (w & ~program.Ways) == 0))
            {
                switches.GetField("A")!.SetValue(null, (way & 1) == 1);
                switches.GetField("B")!.SetValue(null, (way & 2) == 2);
                var (ran, difference) = GraphJudge.Compare(graph, model, constructor, () => Inputs(program, isDouble), isTraining, Saw);
                runs += ran ? 1 : 0;
                if ((difference ??= other) is not null)
                {
                    return (runs, shapes, $"{(isTraining ? "train" : "eval")}{(isDouble ? " float64" : "")}: {difference}");
                }
            }
        }

        return (runs, shapes, null);

        // What was evaluated of a tensor on the way is so.
        void Saw(Anchor at, Tensor tensor)
        {
            if (at is not { Kind: AnchorKind.Body, Name: { } method } || record.At(method, at.Index) is not { Rank: { } rank } told)
            {
                return;
            }

            shapes++;
            var dims = told.Dims.Select(d => d.Substitute(n => Sizes.TryGetValue(n, out var size) ? Dim.Of(size) : null).Constant)
                .ToArray();
            if (rank != tensor.Dimensions || dims.Zip(tensor.shape).Any(d => d.First is { } size && size != d.Second))
            {
                other ??= $"{at.Index} of {method} is [{string.Join(", ", tensor.shape)}], evaluated as {told}";
            }
        }
    }

    private static object?[] Inputs(ProgramCase program, bool isDouble) =>
    [
        .. program.InputShapes.Select(s => ShapeParser.ParseShape(s).Shape!.Dims
            .Select(d => d.Substitute(n => Sizes.TryGetValue(n, out var size) ? Dim.Of(size) : null).Constant!.Value).ToArray())
            .Zip(program.Inputs, (shape, kind) => (object?)(kind == Element.Index ? zeros(shape, dtype: int64)
                : randn(shape, dtype: isDouble ? float64 : float32))),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Flat(string text) => text.Replace('\t', ' ').ReplaceLineEndings(" ");
}
