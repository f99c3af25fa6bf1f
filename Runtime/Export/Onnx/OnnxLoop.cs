using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

internal sealed partial class OnnxInterpreter
{
    /// <summary>
    /// A loop whose number of turns only a call knows. One turn is written, again and again, until it is known of each value that a
    /// turn gives the next how it changes: by a fixed step, in its sizes, or in its numbers alone.
    /// </summary>
    private sealed class OnnxLoop(OnnxInterpreter interpreter, ExportNode.Loop loop, object?[] starts, OnnxSeries? series)
    {
        private const int MostTries = 12;
        private readonly OnnxBuilder b = interpreter.Builder;
        private readonly List<OnnxCarried> carried = [.. starts.SelectMany(Leaves).Select(static s => new OnnxCarried(s))];
        private readonly List<(OnnxValue Old, OnnxCarried Carried)> replaced = [];
        private readonly HashSet<object> grown = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<int> within = [.. Defined([loop])];
        private readonly string name = interpreter.Builder.NameOf("Loop");
        private bool breaks;

        public OnnxOutcome Run()
        {
            var before = interpreter.frames;
            for (var tries = 0; tries < MostTries; tries++)
            {
                var turn = Turn(before);
                if (IsSettled(before, turn))
                {
                    interpreter.frames = before;
                    return new OnnxOutcome.End(null, Finish(turn));
                }
            }

            throw Refused("what it hands from turn to turn is not followed");
        }

        private IEnumerable<OnnxCarried> All => carried.Concat(replaced.Select(static r => r.Carried));

        /// <summary>Writes a turn.</summary>
        private OnnxTurn Turn(List<Dictionary<int, object?>> before)
        {
            var turn = new OnnxTurn(b.NewBlock(), b.NewSize());
            var instead = grown.Select(g => (g, (object)(turn.Grown[g] = new OnnxGrowing()))).ToArray();
            interpreter.frames = OnnxFrames.Copy(before, instead);
            b.In(turn.Block, () =>
            {
                var iteration = b.BlockInput(b.Unique($"{name}.turn"), ScalarType.Int64, []);
                b.BlockInput(b.Unique($"{name}.goes"), ScalarType.Bool, []);
                b.Block.SetSize(turn.Number.ToString(), b.Node("Add", [b.Reshape(iteration, [Dim.One]), b.Ints(1)], ScalarType.Int64, [1]));
                foreach (var one in All)
                {
                    one.Enter(b, turn.Number - 1, name);
                }

                foreach (var (old, one) in replaced)
                {
                    interpreter.Instead(old, (OnnxValue)one.Within!);
                }

                turn.Entry = OnnxFrames.Copy(interpreter.frames);
                if (series is not null)
                {
                    interpreter.Values[loop.Item!.Number] = series.At(turn.Number - 1);
                }

                interpreter.Set([.. loop.Carried.Select(static c => c.Within)], Built([.. carried.Select(static c => c.Within)]));
                turn.Test = interpreter.Test(loop);
                var end = TestOf(loop);
                var outcome = interpreter.Then(interpreter.Run(loop.Body, end + 1), e => e.Left is null
                    ? new OnnxOutcome.End(null, [true, .. e.Values]) : e.Left == loop.Label
                    ? new OnnxOutcome.End(null, [false, .. e.Values])
                    : throw Refused("it is left by 'return'. Keep the result in a variable, and write break"));
                if (outcome is not OnnxOutcome.End { Values: [var goesOn, .. var values] })
                {
                    throw Refused("it always ends by an exception");
                }

                turn.GoesOn = goesOn is OnnxUnknown unknown ? throw unknown.Refused() : goesOn;
                turn.Results = [.. values.SelectMany(Leaves)];
                turn.Values = values;
                turn.Frames = interpreter.frames;
                return true;
            });
            return turn;
        }

        /// <summary>Whether the turn that was written holds for all; else what was learned of it is kept for the next try.</summary>
        private bool IsSettled(List<Dictionary<int, object?>> before, OnnxTurn turn)
        {
            if (turn.Results.Count != carried.Count)
            {
                throw Refused("a list or a tuple has another number of items in each turn");
            }

            var isSettled = true;
            for (var i = 0; i < carried.Count; i++)
            {
                isSettled &= carried[i].Learn(b, turn.Results[i], Refused);
            }

            // What was there before it, and is changed in it: a list that grows, a tensor that is changed in place.
            var found = new Dictionary<OnnxValue, OnnxValue>();
            for (var f = 0; f < before.Count; f++)
            {
                foreach (var (number, value) in before[f])
                {
                    if (f < before.Count - 1 || !within.Contains(number))
                    {
                        isSettled &= Same(value, turn.Entry[f][number], turn.Frames[f][number], found);
                    }
                }
            }

            foreach (var (old, one) in replaced)
            {
                isSettled &= one.Learn(b, found.Remove((OnnxValue)one.Within!, out var now) ? now : one.Within, Refused);
            }

            foreach (var old in found.Keys)
            {
                replaced.Add((old, new(old)));
                isSettled = false;
            }

            breaks = turn.GoesOn is not true;
            return isSettled;
        }

