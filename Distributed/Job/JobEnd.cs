using System.Runtime.InteropServices;
using Gen.Distributed.Engines;

namespace Gen.Distributed.Job;

/// <summary>
/// One rank's end is the job's: an exception that nobody catches, an exit in the middle, Ctrl-C. Each says one thing, on one rank, and ends
/// all ranks with an exit code, which MPI alone does not promise.
/// </summary>
internal sealed class JobEnd : IDisposable
{
    public const int Failure = 1;

    private const int SignalBase = 128;
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly ProcessGroup group;
    private readonly CommunicationEngine engine;
    private readonly List<PosixSignalRegistration> signals = [];
    private volatile bool isOver;
    private int hasBegun;

    public JobEnd(ProcessGroup group, CommunicationEngine engine, bool endsOnSignal)
    {
        (this.group, this.engine) = (group, engine);
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        if (endsOnSignal)
        {
            signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
            signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        }
    }

    /// <summary>Says on the error stream why the job ends, in one piece, unless another rank has said it already.</summary>
    public static void Say(CommunicationEngine engine, long step, string message)
    {
        if (Enumerable.Range(0, engine.Size).Any(r => engine.HasTold(r, Notice.Ends)))
        {
            // It is about to write, and must not be ended before.
            Thread.Sleep(Grace / 2);
            return;
        }

        engine.Tell(Notice.Ends);
        Write(engine, step, message);
    }

    /// <summary>The ranks have ended together. An exception that all of them have thrown may still be on its way out: it was caught in
    /// between, as in an asynchronous Main, and the group was disposed on the way.</summary>
    public void Dispose()
    {
        isOver = true;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        signals.ForEach(static s => s.Dispose());
    }

    private static void Write(CommunicationEngine engine, long step, string message)
    {
        Console.Out.Flush();
        Console.Error.Write(
            $"Gen.Distributed: rank {engine.Rank} of {engine.Size} ends the job in step {step}: {message}{Environment.NewLine}");
        Console.Error.Flush();

        // A launcher that ends the job at once does not pass on what it has not read yet.
        Thread.Sleep(Grace / 6);
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        switch (e.ExceptionObject)
        {
            case DistributedException shared when isOver:
                if (shared.Speaker == engine.Rank)
                {
                    Write(engine, group.Step, shared.Message);
                }
                else
                {
                    Thread.Sleep(Grace);
                }

                Leave(Failure);
                break;
            case DistributedException shared:
                Speak(shared);
                break;
            case var other when !isOver && Begin():
                Say(engine, group.Step, $"{other}");
                engine.Abort(Failure);
                break;
        }
    }

    /// <summary>The group was not disposed, or the others went on after it was.</summary>
    private void OnExit(object? sender, EventArgs e)
    {
        var code = Environment.ExitCode & 0xff;
        if (code != 0)
        {
            // Whoever else has something to say is quicker.
            Thread.Sleep(Grace / 4);
            if (Begin())
            {
                Say(engine, group.Step, $"it exits with code {code}, and the others are not at their end.");
                engine.Abort(code);
            }
        }
        else if (group.End() is { } difference)
        {
            Speak(difference);
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!Begin())
        {
            return;
        }

        // Where all ranks got it, the first speaks; where another has ended the job, it has spoken.
        Thread.Sleep(engine.Rank == 0 ? Grace / 8 : Grace / 4);
        Say(engine, group.Step, $"it was stopped by {context.Signal}, which the launcher sends where it is stopped or where another rank "
            + "has ended.");
        if (context.Signal == PosixSignal.SIGINT)
        {
            // MPICH's launcher takes an exit after Ctrl-C for success, but not this.
            engine.Abort(SignalBase + Interrupt);
        }

        Leave(SignalBase + Terminate);
    }

    /// <summary>What all ranks know is said by one, which ends the others.</summary>
    private void Speak(DistributedException shared)
    {
        if (!Begin())
        {
            return;
        }

        // A rank that has ended first may say why; then the speaker; the others only where these cannot.
        Thread.Sleep(shared.Speaker != engine.Rank ? Grace : shared.IsOfAnEnd ? Grace / 2 : TimeSpan.Zero);

        Say(engine, group.Step, shared.Message);
        engine.Abort(Failure);
    }

    /// <summary>At once, since the thread that trains may never come back from MPI.</summary>
    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void Leave(int exitCode);

    private bool Begin() => Interlocked.Exchange(ref hasBegun, 1) == 0;
}
