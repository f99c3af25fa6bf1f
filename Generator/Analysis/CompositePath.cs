using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Analysis;

/// <summary>The steps of a composite layer, as libtorch 2.10 computes it on a CPU: what each keeps, and when its own code lets go of
/// it.</summary>
internal sealed class CompositePath
{
    private readonly Composite composite;
    private readonly List<TraceStep> steps = [];
    private readonly IReadOnlyList<int> operands;
    private readonly int inputs;
    private readonly Dim rows;
    private readonly Dim model;
    private readonly bool drops;
    private int next;

    private CompositePath(Composite composite, IReadOnlyList<int> operands)
    {
        (this.composite, this.operands, inputs, next) = (composite, operands, operands.Count, operands.Count);
        model = composite[CompositeSize.Model];
        rows = composite[CompositeSize.Batch] * composite[CompositeSize.Targets];
        drops = composite[CompositeSize.Drops].Constant == 1;
    }

    /// <summary>The most layers whose steps are written down.</summary>
    private const int MostLayers = 500;

    /// <summary>The steps; null where sizes that they depend on are not known.</summary>
    /// <param name="composite">The layer.</param>
    /// <param name="operands">What it is given, as numbers: equal ones are the same tensor.</param>
    public static ExecutionPath? Of(Composite composite, IReadOnlyList<int> operands)
    {
        if (composite.Sizes.Any(static s => s.Constant is null) || composite[CompositeSize.Layers].Constant > MostLayers)
        {
            return null;
        }

        var path = new CompositePath(composite, operands);
        int[] results = composite.Kind switch
        {
            CompositeKind.Attention => path.Attend(0, 1, 2, "", CompositeSize.Padding, composite[CompositeSize.Weights].Constant == 1),
            CompositeKind.EncoderLayer or CompositeKind.Encoder => [path.Stack(path.Encode)],
            _ => [path.Stack(path.Decode)],
        };
        return new(Dim.One, FreeingPolicy.End, operands.Select(static _ => new TraceValue(Shape.Of(Dim.Zero))).ToArray(), path.steps, [],
            results);
    }

    private int Stack(Func<int, string, int> layer)
    {
        var value = 0;
        for (var i = 0; i < composite[CompositeSize.Layers].Constant; i++)
        {
            var output = layer(value, $"{i}.");
            Free(value);
            value = output;
        }

        return value;
    }

    private int Encode(int source, string key)
    {
        var heard = Attend(source, source, source, key, CompositeSize.Padding, isAskedForWeights: true)[0];
        var (dropped, sum) = Add(source, heard);
        var first = Norm(sum, key + "norm1");
        Free(dropped, sum);
        var fed = FeedForward(first, key);
        Free(heard);
        (dropped, sum) = Add(first, fed);
        var result = Norm(sum, key + "norm2");
        Free(dropped, sum, first, fed);
        return result;
    }

    private int Decode(int target, string key)
    {
        var heard = Attend(target, target, target, key, CompositeSize.Padding, isAskedForWeights: false)[0];
        var first = Normalized(target, heard, key + "norm1", isOwn: false);
        var seen = Attend(first, 1, 1, key + "multihead_attn.", CompositeSize.SourcePadding, isAskedForWeights: false)[0];
        Free(heard);
        var second = Normalized(first, seen, key + "norm2", isOwn: true);
        var fed = FeedForward(second, key);
        Free(seen);
        var third = Normalized(second, fed, key + "norm3", isOwn: true);
        Free(fed);
        return third;
    }

    /// <summary>The norm of a sum, in which the sum takes the place of what was there.</summary>
    private int Normalized(int before, int added, string key, bool isOwn)
    {
        var (dropped, sum) = Add(before, added);
        Free(dropped);
        if (isOwn)
        {
            Free(before);
        }

        var result = Norm(sum, key);
        Free(sum);
        return result;
    }

    private (int Dropped, int Sum) Add(int to, int added)
    {
        var dropped = drops ? Drop(added, rows * model) : added;
        var sum = Step(Saved.Passes, rows * model, to, dropped);
        return (drops ? dropped : -1, sum);
    }

    private int FeedForward(int value, string key)
    {
        var wide = rows * composite[CompositeSize.Hidden];
        var hidden = Linear(value, composite[CompositeSize.Hidden], model, rows, key + "linear1");
        var isGelu = composite[CompositeSize.IsGelu].Constant == 1;
        var active = Step(isGelu ? Saved.First : Saved.Result, wide, hidden);
        if (!isGelu)
        {
            Free(hidden);
        }

        var dropped = drops ? Drop(active, wide) : active;
        var result = Linear(dropped, model, composite[CompositeSize.Hidden], rows, key + "linear2");
        Free(dropped, drops ? active : -1, isGelu ? hidden : -1);
        return result;
    }

