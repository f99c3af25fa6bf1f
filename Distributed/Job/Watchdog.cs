using System.Diagnostics;
using System.Globalization;
using Gen.Distributed.Engines;

namespace Gen.Distributed.Job;

/// <summary>Ends the job where a rank has waited too long for the others.</summary>
internal sealed class Watchdog : IDisposable
{
    private const int LookMilliseconds = 500;
    private const int MostStaggered = 8;
    private const int Most = 5;

    private readonly CommunicationEngine engine;
    private readonly TimeSpan timeout;
    private readonly Func<long> step;
    private readonly Timer? timer;
    private Collective collective;
    private long since;
    private int hasLooked;

    public Watchdog(CommunicationEngine engine, TimeSpan timeout, Func<long> step)
    {
        (this.engine, this.step) = (engine, step);

        this.timeout = timeout;
        if (engine.Size > 1 && timeout != Timeout.InfiniteTimeSpan)
        {
            timer = new(_ => Look(), null, LookMilliseconds, LookMilliseconds / 2);
        }
    }

    /// <summary>This rank begins to wait.</summary>
    public void Start(Collective waited)
    {
        collective = waited;
        Volatile.Write(ref since, Stopwatch.GetTimestamp());
    }

    /// <summary>It has what it waited for.</summary>
    public void Stop() => Volatile.Write(ref since, 0);

    public void Dispose() => timer?.Dispose();

    private static string Names(int[] ranks) => ranks switch
    {
        [] => "another rank",
        [var one] => $"rank {one}",
        { Length: > Most } => $"the ranks {string.Join(", ", ranks.Take(Most))} and {ranks.Length - Most} more",
        _ => $"the ranks {string.Join(", ", ranks)}",
    };

    private void Look()
    {
        var start = Volatile.Read(ref since);
        if (start == 0)
        {
            return;
        }

        var waited = Stopwatch.GetElapsedTime(start);
        if (waited > timeout && Interlocked.Exchange(ref hasLooked, 1) == 0)
        {
            engine.Tell(Notice.Waits);

            // The lowest of the waiting ranks speaks, and ends the others before they do.
            Thread.Sleep(LookMilliseconds * (1 + Math.Min(engine.Rank, MostStaggered)));
            var missing = Enumerable.Range(0, engine.Size).Where(r => r != engine.Rank && !engine.HasTold(r, Notice.Waits)).ToArray();
            JobEnd.Say(engine, step(), string.Create(CultureInfo.InvariantCulture,
                $"it {collective}, and has waited {waited.TotalSeconds:F0} s for {Names(missing)}. ProcessGroupOptions.Timeout sets "
                + $"how long a rank waits."));
            engine.Abort(JobEnd.Failure);
        }
    }
}
