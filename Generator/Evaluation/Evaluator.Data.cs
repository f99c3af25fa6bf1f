using Gen.Model;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Data sets, their loaders, and dictionaries of tensors.</content>
internal sealed partial class Evaluator
{
    private const string Dictionary = "Dictionary";
    private int loaders;

    /// <summary>A loader: its batches have the sizes of an item behind their own, which for the last one may be less than is asked
    /// for.</summary>
    private AbstractValue Loader(Expression.Call call, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame)
    {
        var device = Given("device") is { } given and not AbstractValue.Null ? Placement.DeviceOf(given, []) : Device.Named("cpu");
        var count = Given("drop_last") is AbstractValue.Boolean { Truth: Truth.Known { Value: true } }
            ? Given("batchSize")?.AsSize ?? Dim.Unknown : Dim.Name(loaders == 0 ? "batch" : $"batch{loaders + 1}");
        loaders++;
        var item = Given("dataset") switch
        {
            AbstractValue.Dataset { Item: var known } => known,
            AbstractValue.Object set when call.Targets.Count > 0 => FollowOrdinary(call with
            {
                Receiver = new Expression.Opaque(call.At, ""),
                Arguments = EquatableArray.Of(new ExpressionArgument("index", new Expression.Opaque(call.At, ""), false)),
            }, set, [new("index", new AbstractValue.Size(Dim.Unknown))], frame, out _),
            _ => null,
        };
        return new AbstractValue.Batches(device)
        {
            Item = item is null || Given("collate_fn") is not (null or AbstractValue.Null) ? null : Stacked(item, count, device),
        };

        AbstractValue? Given(string parameter) => arguments.FirstOrDefault(a => a.Key == parameter).Value;
    }

    private AbstractValue Stacked(AbstractValue item, Dim count, Device? device)
    {
        switch (item)
        {
            case AbstractValue.Tensor { Shape: { IsUnknownRank: false } shape } tensor:
                var batch = new Shape(shape.Variadic, [count, .. shape.Dims]);
                return shape.HasVariadic ? AbstractValue.Lost with { Device = device, Type = tensor.Type }
                    : new AbstractValue.Tensor(batch, Provenance.Start(BodyModel.Loader, batch), tensor.Type) { Device = device };
            case AbstractValue.Items items:
                return items with { Values = items.Values.Select(i => Stacked(i, count, device)).ToArray() };
            case AbstractValue.Object { Type: Dictionary } made:
                var whole = new AbstractValue.Object(objects++, Dictionary);
                foreach (var (key, value) in MembersIn(made))
                {
                    heap.Declare(Member(whole, key), Stacked(value, count, device));
                }

                return whole;
            default:
                return AbstractValue.Lost with { Device = device };
        }
    }

    /// <summary>What a set of tensors gives: one row of each.</summary>
    private static AbstractValue Rows(IReadOnlyList<AbstractValue> tensors) => new AbstractValue.Dataset(new AbstractValue.Items(
        tensors.Select(t => t is AbstractValue.Tensor { Shape: { Rank: > 0 } shape } tensor
            ? tensor with { Shape = Shape.Of([.. shape.Dims.Skip(1)]) } : AbstractValue.Lost).ToArray()));

    private IReadOnlyList<(string Name, AbstractValue Value)> MembersIn(AbstractValue.Object made) =>
        heap.Variables.Where(m => m.Key.StartsWith(MembersOf(made), StringComparison.Ordinal))
            .Select(m => (m.Key.Substring(MembersOf(made).Length), m.Value)).ToArray();

    private static string? KeyOf(AbstractValue index) => index switch
    {
        AbstractValue.Text { Characters: { } text } => $"[\"{text}\"]",
        AbstractValue.Size { Dim.Constant: { } number } => $"[{Text(number)}]",
        AbstractValue.Enumeration { Member: var member } => $"[{member}]",
        _ => null,
    };

    private AbstractValue Entry(AbstractValue.Object dictionary, AbstractValue key) =>
        KeyOf(key) is { } name && heap.Find(Member(dictionary, name)) is { } held ? held : AbstractValue.Anything;

    private void SetEntry(AbstractValue.Object dictionary, AbstractValue key, AbstractValue value)
    {
        walk.Trace.Keep(value);
        if (KeyOf(key) is { } name)
        {
            heap.Declare(Member(dictionary, name), value);
            return;
        }

        foreach (var (entry, _) in MembersIn(dictionary))
        {
            heap.Declare(Member(dictionary, entry), AbstractValue.Anything);
        }
    }

    /// <summary>What a dictionary has for a key that it surely has: a value that is not known may be none.</summary>
    private AbstractValue? TryGet(Expression.Call call, AbstractValue receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame, out Frame? inner)
    {
        inner = null;
        if (call.Method is not ("TryGetValue" or "GetValueOrDefault" or "ContainsKey" or "TryAdd") || arguments.Count == 0
            || Entry((AbstractValue.Object)receiver, arguments[0].Value) is not { } held || held is AbstractValue.Unknown)
        {
            return null;
        }

        if (call.Method == "GetValueOrDefault")
        {
            return held;
        }

        if (call.Arguments.FirstOrDefault(static a => a.IsSet) is { } set)
        {
            inner = new Frame(frame.Method, null);
            inner.Declare(set.Parameter, held);
        }

        return new AbstractValue.Boolean(Truth.Of(call.Method != "TryAdd"));
    }

    /// <summary>An entry that only one of two ways made may not be there.</summary>
    private static bool IsEntry(string name) =>
        name.StartsWith("§", StringComparison.Ordinal) && name.EndsWith("]", StringComparison.Ordinal);

    private string[] Entries() => [.. heap.Variables.Keys.Where(IsEntry)];

    /// <summary>A loop may have no turn: what its turns put into a dictionary need not be there.</summary>
    private void ForgetEntries(IEnumerable<string> before)
    {
        foreach (var entry in Entries().Except(before).ToArray())
        {
            heap.Declare(entry, AbstractValue.Anything);
        }
    }

    /// <summary>What a dictionary is asked, or told.</summary>
    private AbstractValue Ask(AbstractValue.Object dictionary, string method, IReadOnlyList<AbstractValue> given)
    {
        switch (method, given)
        {
            case ("Add", [var key, var value]):
                SetEntry(dictionary, key, value);
                return AbstractValue.Anything;
            case ("ContainsKey" or "ContainsValue" or "Any", _):
                return new AbstractValue.Boolean(Truth.Unknown);
            case ("TryGetValue" or "Count" or "ToArray" or "ToList" or "Select" or "Where", _):
                return AbstractValue.Anything;
            default:
                foreach (var (entry, _) in MembersIn(dictionary))
                {
                    heap.Declare(Member(dictionary, entry), AbstractValue.Anything);
                }

                return AbstractValue.Anything;
        }
    }
}