    /// <summary>Attention with many heads; the result, and the weights where they are asked for.</summary>
    private int[] Attend(int query, int key, int value, string name, CompositeSize padding, bool isAskedForWeights)
    {
        var (heads, batch) = (composite[CompositeSize.Heads], composite[CompositeSize.Batch]);
        var isSelf = Same(query, key) && Same(key, value);
        var sources = isSelf ? composite[CompositeSize.Targets] : composite[CompositeSize.Sources];
        var asked = rows * model;
        var weighed = batch * heads * composite[CompositeSize.Targets] * sources;
        var (q, k, v) = isSelf ? Together(query, name, asked) : Apart(query, key, value, name, sources);

        // Heads become part of the batch: a view, whose gradient is put into order again.
        var headed = Step(Saved.Nothing, asked, isView: true, q);
        var scores = Step(Saved.Others, weighed, headed, k);
        if (composite[padding] is { Constant: not 0 } mask)
        {
            var filled = mask.Equals(Composite.OfModule) ? Step(Saved.Nothing, weighed, scores)
                : Step(Saved.Second, weighed, scores, (int)mask.Constant!);
            Free(scores);
            scores = filled;
        }

        var soft = Step(Saved.Result, weighed, scores);
        Free(scores);
        var dropped = drops ? Drop(soft, weighed) : soft;
        if (drops)
        {
            Free(soft);
        }

        var heard = Step(Saved.Others, asked, dropped, v);
        var ordered = Step(Saved.Views, asked, isView: false, heard);
        Free(heard);
        var result = Linear(ordered, model, model, rows, name + "out_proj", composite[CompositeSize.Bias]);
        Free(ordered);
        var means = -1;
        if (isAskedForWeights)
        {
            var mean = batch * composite[CompositeSize.Targets] * sources;
            var sum = Step(Saved.Views, mean, isView: false, Step(Saved.Nothing, weighed, isView: true, dropped));

            // Of one head, the gradient of the weights is one of the product's, and how they are added up is not known.
            steps[steps.Count - 1] = steps[steps.Count - 1] with
            {
                Works = (Dim.Zero, heads.Constant == 1 ? Dim.Unknown : Dim.Zero),
            };
            means = Step(Saved.Nothing, mean, sum);
            Free(sum, sum - 1);
        }

        Free(q, headed, k, v, dropped);
        if (isAskedForWeights && name.Length > 0)
        {
            Free(means);
        }

        return isAskedForWeights ? [result, means] : [result];
    }

    /// <summary>One projection gives all three.</summary>
    private (int Query, int Key, int Value) Together(int input, string name, Dim asked)
    {
        var projected = Linear(input, model * 3, model, rows, name + "in_proj", composite[CompositeSize.Bias]);
        var parts = Parts(projected, 3, asked);
        var query = Step(Saved.Nothing, asked, parts[0]);
        var key = Step(Saved.Views, asked, isView: false, parts[1]);
        var value = Step(Saved.Nothing, asked, parts[2]);
        Free([projected, .. parts]);
        return (query, key, value);
    }

    /// <summary>Each has a part of the weights, whose gradient is one of all of them, in which the rest is zero.</summary>
    private (int Query, int Key, int Value) Apart(int query, int key, int value, string name, Dim sources)
    {
        var looked = composite[CompositeSize.Batch] * sources;
        var all = (model * model * 3) + (model * 3 * composite[CompositeSize.Bias]);
        var asked = Part(query, model, rows);
        if (Same(key, value))
        {
            var both = Part(key, model * 2, looked);
            var parts = Parts(both, 2, looked * model);
            var first = Step(Saved.Nothing, rows * model, asked);
            Free(asked);
            var k = Step(Saved.Views, looked * model, isView: false, parts[0]);
            var v = Step(Saved.Nothing, looked * model, parts[1]);
            Free([both, .. parts]);
            return (first, k, v);
        }

        var (third, fourth) = (Part(key, model, looked), Part(value, model, looked));
        var scaled = Step(Saved.Nothing, rows * model, asked);
        Free(asked);
        return (scaled, third, fourth);

        int Part(int input, Dim features, Dim count)
        {
            var part = (features * model) + (features * composite[CompositeSize.Bias]);
            steps.Add(Written(Saved.First | Saved.ForWeights | Saved.Viewed, [input], features * count) with
            {
                Parameters = all,
                Written = name + "in_proj",
                Works = (Dim.Zero, part * Dim.Of(4)),
            });
            return next++;
        }
    }

    private bool Same(int a, int b) => a == b || (a < inputs && b < inputs && operands[a] == operands[b]);

    private int[] Parts(int whole, int count, Dim each)
    {
        steps.Add(Written(Saved.Nothing, [whole], each) with
        {
            Outputs = Enumerable.Range(0, count).Select(_ => Value(each) with { Storage = Storage.Shared, Of = whole }).ToArray(),
        });
        next += count;
        return [.. Enumerable.Range(next - count, count)];
    }

    private int Linear(int input, Dim features, Dim from, Dim count, string key, Dim? bias = null)
    {
        steps.Add(Written(Saved.First | Saved.ForWeights | Saved.Turned | Saved.Viewed, [input], features * count) with
        {
            Parameters = (features * from) + (features * (bias ?? Dim.One)),
            Written = key,
        });
        return next++;
    }

    private int Norm(int input, string key)
    {
        steps.Add(Written(Saved.First, [input], rows * model) with
        {
            Parameters = model * 2,
            Statistics = Dim.Of(8) * rows,
            Written = key,
        });
        return next++;
    }

    private int Drop(int input, Dim elements) => Step(Saved.Mask, elements, input);

    private int Step(Saved saves, Dim elements, params int[] operands) => Step(saves, elements, isView: false, operands);

    private int Step(Saved saves, Dim elements, bool isView, params int[] operands)
    {
        var step = Written(saves, operands, elements);
        steps.Add(isView ? step with { Outputs = [Value(elements) with { Storage = Storage.Shared, Of = operands[0] }] } : step);
        return next++;
    }

    private static TraceStep Written(Saved saves, IReadOnlyList<int> operands, Dim elements) =>
        new(StepKind.Operation, "", "", "", operands, [Value(elements)], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null) { Saves = saves };

    private static TraceValue Value(Dim elements) => new(Shape.Of(elements));

    private void Free(params int[] values) => steps.Add(new(StepKind.Free, "", "", "", [.. values.Where(v => v >= inputs)], [], Dim.Zero,
        Dim.Zero, Dim.Zero, Dim.Zero, null));
}
