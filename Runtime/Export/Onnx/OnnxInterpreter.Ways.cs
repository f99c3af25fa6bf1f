using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <content>Branches that only a call decides. Both sides are run, and what comes after them too, until they come to the same end; then
/// they are an <c>If</c>.</content>
internal sealed partial class OnnxInterpreter
{
    private const int MostWays = 2_000;
    private const int DeepestWay = 64;
    private int ways;
    private int deep;

    private OnnxOutcome Branch(ExportNode.Branch branch)
    {
        var condition = Of(branch.Condition);
        var isOpen = condition is OnnxUnknown or OnnxValue;
        if (isOpen && branch.Then is [.., ExportNode.Throw])
        {
            return Run(branch.Otherwise);
        }

        if (isOpen && branch.Otherwise is [.., ExportNode.Throw])
        {
            return Run(branch.Then);
        }

        return condition is OnnxValue open ? Fork(open, () => Run(branch.Then), () => Run(branch.Otherwise))
            : Run(Truth(condition) ? branch.Then : branch.Otherwise);
    }

    private OnnxOutcome Fork(OnnxValue condition, Func<OnnxOutcome> then, Func<OnnxOutcome> otherwise)
    {
        if (++ways > MostWays || deep >= DeepestWay)
        {
            throw new NotExportableException("too many branches depend on what only a call knows; write torch.where");
        }

        var truth = Builder.Single(Builder.Cast(condition, ScalarType.Bool));
        var before = OnnxFrames.Copy(frames);
        var split = new OnnxOutcome.Split(truth, new(Builder.NewBlock()), new(Builder.NewBlock()), before);
        foreach (var (way, run) in new[] { (split.Then, then), (split.Otherwise, otherwise) })
        {
            way.Frames = OnnxFrames.Copy(before);
            Go(way, run);
        }

        return Join(split);
    }

    private void Go(OnnxWay way, Func<OnnxOutcome> run)
    {
        var outer = frames;
        frames = way.Frames;
        deep++;
        way.Outcome = Builder.In(way.Block, run);
        deep--;
        way.Frames = frames;
        frames = outer;
    }

    /// <summary>An object is another one from here on, under all its names.</summary>
    public void Exchange(object old, object by) => frames = OnnxFrames.Copy(frames, [(old, by)]);

    /// <summary>What comes after, on all ways.</summary>
    private OnnxOutcome Then(OnnxOutcome outcome, Func<OnnxOutcome.End, OnnxOutcome> next)
    {
        switch (outcome)
        {
            case OnnxOutcome.End end:
                return next(end);
            case OnnxOutcome.Split split:
                foreach (var way in new[] { split.Then, split.Otherwise })
                {
                    Go(way, () => Then(way.Outcome, next));
                }

                return Join(split);
            default:
                return outcome;
        }
    }

    /// <summary>One way again, where both come to the same end or one of them throws.</summary>
    private OnnxOutcome Join(OnnxOutcome.Split split)
    {
        if (split.Then.Outcome is OnnxOutcome.Thrown || split.Otherwise.Outcome is OnnxOutcome.Thrown)
        {
            var kept = split.Then.Outcome is OnnxOutcome.Thrown ? split.Otherwise : split.Then;
            frames = kept.Frames;
            Builder.Block.Absorb(kept.Block);
            if (kept.Outcome is OnnxOutcome.Split inner)
            {
                inner.Then.Block.Around = inner.Otherwise.Block.Around = Builder.Block;
            }

            return kept.Outcome;
        }

        if (split is not { Then.Outcome: OnnxOutcome.End then, Otherwise.Outcome: OnnxOutcome.End otherwise }
            || then.Left != otherwise.Left)
        {
            return split;
        }

        var merge = new OnnxMerge(Builder, split.Condition, split.Then.Block, split.Otherwise.Block);
        frames = split.Before;
        for (var i = 0; i < frames.Count; i++)
        {
            foreach (var number in frames[i].Keys.ToArray())
            {
                frames[i][number] = merge.Of(split.Then.Frames[i][number], split.Otherwise.Frames[i][number]);
            }
        }

        object?[] values = [.. then.Values.Zip(otherwise.Values, merge.Of)];
        merge.Add();
        return new OnnxOutcome.End(then.Left, values);
    }
}
