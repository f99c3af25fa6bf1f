using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>What a walk saw at each line and in each layer, for those who ask. What several ways or turns see is what holds on all of
/// them.</summary>
internal sealed class ShapeRecord
{
    private readonly Dictionary<(string Method, int Number), AbstractValue> values = [];
    private readonly Dictionary<string, (Shape Input, Shape Output)> layers = new(StringComparer.Ordinal);

    /// <summary>The tensor that an expression gives: its shape, or the unknown one.</summary>
    public Shape At(string method, int number) =>
        values.TryGetValue((method, number), out var value) && value is AbstractValue.Tensor tensor ? tensor.Shape : Shape.UnknownRank;

    /// <summary>What goes into the layer of a field and what comes out, the same at every call; unknown otherwise.</summary>
    public (Shape Input, Shape Output) Of(string field) =>
        layers.TryGetValue(field, out var shapes) ? shapes : (Shape.UnknownRank, Shape.UnknownRank);

    public void Saw(string method, int number, AbstractValue value) =>
        values[(method, number)] = values.TryGetValue((method, number), out var before) ? Evaluator.Join(before, value) : value;

    public void Applied(string field, Shape input, Shape output) =>
        layers[field] = layers.TryGetValue(field, out var before) ? (Join(before.Input, input), Join(before.Output, output))
            : (input, output);

    /// <summary>Not every way was walked: nothing holds on all of them.</summary>
    public void Forget()
    {
        values.Clear();
        layers.Clear();
    }

    private static Shape Join(Shape a, Shape b) =>
        ((AbstractValue.Tensor)Evaluator.Join(AbstractValue.Lost with { Shape = a }, AbstractValue.Lost with { Shape = b })).Shape;
}
