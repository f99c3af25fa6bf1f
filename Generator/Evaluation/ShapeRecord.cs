using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What a walk saw at each line and in each layer, for those who ask. What several ways or turns see is what holds on all of
/// them.</summary>
/// <param name="ofPlaces">Also what each place of the graph holds, call by call.</param>
internal sealed class ShapeRecord(bool ofPlaces = true) : IGraphTypes
{
    private readonly Dictionary<(string Method, int Number), AbstractValue> lines = new(new ByNumber());
    private readonly Dictionary<ValuePlace, AbstractValue> values = [];
    private readonly HashSet<(string Method, int Number)> widening = [];
    private readonly Dictionary<string, (Shape Input, Shape Output)> layers = new(StringComparer.Ordinal);

    public bool IsOfPlaces => ofPlaces;

    /// <summary>The tensor that an expression gives, or that stands at a place of the tuple: its shape, or the unknown one.</summary>
    public Shape At(string method, int number, int? place = null) => lines.TryGetValue((method, number), out var value)
        && (place is not { } at ? value : value.AsItems is { } items && at < items.Count ? items[at] : null) is AbstractValue.Tensor tensor
            ? tensor.Shape : Shape.UnknownRank;

    /// <summary>The element type of that tensor; null where the walk did not come by.</summary>
    public ElementType? TypeAt(string method, int number) =>
        lines.TryGetValue((method, number), out var value) ? value is AbstractValue.Tensor tensor ? tensor.Type : ElementType.Unknown
        : null;

    /// <summary>What is made there, of doubles, made float64 of a tensor of float32.</summary>
    public bool IsWidening(string method, int number) => widening.Contains((method, number));

    /// <summary>The same of what a field holds.</summary>
    public bool IsWidening(string field) => widening.Contains((field, -1));

    /// <summary>What goes into the layer of a field and what comes out, the same at every call; unknown otherwise.</summary>
    public (Shape Input, Shape Output) Of(string field) =>
        layers.TryGetValue(field, out var shapes) ? shapes : (Shape.UnknownRank, Shape.UnknownRank);

    /// <summary>What the value of a place is, whenever it comes up.</summary>
    public GraphType Of(ValuePlace place) => !values.TryGetValue(place, out var value)

        // What is not known is a tensor only where the code says so.
        || (value is AbstractValue.Tensor { Shape.IsUnknownRank: true } && place.Node is not Expression { IsTensor: true })
            ? GraphType.Unknown : Of(value);

    public void Saw(string method, int number, AbstractValue value) =>
        lines[(method, number)] = lines.TryGetValue((method, number), out var before) ? Evaluator.Join(before, value) : value;

    public void Saw(ValuePlace place, AbstractValue value)
    {
        if (ofPlaces)
        {
            values[place] = values.TryGetValue(place, out var before) ? Evaluator.Join(before, value) : value;
        }
    }

    public void Applied(string field, Shape input, Shape output) =>
        layers[field] = layers.TryGetValue(field, out var before) ? (Join(before.Input, input), Join(before.Output, output))
            : (input, output);

    /// <summary>A tensor of float64 met one of float32.</summary>
    public void Widened(Provenance wide)
    {
        while (wide is { Maker.KeepsNumbers: true, Before: { } before })
        {
            wide = before;
        }

        if (wide is { Before: null, Place: null, Name.Length: > 0 })
        {
            widening.Add((wide.Name, -1));
        }
        else if (wide is { Place: { Kind: AnchorKind.Body, Name: { } method, Index: var number }, Maker.Types.Source: TypeSource.Stated })
        {
            widening.Add((method, number));
        }
    }

    /// <summary>Not every way was walked: nothing holds on all of them.</summary>
    public void Forget()
    {
        lines.Clear();
        values.Clear();
        layers.Clear();
    }

    /// <summary>The names of methods are long: the number tells nearly all places apart.</summary>
    private sealed class ByNumber : IEqualityComparer<(string Method, int Number)>
    {
        public bool Equals((string Method, int Number) x, (string Method, int Number) y) => x.Number == y.Number && x.Method == y.Method;

        public int GetHashCode((string Method, int Number) place) => place.Number;
    }

    private static GraphType Of(AbstractValue value) => value switch
    {
        AbstractValue.Tensor tensor => new GraphType.Tensor(new(tensor.Shape.Variadic, [.. tensor.Shape.Dims.Select(GraphType.Named)]),
            tensor.Type, tensor.Produced is { } produced ? new Stored(produced.Storage) { Operand = produced.Operand } : Stored.Unknown,
            tensor.Device),
        AbstractValue.Size { Dim: var dim } when GraphType.Named(dim) is { IsUnknown: false } named => new GraphType.Size(named),
        _ when value.AsItems is { } items => new GraphType.Items([.. items.Select(Of)]),
        _ => GraphType.Unknown,
    };

    private static Shape Join(Shape a, Shape b) =>
        ((AbstractValue.Tensor)Evaluator.Join(AbstractValue.Lost with { Shape = a }, AbstractValue.Lost with { Shape = b })).Shape;
}
