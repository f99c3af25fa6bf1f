using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Fourier transforms, and the windows of signals.</summary>
internal static class Signals
{
    private const string ToComplex = "int bool float32 > complex64, float64 > complex128, complex";
    private const string OfReal = "int bool float32 > complex64, float64 > complex128";
    private const string ToReal = "int bool float32 complex64 > float32, float64 complex128 > float64";

    public static readonly IReadOnlyList<OperationRule> All =
    [
        // TorchSharp writes fft.fft with a line behind it.
        One("fft_ ifft", ToComplex, Length.Kept), One("rfft ihfft", OfReal, Length.Halved), One("irfft hfft", ToReal, Length.Doubled),
        Many("fft2 ifft2 fftn ifftn", ToComplex, Length.Kept), Many("rfft2 rfftn ihfft2 ihfftn", OfReal, Length.Halved),
        Many("irfft2 irfftn hfft2 hfftn", ToReal, Length.Doubled),
        new("fftshift ifftshift") { Output = Shift, Types = TypeRule.Same, Shapes = "*B -> *B", Memory = Memory.Unordered },
        new("fftfreq") { Output = static call => Made(call, call.Size("n")), Types = TypeRule.Made, Devices = DeviceRule.Made },
        new("rfftfreq")
        {
            Output = static call => call.Size("n").Constant < 0 ? call.Unknown()
                : Made(call, Dim.FloorDiv(call.Size("n"), Dim.Of(2)) + Dim.One),
            Types = TypeRule.Made,
            Devices = DeviceRule.Made,
        },
        new("bartlett_window blackman_window hamming_window hann_window kaiser_window")
        {
            Output = static call => call.Size("len").Constant < 0
                ? call.Wrong(FindingKind.OperationArguments, $"a size cannot be {call.Size("len")}")
                : Made(call, call.Size("len")),
            Types = TypeRule.Made,
            Devices = DeviceRule.Made,
        },
        new("stft") { Output = Frames, Memory = Memory.Unordered },
        new("istft") { Output = Signal, Memory = Memory.Unordered },
    ];

    /// <summary>How many numbers a transform gives along the last of its dimensions.</summary>
    private enum Length
    {
        Kept,
        Halved,
        Doubled,
    }

    private static OperationRule One(string names, string types, Length length) => new(names)
    {
        Output = call =>
        {
            if (call.Dimension(call["dim"] ?? Views.Number(-1), call.Self) is not { } at || call.Self.Rank == 0)
            {
                return call.Unknown();
            }

            return Transformed(call, [at], [call["n"] ?? Views.Number(-1)], length);
        },
        Types = TypeRule.First(types),
        Memory = Memory.Unordered,
    };

    private static OperationRule Many(string names, string types, Length length) => new(names)
    {
        Output = call =>
        {
            var sizes = call.Has("s") ? call["s"] as Value.List : new Value.List(default);
            if (call.Self.Rank is not { } rank || sizes is null)
            {
                return call.Unknown();
            }

            // TorchSharp 0.107 refuses hfftn of one dimension; of several, its default changes only the last one's size too.
            var isOfTwo = call.Name.EndsWith("2", StringComparison.Ordinal) || call.Name is "hfftn" or "ihfftn";
            var count = isOfTwo ? 2 : call.Has("s") ? sizes.Items.Count : rank;
            var given = !call.Has("dim") ? [.. Enumerable.Range(-count, count).Select(static i => (Value)Views.Number(i))]
                : call["dim"] is Value.List list ? list.Items.ToArray() : null;
            if (given is null or [] || (isOfTwo && given.Length != 2)
                || (call.Name is "hfftn" or "ihfftn" && call.Has("s") && !call.Has("dim"))
                || (call.Has("s") && sizes.Items.Count != given.Length))
            {
                return call.Unknown();
            }

            var at = given.Select(d => call.Dimension(d, call.Self)).ToArray();
            return rank == 0 || at.Any(static a => a is null) || at.Distinct().Count() != at.Length ? call.Unknown()
                : Transformed(call, [.. at.Select(static a => a!.Value)],
                    call.Has("s") ? sizes.Items : [.. given.Select(static _ => (Value)Views.Number(-1))], length);
        },
        Types = TypeRule.First(types),
        Memory = Memory.Unordered,
    };

