using System.Globalization;
using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using Gen.Tests.Runtime.Execution;
using TorchSharp;
using static TorchSharp.torch;
using Storage = Gen.Graph.Storage;

namespace Gen.Tests.Graph;

/// <summary>Compares what a graph says of its values with what they are in a run: shapes, element types, numbers, and whose memory a tensor
/// is in.</summary>
/// <param name="size">The sizes of names.</param>
internal sealed class TypeJudge(Func<string, long?> size)
{
    private readonly Dictionary<nint, (int Number, Tensor Tensor)> seen = [];
    private readonly HashSet<nint> state = [];
    private bool isTraining;

    /// <summary>What was compared, in all runs.</summary>
    public Figures Compared { get; private set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>The first value that is not what the graph says.</summary>
    public string? Difference { get; private set; }

    /// <summary>The number of memories that were seen so far.</summary>
    public int Mark => seen.Count;

    /// <summary>A run begins.</summary>
    public void Begin(nn.Module module, bool trains)
    {
        isTraining = trains;
        seen.Clear();
        state.Clear();
        foreach (var tensor in module.parameters().Concat<Tensor>(module.buffers()))
        {
            state.Add(LiveTensors.StorageOf(tensor));
            See(tensor);
        }
    }

    /// <param name="value">The value.</param>
    /// <param name="real">What it is.</param>
    /// <param name="before">How many memories had been seen when its node began.</param>
    /// <param name="values">All values so far.</param>
    /// <param name="maker">What gives it.</param>
    public void Saw(GraphValue value, object? real, int before, IReadOnlyDictionary<int, object?> values, string maker)
    {
        if (Differs(value.Type, real, before, values) is { } why)
        {
            Difference ??= $"value {value.Number} of {maker}: {why}";
        }

        foreach (var tensor in GraphJudge.Tensors(real).Where(t => !t.IsInvalid))
        {
            See(tensor);
        }
    }

    private void See(Tensor tensor)
    {
        if (tensor.numel() > 0 && LiveTensors.StorageOf(tensor) is var memory
            && (!seen.TryGetValue(memory, out var first) || first.Tensor.IsInvalid))
        {
            seen[memory] = (seen.Count, tensor);
        }
    }

    private string? Differs(GraphType type, object? real, int before, IReadOnlyDictionary<int, object?> values)
    {
        Compared += new Figures(real is Tensor ? 1 : 0, 0, 0, 0, 0, 0);
        switch (type, real)
        {
            case (_, null) or (GraphType.Other, _) or (_, Tensor { IsInvalid: true }):
                return null;
            case (GraphType.Tensor told, Tensor tensor):
                return Differs(told.Shape, tensor) ?? Differs(told.Element, tensor)
                    ?? (isTraining || tensor.numel() == 0 ? null : Differs(told.Stored, tensor, before, values));
            case (GraphType.Size told, IConvertible number and not string):
                if (told.Dim.Evaluate(size) is not { } expected)
                {
                    return null;
                }

                Compared += new Figures(0, 0, 0, 0, 0, 1);
                return number.ToDouble(CultureInfo.InvariantCulture) == expected ? null : $"{number}, the graph says {told.Dim}";
            case (GraphType.Items told, _) when real is not Tensor:
                var items = Arguments.Items(real).ToArray();
                return items.Length != told.Values.Count ? $"{items.Length} items, the graph says {told.Values.Count}"
                    : told.Values.Zip(items).Select(p => Differs(p.First, p.Second, before, values)).FirstOrDefault(w => w is not null);
            default:
                return $"a {real.GetType().Name}, the graph says {type}";
        }
    }

    private string? Differs(Shape told, Tensor tensor)
    {
        if (told.IsUnknownRank)
        {
            return null;
        }

        Compared += new Figures(0, 1, told.Rank is not null && told.Dims.All(d => d.Evaluate(size) is not null) ? 1 : 0, 0, 0, 0);
        var sizes = tensor.shape;
        return (told.HasVariadic ? sizes.Length >= told.Dims.Count : sizes.Length == told.Dims.Count)
            && told.Dims.Zip(sizes.TakeLast(told.Dims.Count)).All(d => d.First.Evaluate(size) is not { } known || known == d.Second)
                ? null : $"[{string.Join(", ", sizes)}], the graph says {told}";
    }

    private string? Differs(ElementType told, Tensor tensor)
    {
        if (told == ElementType.Unknown)
        {
            return null;
        }

        Compared += new Figures(0, 0, 0, 1, 0, 0);
        return told.MayBe(ElementTypes.OfMember(tensor.dtype.ToString()))
            || (told.MayBe(ElementType.Module) && tensor.is_floating_point()) ? null : $"{tensor.dtype}, the graph says {told.Text()}";
    }

    private string? Differs(Stored told, Tensor tensor, int before, IReadOnlyDictionary<int, object?> values)
    {
        if (told.Storage == Storage.Unknown)
        {
            return null;
        }

        Compared += new Figures(0, 0, 0, 0, 1, 0);
        var memory = LiveTensors.StorageOf(tensor);
        var isOld = seen.TryGetValue(memory, out var first) && first.Number < before && !first.Tensor.IsInvalid;
        var isOthers = told.Of is { } of && values[of.Value.Number] is var holder
            && (of.Item is { } item ? Arguments.Items(holder).ElementAt(item) : holder) is Tensor { IsInvalid: false } other
            && LiveTensors.StorageOf(other) == memory;
        return told.Storage switch
        {
            Storage.Own => !isOld,
            Storage.Shared => isOthers,
            Storage.Either => isOthers || !isOld,
            _ => state.Contains(memory),
        } ? null : $"its memory is {(isOld ? "older" : "new")}, the graph says {told.Storage} {told.Of?.Value.Number}";
    }

    /// <param name="Tensors">The tensors that came up.</param>
    /// <param name="Ranks">Those whose rank was told, or how they end.</param>
    /// <param name="Shapes">Those whose shape was told.</param>
    /// <param name="Elements">Those whose element type was told.</param>
    /// <param name="Memories">Those of which it was told whose memory they are in.</param>
    /// <param name="Numbers">The numbers of C# that were told.</param>
    internal sealed record Figures(int Tensors, int Ranks, int Shapes, int Elements, int Memories, int Numbers)
    {
        public static Figures operator +(Figures a, Figures b) => new(a.Tensors + b.Tensors, a.Ranks + b.Ranks, a.Shapes + b.Shapes,
            a.Elements + b.Elements, a.Memories + b.Memories, a.Numbers + b.Numbers);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Tensors:N0} tensors: rank told of {Ranks:N0}, shape of {Shapes:N0}, element type of {Elements:N0}, ")
            + string.Create(CultureInfo.InvariantCulture, $"memory of {Memories:N0}; {Numbers:N0} numbers");
    }
}
