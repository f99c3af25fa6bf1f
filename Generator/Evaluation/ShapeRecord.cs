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
    private readonly List<Way> ways = [];
    private Way? current;

    /// <summary>What each way through the method saw.</summary>
    public IReadOnlyList<Way> Ways => ways;

    public void Begin() => current = new();

    /// <summary>The end of a way.</summary>
    /// <param name="missing">The names of sizes that only inputs have which are not there.</param>
    /// <param name="facts">What is assumed on it.</param>
    public void End(IReadOnlyCollection<string> missing, Facts facts)
    {
        if (current is not null)
        {
            (current.Missing, current.Facts) = (missing, facts);
            ways.Add(current);
            current = null;
        }
    }

    public bool IsOfPlaces => ofPlaces;

    /// <summary>The tensor that an expression gives, or that stands at a place of the tuple: its shape, or the unknown one.</summary>
    public Shape At(string method, int number, int? place = null) =>
        Whole(ShapeOf(lines, method, number, place), way => way.At(method, number, place));

    /// <summary>A size that is another on each way may be one by what is assumed on each.</summary>
    private Shape Whole(Shape shape, Func<Way, Shape> ofWay)
    {
        if (ways.Count < 2 || (!shape.IsUnknownRank && !shape.Dims.Any(static d => d.IsUnknown)))
        {
            return shape;
        }

        var seen = ways.Select(w => (Shape: ofWay(w), w.Facts)).Where(static w => !w.Shape.IsUnknownRank).ToArray();
        return seen.Length > 1 && shape.Rank is { } rank && seen.All(s => s.Shape.Rank == rank) ? PathMerge.Of(seen) : shape;
    }

    private static Shape ShapeOf(Dictionary<(string Method, int Number), AbstractValue> lines, string method, int number, int? place) =>
        lines.TryGetValue((method, number), out var value)
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
        layers.TryGetValue(field, out var shapes) ? (Whole(shapes.Input, w => w.Of(field).Input), Whole(shapes.Output, w =>
            w.Of(field).Output)) : (Shape.UnknownRank, Shape.UnknownRank);

    /// <summary>What the value of a place is, whenever it comes up.</summary>
    public GraphType Of(ValuePlace place) => !values.TryGetValue(place, out var value)

        // What is not known is a tensor only where the code says so.
        || (value is AbstractValue.Tensor { Shape.IsUnknownRank: true } && place.Node is not Expression { IsTensor: true })
            ? GraphType.Unknown : Of(value);

    public void Saw(string method, int number, AbstractValue value)
    {
        Saw(lines, method, number, value);
        if (current is not null)
        {
            Saw(current.Lines, method, number, value);
        }
    }

    private static void Saw(Dictionary<(string Method, int Number), AbstractValue> lines, string method, int number, AbstractValue value) =>
        lines[(method, number)] = lines.TryGetValue((method, number), out var before) ? Evaluator.Join(before, value) : value;

    public void Saw(ValuePlace place, AbstractValue value)
    {
        if (ofPlaces)
        {
            values[place] = values.TryGetValue(place, out var before) ? Evaluator.Join(before, value) : value;
        }
    }

    public void Applied(string field, Shape input, Shape output)
    {
        Applied(layers, field, input, output);
        if (current is not null)
        {
            Applied(current.Layers, field, input, output);
        }
    }

    private static void Applied(Dictionary<string, (Shape Input, Shape Output)> layers, string field, Shape input, Shape output) =>
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
        ways.Clear();
        values.Clear();
        layers.Clear();
    }

    /// <summary>One way through a method.</summary>
    internal sealed class Way
    {
        public Dictionary<(string Method, int Number), AbstractValue> Lines { get; } = new(new ByNumber());

        public Dictionary<string, (Shape Input, Shape Output)> Layers { get; } = new(StringComparer.Ordinal);

        /// <summary>The names of sizes that only inputs have which are not there.</summary>
        public IReadOnlyCollection<string> Missing { get; set; } = [];

        public Facts Facts { get; set; } = Facts.None;

        public Shape At(string method, int number, int? place) => ShapeOf(Lines, method, number, place);

        public (Shape Input, Shape Output) Of(string field) =>
            Layers.TryGetValue(field, out var shapes) ? shapes : (Shape.UnknownRank, Shape.UnknownRank);
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