    /// <summary>Each dimension has its size or the one that is told; the last of them is halved or doubled.</summary>
    private static Value Transformed(OperationCall call, IReadOnlyList<int> at, IReadOnlyList<Value> sizes, Length length)
    {
        // Of what is empty some transforms are empty too.
        if (call.Self.Dims.Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        var result = call.Self;
        for (var i = 0; i < at.Count; i++)
        {
            var told = OperationCall.SizeOf(sizes[i]);
            var size = told.Constant == -1 ? result.Dims[at[i]] : told;
            var isTold = told.Constant != -1;
            if (isTold && Comparison.AtLeast(told, Dim.One, call.Facts) is not true)
            {
                return call.Unknown();
            }

            size = i < at.Count - 1 || length == Length.Kept ? size
                : length == Length.Halved ? Dim.FloorDiv(size, Dim.Of(2)) + Dim.One
                : isTold ? size : Dim.Of(2) * (size - Dim.One);
            if (!isTold)
            {
                call.NotEmpty(size);
            }

            if (size.Constant < 1)
            {
                return call.Wrong(FindingKind.OperationArguments, $"dimension {at[i]} of {call.Self} gives no number");
            }

            result = result.WithDim(at[i], size);
        }

        return new Value.Tensor(result);
    }

    private static Value Shift(OperationCall call)
    {
        if (call.Has("dim") && (call["dim"] is not Value.List list || list.Items.Any(d => call.Dimension(d, call.Self) is null)))
        {
            return call.Unknown();
        }

        return call.Self.Rank == 0 ? call.Unknown() : new Value.Tensor(call.Self);
    }

    private static Value Made(OperationCall call, Dim size)
    {
        if (size.IsUnknown || Comparison.AtLeast(size, Dim.Zero, call.Facts) is not true)
        {
            call.Checks.Incomplete();
        }

        return new Value.Tensor(Shape.Of(size.Constant < 0 ? Dim.Unknown : size), call.TypeOr(ElementType.Float32));
    }

    /// <summary>A spectrum for each place of the window: <c>[.., frequencies, frames]</c>, and a last dimension of 2 for numbers that are
    /// not complex.</summary>
    private static Value Frames(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || call.Self.Dims.Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (rank is not (1 or 2))
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 or 2 dimensions");
        }

        var points = call.Size("n_fft");
        var step = call["hop_length"] is null or Value.Integer { Dim.Constant: -1 } ? Dim.FloorDiv(points, Dim.Of(4))
            : call.Size("hop_length");
        var isReal = call.Type.Is(ElementType.Float) && call["window"] is null or Value.Null or Value.Tensor { Type: ElementType.Float32
            or ElementType.Float64 or ElementType.Module };
        bool? isComplex = call.Has("return_complex") ? call.Flag("return_complex") : isReal ? false : null;
        bool? isOneSided = call.Has("onesided") ? call.Flag("onesided") : isReal ? true : null;
        if (points.Constant is not > 1 || step.IsUnknown || Comparison.AtLeast(step, Dim.One, call.Facts) is not true || isComplex is null
            || isOneSided is null || (call.Has("center") && call.Flag("center") is null))
        {
            return call.Unknown();
        }

        // How long the window may be is known at run time.
        call.Checks.Incomplete();
        var isCentered = call["center"] is null || call.Flag("center") is true;
        var length = call.Self.Dims[rank - 1] + (isCentered ? Dim.Of(2) * Dim.FloorDiv(points, Dim.Of(2)) : Dim.Zero) - points;
        var frequencies = isOneSided is true ? Dim.FloorDiv(points, Dim.Of(2)) + Dim.One : points;
        return new Value.Tensor(
            Shape.Of([.. call.Self.Dims.Take(rank - 1), frequencies, Dim.FloorDiv(length, step) + Dim.One,
                .. isComplex is true ? Array.Empty<Dim>() : [Dim.Of(2)]]),
            (isComplex, call.Type) switch
            {
                (false, _) => call.Type,
                (true, ElementType.Float64) => ElementType.Complex128,
                (true, ElementType.Float32 or ElementType.Module) => ElementType.Complex64,
                _ => ElementType.Unknown,
            });
    }

    private static Value Signal(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || !call.Type.Is(ElementType.Complex) || call.Self.Dims.Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (rank is not (2 or 3))
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 2 or 3 dimensions");
        }

        var points = call.Size("n_fft");
        var step = call["hop_length"] is null or Value.Integer { Dim.Constant: -1 } ? Dim.FloorDiv(points, Dim.Of(4))
            : call.Size("hop_length");
        call.Checks.Incomplete();
        var isGiven = call["length"] is Value.Integer { Dim.Constant: not -1 };
        var isCentered = call["center"] is null ? true : call.Flag("center");
        var length = isGiven ? call.Size("length")
            : isCentered is not { } centered || points.IsUnknown || step.IsUnknown ? Dim.Unknown
            : points + (step * (call.Self.Dims[rank - 1] - Dim.One)) - (centered ? Dim.Of(2) * Dim.FloorDiv(points, Dim.Of(2)) : Dim.Zero);
        return new Value.Tensor(Shape.Of([.. call.Self.Dims.Take(rank - 2), length]), call.Flag("return_complex") is not false
            ? ElementType.Unknown : call.Type == ElementType.Complex128 ? ElementType.Float64
            : call.Type == ElementType.Complex64 ? ElementType.Float32 : ElementType.Unknown);
    }
}
