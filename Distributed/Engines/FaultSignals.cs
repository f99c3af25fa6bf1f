using System.Runtime.InteropServices;

namespace Gen.Distributed.Engines;

/// <summary>
/// Gives .NET back what happens at a fault. Libraries below MPI (UCX) take the signals for themselves, even when they are loaded; then a
/// NullReferenceException would end the process where .NET lets the program catch it.
/// </summary>
internal sealed unsafe class FaultSignals : IDisposable
{
    // Larger than struct sigaction anywhere.
    private const int Bytes = 512;

    // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
    private static readonly int[] Linux = [4, 5, 6, 7, 8, 11];
    private static readonly int[] MacOs = [4, 5, 6, 8, 10, 11];

    private readonly int[] signals = OperatingSystem.IsMacOS() ? MacOs : Linux;
    private readonly byte[][] kept;

    /// <summary>Keeps the handlers as they are now.</summary>
    public FaultSignals() => kept = [.. signals.Select(static s =>
    {
        var action = new byte[Bytes];
        fixed (byte* data = action)
        {
            _ = SigAction(s, null, data);
        }

        return action;
    })];

    /// <summary>Puts them back.</summary>
    public void Dispose()
    {
        for (var i = 0; i < signals.Length; i++)
        {
            fixed (byte* data = kept[i])
            {
                _ = SigAction(signals[i], data, null);
            }
        }
    }

    [DllImport("libc", EntryPoint = "sigaction")]
    private static extern int SigAction(int signal, byte* action, byte* old);
}