        private bool Same(object? before, object? entry, object? after, Dictionary<OnnxValue, OnnxValue> found)
        {
            switch (before, entry, after)
            {
                case (_, OnnxGrowing, OnnxGrowing growing):
                    return growing.Added.All(static a => a is OnnxValue) ? true : throw Refused("a list is filled with what is no tensor");
                case (_, OnnxGrowing, _):
                    throw Refused("it adds to a list in some of its turns");
                case (List<object?> list, List<object?> x, List<object?> y) when x.Count < y.Count:
                    grown.Add(list);
                    return false;
                case (List<object?> list, List<object?> x, List<object?> y) when x.Count == y.Count:
                    return Enumerable.Range(0, x.Count).Select(i => Same(list[i], x[i], y[i], found)).ToList().TrueForAll(static s => s);
                case (ExportMap map, ExportMap x, ExportMap y) when x.Items.Count == y.Items.Count:
                    return Enumerable.Range(0, x.Items.Count).Select(i => Same(map.Items[i], x.Items[i], y.Items[i], found)).ToList()
                        .TrueForAll(static s => s);
                case (_, OnnxValue x, OnnxValue y):
                    if (!ReferenceEquals(x, y))
                    {
                        found[x] = y;
                    }

                    return true;
                default:
                    return Equals(entry, after) || entry is Func<object?[], object?> ? true
                        : throw Refused("what a list or a dictionary holds changes in it");
            }
        }

        /// <summary>The node, and what there is after it.</summary>
        private object?[] Finish(OnnxTurn turn)
        {
            var count = series?.Count ?? Count(turn);
            var isCounted = count is not null && !breaks;
            object? first = null;
            var inputs = All.Where(static c => c.IsHandedOn).ToList();
            var block = turn.Block;
            if (count is null && TestOf(loop) >= 0)
            {
                interpreter.Set([.. loop.Carried.Select(static c => c.Within)], starts);
                first = interpreter.Test(loop);
            }

            block.Name = $"{name}.body";
            var outputs = new List<OnnxValue>();
            Dim? turns = null;
            OnnxValue? counter = null;
            if (!isCounted)
            {
                // The number of turns and one more is a number above 0, as a name is.
                counter = new(b.Unique($"{name}.count"), ScalarType.Int64, [Dim.One]);
                var size = b.NewSize();
                b.Block.SetSize(size.ToString(), counter);
                turns = size - 1;
            }

            var rows = turns ?? count!;
            b.In(block, () =>
            {
                b.BlockOutput(GoesOn(turn, count is null));
                if (counter is not null)
                {
                    var so = b.BlockInput(b.Unique($"{name}.counted"), ScalarType.Int64, [Dim.One]);
                    b.BlockOutput(b.Node("Add", [so, b.Ints(1)], ScalarType.Int64, [1]));
                    outputs.Add(counter);
                }

                return true;
            });
            var given = new List<OnnxValue?> { count is null ? null : b.Squeeze(b.Size(count), 0), first switch
            {
                OnnxValue open => b.Single(open),
                _ => b.Scalar(true, ScalarType.Bool),
            } };
            if (counter is not null)
            {
                given.Add(b.Ints(1));
            }

            // The values that are handed on stand behind it, in one order.
            if (counter is not null)
            {
                var last = block.Inputs[^1];
                block.Inputs.RemoveAt(block.Inputs.Count - 1);
                block.Inputs.Insert(2, last);
            }

            foreach (var one in inputs)
            {
                given.Add(one.Given(b));
                b.In(block, () =>
                {
                    b.BlockOutput(one.Result(b));
                    return true;
                });
                outputs.Add(one.After(b, name));
            }

            var scans = turn.Grown.Where(static g => g.Value.Added.Count > 0)
                .Select(g => (g.Key, g.Value.Added, Output: Scan(block, g.Value, rows))).ToArray();
            outputs.AddRange(scans.Select(static s => s.Output));
            b.Add("Loop", name, given, outputs, ("body", block));
            foreach (var one in All)
            {
                one.Leave(rows);
            }

            foreach (var (old, one) in replaced)
            {
                interpreter.Instead(old, (OnnxValue)one.Final!);
            }

            if (scans.Length > 0)
            {
                interpreter.frames = OnnxFrames.Copy(interpreter.frames, [.. scans.Select(s => (s.Key,
                    (object)OnnxSeries.Of(b, Listed((List<object?>)s.Key, s.Added.Count, s.Output), 0)))]);
            }

            return Built([.. carried.Select(static c => c.Final)]);
        }

        /// <summary>What was in the list before, and behind it what the turns have added.</summary>
        private OnnxValue Listed(List<object?> before, int each, OnnxValue scanned)
        {
            var rows = each == 1 ? scanned : b.Reshape(scanned, [scanned.Dims[0] * scanned.Dims[1], .. scanned.Dims.Skip(2)]);
            return before.Count == 0 ? rows : b.Concat([.. before.Select(i => i is OnnxValue tensor && tensor.Type == rows.Type
                && tensor.Rank == rows.Rank - 1 ? b.Unsqueeze(tensor, 0)
                : throw Refused("a list that it fills held something else before it")), rows], 0);
        }

