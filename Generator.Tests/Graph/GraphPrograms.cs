using System.Diagnostics;
using System.Globalization;
using System.Runtime.Loader;
using System.Text.Json;
using Gen.Graph;
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
    /// <param name="Types">What of its values was compared.</param>
    /// <param name="Difference">Where the graph computes something else, or a value is not what it says; null where there is none.</param>
    internal sealed record Outcome(int Number, string[] Opaque, int Runs, TypeJudge.Figures Types, string? Difference);

    public static IReadOnlyList<Outcome> Try(int from, int to, ProgramForm form)
    {
        var outcomes = new List<Outcome>();
        for (var next = from; next < to; next++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(GraphPrograms).Assembly.Location, "graphs",
                Text(next), Text(to), form.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.Split('\t') is [var number, var opaque, var runs, var types, var difference])
                {
                    next = int.Parse(number, CultureInfo.InvariantCulture);
                    outcomes.Add(new(next, opaque.Split('|', StringSplitOptions.RemoveEmptyEntries),
                        int.Parse(runs, CultureInfo.InvariantCulture), JsonSerializer.Deserialize<TypeJudge.Figures>(types)!,
                        difference.Length == 0 ? null : difference));
                    next++;
                }
            }

            process.WaitForExit();
        }

        return outcomes;
    }

    /// <summary>What the process does: a line for each program.</summary>
    public static int Run(string from, string to, string of)
    {
        var form = Enum.Parse<ProgramForm>(of);
        var (first, end) = (int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture));
        var (programs, compared) = (0, new TypeJudge.Figures(0, 0, 0, 0, 0, 0));
        for (; first < end; first += Batch)
        {
            var last = Math.Min(first + Batch, end);
            var (image, cases) = ProgramCompiler.Compile(first, last, form);
            var models = ProgramCompiler.Models(first, last, form);
            var context = new AssemblyLoadContext("graphs", isCollectible: true);
            using var stream = new MemoryStream(image!);
            var assembly = context.LoadFromStream(stream);
            foreach (var program in cases.Where(c => c is { Type: not null, IsError: false }))
            {
                var graph = GraphTests.Typed(models[program.Number])!;
                var opaque = GraphTests.Opaque(graph.Body).Distinct().ToArray();
                var (runs, types, difference) = Compare(graph, assembly.GetType(program.Type!)!, program, opaque.Length == 0);
                Console.Out.WriteLine(string.Join('\t', Text(program.Number), Flat(string.Join("|", opaque)), Text(runs),
                    JsonSerializer.Serialize(types), Flat(difference ?? "")));
                Console.Out.Flush();
                (programs, compared) = (programs + 1, compared + types);
            }

            context.Unload();
        }

        Console.Error.WriteLine($"{Text(programs)} programs, {compared}");
        return 0;
    }

    private static (int Runs, TypeJudge.Figures Types, string? Difference) Compare(ModuleGraph graph, Type type, ProgramCase program,
        bool isComplete)
    {
        var runs = 0;
        var judge = new TypeJudge(n => Sizes.TryGetValue(n, out var size) ? size : null);
        if (!isComplete)
        {
            return (runs, judge.Compared, null);
        }

        var switches = type.Assembly.GetType("Ways")!;
        using var model = (nn.Module)Activator.CreateInstance(type, program.HasSize ? [Sizes["d"]] : [])!;
        var constructor = new Dictionary<string, object?>(StringComparer.Ordinal) { ["d"] = Sizes["d"] };
        foreach (var (isTraining, isDouble) in new[] { (false, false), (true, false), (false, true) })
        {
            if (isDouble)
            {
                // Operands of two types may end the process.
                if (program.MakesTensors || program.Types.Length > 0)
                {
                    continue;
                }

                model.to(float64);
            }

            foreach (var way in Enumerable.Range(0, 4).Where(w => (w & ~program.Ways) == 0))
            {
                switches.GetField("A")!.SetValue(null, (way & 1) == 1);
                switches.GetField("B")!.SetValue(null, (way & 2) == 2);
                var (ran, difference) = GraphJudge.Compare(graph, model, constructor, () => Inputs(program, isDouble), isTraining, judge);
                runs += ran ? 1 : 0;
                if (difference is not null)
                {
                    return (runs, judge.Compared, $"{(isTraining ? "train" : "eval")}{(isDouble ? " float64" : "")}: {difference}");
                }
            }
        }

        return (runs, judge.Compared, null);
    }

    private static object?[] Inputs(ProgramCase program, bool isDouble) =>
    [
        .. program.InputShapes.Select(s => ShapeParser.ParseShape(s).Shape!.Dims
            .Select(d => d.Substitute(n => Sizes.TryGetValue(n, out var size) ? Dim.Of(size) : null).Constant!.Value).ToArray())
            .Zip(program.Inputs, (shape, kind) => (shape, kind))
            .Select((input, i) => (object?)(program.Types.Length > 0 ? ProgramRun.Input(input.shape, input.kind, program.Types[i])
                : input.kind == Element.Index ? zeros(input.shape, dtype: int64)
                : randn(input.shape, dtype: isDouble ? float64 : float32))),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Flat(string text) => text.Replace('\t', ' ').ReplaceLineEndings(" ");
}
