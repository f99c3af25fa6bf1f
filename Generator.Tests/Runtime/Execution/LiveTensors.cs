using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Execution;

/// <summary>
/// How many bytes the tensors hold that are alive during a call, at most. Every tensor that is created within a DisposeScope is put into a
/// set of TorchSharp's, and the comparer of these sets is asked for a hash code when it is: a comparer of ours looks around at that moment.
/// Tensors that share their storage count once, with all of the storage; what lives within one native operation is not seen.
/// </summary>
internal static class LiveTensors
{
    private static readonly FieldInfo Comparer =
        typeof(ReferenceEqualityComparer<IDisposable>).GetField("_defaultComparer", BindingFlags.NonPublic | BindingFlags.Static)
        ?? throw new InvalidOperationException("TorchSharp's sets of tensors are compared in another way.");

    /// <summary>Measures one call on this thread.</summary>
    /// <param name="call">What it returns is freed at the end, and counts until then.</param>
    /// <param name="given">Tensors that were there before and count too: the inputs.</param>
    public static Usage Measure(Func<IDisposable> call, params Tensor[] given)
    {
        var observer = new Observer(given);
        var before = Comparer.GetValue(null);
        Comparer.SetValue(null, observer);
        try
        {
            using var scope = NewDisposeScope();
            call().Dispose();
            return observer.Usage;
        }
        finally
        {
            Comparer.SetValue(null, before);
        }
    }

    /// <param name="PeakBytes">The most bytes that were held at once.</param>
    /// <param name="PeakCount">The most tensors that were alive at once.</param>
    /// <param name="Created">The tensors that the call created.</param>
    public readonly record struct Usage(long PeakBytes, int PeakCount, int Created);

    /// <summary>The address of the memory that a tensor's elements are in; views share it.</summary>
    public static nint StorageOf(Tensor tensor) => THSStorage_data_ptr(tensor.Handle);

    // Tensor.storage() makes tensors of its own, which would live on in the scope.
    [DllImport("LibTorchSharp")]
    private static extern nint THSStorage_data_ptr(nint tensor);

    [DllImport("LibTorchSharp")]
    private static extern nuint THSStorage_nbytes(nint tensor);

    private sealed class Observer(Tensor[] given) : ReferenceEqualityComparer<IDisposable>
    {
        private readonly int thread = Environment.CurrentManagedThreadId;
        private readonly List<Tensor> alive = [.. given];
        private long created = DisposeScopeManager.Statistics.CreatedInScopeCount;
        private int count;
        private int isLooking;

        public Usage Usage { get; private set; }

        public override int GetHashCode(IDisposable obj)
        {
            // The sets are asked for tensors too that were there before: only a new one has just been counted.
            if (obj is Tensor tensor && Environment.CurrentManagedThreadId == thread && isLooking == 0
                && DisposeScopeManager.Statistics.CreatedInScopeCount is var now && now != created)
            {
                created = now;
                count++;
                isLooking = 1;
                alive.Add(tensor);
                alive.RemoveAll(t => t.IsInvalid);
                Usage = new(Math.Max(Usage.PeakBytes, Bytes()), Math.Max(Usage.PeakCount, alive.Count), count);
                isLooking = 0;
            }

            return base.GetHashCode(obj);
        }

        private long Bytes()
        {
            var storages = new Dictionary<nint, long>();
            foreach (var tensor in alive)
            {
                storages[StorageOf(tensor)] = (long)THSStorage_nbytes(tensor.Handle);
            }

            return storages.Values.Sum();
        }
    }
}
