using System.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Execution;

/// <summary>The number of live tensors before and after many calls; the garbage collector does not run in between, so that it can hide
/// nothing.</summary>
internal static class LiveCount
{
    private const int AtOnce = 500;

    /// <summary>The same where the garbage collector frees: nothing is held for ever.</summary>
    public static void AssertConstantWhenCollected(int times, Action action)
    {
        action();
        action();
        var before = Collected();
        for (var i = 0; i < times; i++)
        {
            action();
        }

        Assert.Equal(before, Collected());
    }

    private static long Collected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Tensor.TotalCount;
    }

    public static void AssertConstant(int times, Action action) => AssertConstant(times, AtOnce, action);

    /// <param name="times">How often the action runs.</param>
    /// <param name="atOnce">How often between two collections.</param>
    /// <param name="action">What is to leave nothing behind.</param>
    public static void AssertConstant(int times, int atOnce, Action action)
    {
        // One thread: on a busy machine those of libtorch wait for each other longer than they work.
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            action();
            action();
            for (var done = 0; done < times; done += atOnce)
            {
                // What one finalizer frees may have another.
                Collected();
                GC.WaitForPendingFinalizers();
                Assert.True(GC.TryStartNoGCRegion(200_000_000));
                GC.WaitForPendingFinalizers();
                var before = Tensor.TotalCount;
                for (var i = 0; i < atOnce; i++)
                {
                    action();
                }

                var after = Tensor.TotalCount;
                Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
                GC.EndNoGCRegion();
                Assert.Equal(before, after);
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
