using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>Holds what was said of random programs, and the shapes of the walk, against the programs as they run.</summary>
internal static class ProgramJudge
{
    /// <summary>The sizes of the runs; the writer has those of the first in mind.</summary>
    private static readonly Dictionary<string, long>[] Sizes =
    [
        new(StringComparer.Ordinal) { ["B"] = 3, ["T"] = 6, ["H"] = 8, ["d"] = 8 },
        new(StringComparer.Ordinal) { ["B"] = 1, ["T"] = 4, ["H"] = 5, ["d"] = 8 },
        new(StringComparer.Ordinal) { ["B"] = 5, ["T"] = 7, ["H"] = 12, ["d"] = 4 },
        new(StringComparer.Ordinal) { ["B"] = 2, ["T"] = 9, ["H"] = 16, ["d"] = 12 },
    ];

    /// <summary>What the process does: for each line with an assembly, its cases and the first of them, a line when a program begins and
    /// one when it is judged.</summary>
    public static int Serve()
    {
        while (Console.In.ReadLine()?.Split('\t') is [var image, var file, var first])
        {
            var cases = JsonSerializer.Deserialize<ProgramCase[]>(File.ReadAllText(file))!;
            var context = new AssemblyLoadContext("programs", isCollectible: true);
            using var stream = new MemoryStream(File.ReadAllBytes(image));
            var assembly = context.LoadFromStream(stream);
            foreach (var program in cases.Skip(int.Parse(first, CultureInfo.InvariantCulture)))
            {
                Say("begin");
                Say(JsonSerializer.Serialize(Judge(program, assembly)));
            }

            Say("end");
            context.Unload();
        }

        return 0;
    }

    private static IEnumerable<Dictionary<string, long>> Others(int number)
    {
        var random = new Random(number);
        return Enumerable.Range(0, 300)
            .Select(_ => Sizes[0].Keys.ToDictionary(k => k, _ => random.NextInt64(1, 20), StringComparer.Ordinal));
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }

    private static Verdict Judge(ProgramCase program, Assembly assembly)
    {
        var contradictions = program.Strange.ToList();
        var (type, switches) = (assembly.GetType(program.Type!)!, assembly.GetType("Ways")!);
        var names = program.FreeNames.Append("d").ToArray();
        var (ran, failed, rows, runs, alwaysFails, ofTypes) = (false, (string?)null, 0, 0, true, (string?)null);
        var isTyped = program.Types.Length > 0;
        foreach (var at in Sizes.Concat(program is { IsError: true, AsksForSizes: true } ? Others(program.Number) : [])
            .DistinctBy(s => string.Join(",", names.Select(n => s.GetValueOrDefault(n)))))
        {
            // Others are only for an error on a way that none of the first goes.
            if (failed is not null && !Sizes.Contains(at))
            {
                break;
            }

            var fails = false;
            foreach (var way in Enumerable.Range(0, 4).Where(w => (w & ~program.Ways) == 0))
            {
                switches.GetField("A")!.SetValue(null, (way & 1) == 1);
                switches.GetField("B")!.SetValue(null, (way & 2) == 2);
                runs++;
                var run = ProgramRun.Of(type, program, at);
                var error = run.Error ?? (program.IsError && run.HasAnotherResult(program, at) ? "the result is not the declared one"
                    : null);
                ran |= runs == 1 && error is null;
                fails |= error is not null;
                if (error is not null)
                {
                    var sizes = names.Where(at.ContainsKey).Select(n => $"{n} = {at[n].ToString(CultureInfo.InvariantCulture)}");
                    failed ??= $"{string.Join(", ", sizes)}: {error}";
                }

                if (isTyped && error is not null && Verdict.IsOfTypes(error))
                {
                    // What is certain alone is reported: a type that is not known is no contradiction.
                    ofTypes ??= error;
                }
                else if (error is not null && !program.IsError && program.IsGuarded
                    && !error.StartsWith(nameof(ShapeMismatchException), StringComparison.Ordinal))
                {
                    contradictions.Add($"a check at run time is announced ({program.Message}), but it fails otherwise: {error}");
                }
                else if (error is null && !program.IsError)
                {
                    rows += run.Compare(program, at, contradictions);
                }
            }

            alwaysFails &= fails;
        }

        // What asks for no size fails for every size. That a layer cannot be built for want of a number is no word about calls.
        if (program.IsError && !program.Message.Contains("cannot be inferred: no call reaches it", StringComparison.Ordinal)
            && (failed is null || (!alwaysFails && !program.AsksForSizes)))
        {
            contradictions.Add($"{program.Message}, but it runs");
        }

        if (isTyped && program.Says == "GEN1012" && failed is not null && ofTypes is null)
        {
            contradictions.Add($"{program.Message}, but it fails otherwise: {failed}");
        }

        if (program.Says.Length == 0 && failed is not null && ofTypes is null)
        {
            contradictions.Add($"nothing is said, but it fails: {failed}");
        }

        return new Verdict(program.Number, program.Says, ran, failed is not null,
            program.Output?.Contains('_', StringComparison.Ordinal) == false, rows, runs, [.. contradictions.Take(3)])
        {
            OfTypes = ofTypes,
        };
    }
}
