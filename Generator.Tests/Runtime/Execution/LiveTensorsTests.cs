using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Execution;

/// <summary>The measure itself, where the answer is known.</summary>
[Collection("TorchSharp")]
public sealed class LiveTensorsTests
{
    [Fact]
    public void What_is_freed_at_once_never_lives_together()
    {
        using var x = zeros(100);
        var usage = LiveTensors.Measure(() =>
        {
            using var a = x + 1;
            using var b = a + 1;
            a.Dispose();
            return b + 1;
        });
        Assert.Equal(new(PeakBytes: 800, PeakCount: 2, Created: 3), usage);
    }

    [Fact]
    public void What_is_left_behind_lives_to_the_end()
    {
        using var x = zeros(100);
        Assert.Equal(new(PeakBytes: 1200, PeakCount: 3, Created: 3), LiveTensors.Measure(() => x + 1 + 1 + 1));
    }

    [Fact]
    public void What_is_given_counts_when_asked_for()
    {
        using var x = zeros(100, dtype: ScalarType.Float64);
        Assert.Equal(800 + 800, LiveTensors.Measure(() => x + 1, x).PeakBytes);
    }

    [Fact]
    public void A_tensor_that_a_scope_is_asked_for_is_not_taken_for_a_new_one()
    {
        using var x = zeros(100);
        var usage = LiveTensors.Measure(() =>
        {
            using var scope = NewDisposeScope();
            Assert.False(scope.Contains(x));
            return scope.MoveToOuter(x + 1);
        });
        Assert.Equal(new(PeakBytes: 400, PeakCount: 1, Created: 1), usage);
    }

    [Fact]
    public void A_view_costs_nothing_and_keeps_the_storage_of_what_it_views()
    {
        using var x = zeros(100);
        var usage = LiveTensors.Measure(() =>
        {
            var a = x + 1;
            var first = a.narrow(0, 0, 1);
            a.Dispose();
            return x + first;
        });
        Assert.Equal(new(PeakBytes: 800, PeakCount: 2, Created: 3), usage);
    }

    [Fact]
    public void Scopes_within_are_seen()
    {
        using var x = zeros(100);
        var usage = LiveTensors.Measure(() =>
        {
            using (NewDisposeScope())
            {
                _ = x + 1 + 1 + 1;
            }

            return x + 1;
        });
        Assert.Equal(new(PeakBytes: 1200, PeakCount: 3, Created: 4), usage);
    }
}
