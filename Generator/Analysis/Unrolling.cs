using System.Globalization;
using Gen.Graph;
using Gen.Shapes;

namespace Gen.Analysis;

/// <summary>A way with numbers in the place of names: its loops turn by turn, the key of each turn's layer in the place of
/// <c>*</c>.</summary>
internal static class Unrolling
{
    private const int MostSteps = 20_000;

    /// <summary>The way that the sizes choose; where they do not tell, all that may be taken.</summary>
    public static IEnumerable<ExecutionPath> Choose(Trace graph, Func<string, Dim?> value)
    {
        var open = graph.Paths.Select(w => (Way: w, When: w.When.Substitute(value))).Where(w => w.When.Constant is not 0).ToArray();
        return (open.Any(w => w.When.Constant is not null) ? open.Where(w => w.When.Constant is not null).Take(1) : open).Select(
            w => w.Way);
    }

    /// <summary>The same way without loops, as far as the number of their turns is known.</summary>
    public static ExecutionPath Unroll(ExecutionPath way, Func<string, Dim?> value)
    {
        // Outermost last: a loop in a loop is unrolled before the one around it.
        foreach (var loop in way.Loops.OrderBy(l => l.Count).ThenBy(l => l.First))
        {
            if (loop.Times.Substitute(value).Constant is not (>= 0 and var times) || (times * loop.Count) + way.Steps.Count > MostSteps)
            {
                break;
            }

            return Unroll(Turns(way, loop, (int)times), value);
        }

        return !way.Steps.Any(static s => s.Name.Contains('{')) ? way
            : way with { Steps = way.Steps.Select(s => s with { Name = Key(s.Name, value) }).ToArray() };
    }

    /// <summary>A name with numbers in the place of what stands in braces.</summary>
    private static string Key(string name, Func<string, Dim?> value)
    {
        for (var from = name.IndexOf('{'); from >= 0 && name.IndexOf('}', from) is var to and > 0; from = name.IndexOf('{', from + 1))
        {
            if (ShapeParser.ParseDim(name.Substring(from + 1, to - from - 1)).Dim?.Substitute(value).Constant is { } number)
            {
                name = name.Substring(0, from) + number.ToString(CultureInfo.InvariantCulture) + name.Substring(to + 1);
            }
        }

        return name;
    }

    private static ExecutionPath Turns(ExecutionPath way, TraceLoop loop, int times)
    {
        var first = Value(way, loop.First);
        var width = Value(way, loop.First + loop.Count) - first;
        var steps = way.Steps.Take(loop.First).ToList();
        for (var turn = 0; turn < times; turn++)
        {
            foreach (var step in way.Steps.Skip(loop.First).Take(loop.Count))
            {
                var number = turn.ToString(CultureInfo.InvariantCulture);
                steps.Add(Moved(step, v => Within(v, turn)) with
                {
                    Name = step.Name.Replace(step.Name.Contains('{') ? TraceLoop.TurnOfKey : TraceLoop.Turn, number),
                });
            }
        }

        steps.AddRange(way.Steps.Skip(loop.First + loop.Count).Select(s => Moved(s, After)));
        var shift = (times - 1) * loop.Count;
        return way with
        {
            Steps = steps,
            Results = way.Results.Select(After).ToArray(),
            Loops = way.Loops.Where(l => l != loop).Select(l => l.First > loop.First
                ? l with { First = l.First + shift, Carried = l.Carried.Select(c => (After(c.Before), After(c.After))).ToArray() }
                : l.First + l.Count >= loop.First + loop.Count
                ? l with { Count = l.Count + shift, Carried = l.Carried.Select(c => (c.Before, After(c.After))).ToArray() } : l).ToArray(),
        };

        // What a turn takes: its own values, those of the turn before where they are carried on, those from before the loop.
        int Within(int value, int turn)
        {
            for (; value < first; turn--)
            {
                if (turn <= 0 || loop.Carried.FirstOrDefault(c => c.Before == value) is not { After: > 0 and var after })
                {
                    return value;
                }

                value = after;
            }

            return value + (turn * width);
        }

        // What comes after takes the last turn's values; with no turn at all, those from before.
        int After(int value)
        {
            if (value < first)
            {
                return value;
            }

            return value >= first + width ? value + ((times - 1) * width)
                : times > 0 ? value + ((times - 1) * width)
                : loop.Carried.FirstOrDefault(c => c.After == value).Before;
        }
    }

    private static TraceStep Moved(TraceStep step, Func<int, int> move) => step with
    {
        Operands = step.Operands.Select(move).ToArray(),
        Holds = step.Holds.Select(move).ToArray(),
        Outputs = step.Outputs.Select(s => s.Of < 0 ? s : s with { Of = move(s.Of) }).ToArray(),
    };

    /// <summary>The number of the first value that a step gives.</summary>
    private static int Value(ExecutionPath way, int step) => way.Inputs.Count + way.Steps.Take(step).Sum(s => s.Outputs.Count);
}