        /// <summary>What the turns add to a list, as one tensor.</summary>
        private OnnxValue Scan(OnnxBlock block, OnnxGrowing growing, Dim rows)
        {
            var added = growing.Added.Cast<OnnxValue>().ToArray();
            var (type, dims) = (added[0].Type, added[0].Dims);
            if (added.Any(a => a.Type != type || !a.Dims.SequenceEqual(dims)) || !dims.All(b.Knows))
            {
                throw Refused("what it adds to a list has another size in each turn");
            }

            b.In(block, () =>
            {
                b.BlockOutput(added.Length == 1 ? added[0] : b.Concat([.. added.Select(a => b.Unsqueeze(a, 0))], 0));
                return true;
            });
            return new(b.Unique($"{name}.all"), type, [rows, .. added.Length == 1 ? [] : new[] { Dim.Of(added.Length) }, .. dims]);
        }

        /// <summary>Whether there is a turn after this one.</summary>
        private OnnxValue GoesOn(OnnxTurn turn, bool isTested)
        {
            if (!isTested || TestOf(loop) < 0)
            {
                return Truth(turn.GoesOn);
            }

            var outer = interpreter.frames;
            interpreter.frames = turn.Frames;
            var test = turn.GoesOn is OnnxValue open
                ? interpreter.Fork(open, Next, static () => new OnnxOutcome.End(null, [false])) : Next();
            interpreter.frames = outer;
            return test is OnnxOutcome.End { Values: [var goesOn] } ? Truth(goesOn) : throw Refused("whether it goes on cannot be told");

            OnnxOutcome Next()
            {
                interpreter.Set([.. loop.Carried.Select(static c => c.Within)], turn.Values);
                return new OnnxOutcome.End(null, [interpreter.Test(loop)]);
            }

            OnnxValue Truth(object? truth) => truth switch
            {
                OnnxValue tensor => b.Single(b.Cast(tensor, ScalarType.Bool)),
                OnnxUnknown unknown => throw unknown.Refused(),
                _ => b.Scalar(truth!, ScalarType.Bool),
            };
        }

        /// <summary>How many turns there are, where a size is compared with one that grows; null where something else tells.</summary>
        private Dim? Count(OnnxTurn turn)
        {
            if (turn.Test is not OnnxValue { Compared: { } compared })
            {
                return null;
            }

            var (op, x, y) = compared;
            var rest = op switch { "<" => y - x, "<=" => y - x + 1, ">" => x - y, ">=" => x - y + 1, _ => Dim.Unknown };
            if (rest.IsUnknown || turn.Number.AsName is not { } number)
            {
                return null;
            }

            var first = At(rest, 1);
            var step = first - At(rest, 2);
            return step.Constant is { } each and > 0 && b.Knows(first) && rest.Equals(first - ((turn.Number - 1) * each))
                ? AtLeastZero(each == 1 ? first : Dim.FloorDiv(first + (each - 1), each)) : null;

            Dim At(Dim dim, long turn) => dim.Substitute(n => n == number ? Dim.Of(turn) : null);

            static Dim AtLeastZero(Dim dim) => Comparison.AtLeast(dim, Dim.Zero, Facts.None) == true ? dim : Dim.Max(dim, Dim.Zero);
        }

        /// <summary>The values with the lists and tuples around them.</summary>
        private object?[] Built(IReadOnlyList<object?> leaves)
        {
            var next = 0;
            return [.. starts.Select(Build)];

            object? Build(object? start) => start is List<object?> list and not ExportPair
                ? list.Select(Build).ToList() : leaves[next++];
        }

        private static IEnumerable<object?> Leaves(object? value) => value is List<object?> list and not ExportPair
            ? list.SelectMany(Leaves) : [value];

        private static NotExportableException Refused(string why) => new($"only a call knows how often a loop turns, and {why}");
    }

    private void Instead(OnnxValue old, OnnxValue by)
    {
        foreach (var frame in frames)
        {
            foreach (var (number, value) in frame.ToArray())
            {
                frame[number] = Replaced(value, old, by);
            }
        }
    }

    /// <summary>A turn of a loop as it is written.</summary>
    private sealed class OnnxTurn(OnnxBlock block, Dim number)
    {
        public OnnxBlock Block => block;

        /// <summary>The number of the turn, from 1 on.</summary>
        public Dim Number => number;

        public Dictionary<object, OnnxGrowing> Grown { get; } = new(ReferenceEqualityComparer.Instance);

        public List<Dictionary<int, object?>> Entry { get; set; } = [];

        public List<Dictionary<int, object?>> Frames { get; set; } = [];

        public object? Test { get; set; }

        public object? GoesOn { get; set; }

        public object?[] Values { get; set; } = [];

        public IReadOnlyList<object?> Results { get; set; } = [];
    }
}
