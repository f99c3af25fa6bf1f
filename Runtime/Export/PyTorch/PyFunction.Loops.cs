using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <content>Loops: those of Python where each turn is written alike, and the others turn by turn.</content>
internal sealed partial class PyFunction
{
    private const int MostTurns = 10_000;
    private int turns;

    private (ExportLabel? Left, object?[] Values) Repeat(ExportNode.Loop loop)
    {
        var carried = loop.Carried.Select(c => Of(c.Start)).ToArray();
        var source = loop.Items is null ? null : Of(loop.Items);
        if (source is nn.Module list && Rolled(loop, list, carried) is { } rolled)
        {
            return (null, rolled);
        }

        if (source is PyValue { IsTensor: false, IsShape: false } tensors && RolledTensors(loop, tensors, carried) is { } each)
        {
            return (null, each);
        }

        source = source is PyValue { Count: not null } or PyValue { IsShape: true } ? Listed((PyValue)source) : source;

        var given = loop.Items is null ? null : Items(source).ToList();
        for (var i = 0; given is null || i < given.Count; i++)
        {
            if (++turns > MostTurns)
            {
                throw new NotExportableException($"loops run more than {MostTurns} times");
            }

            if (given is not null)
            {
                values[loop.Item!.Number] = given[i];
            }

            for (var c = 0; c < carried.Length; c++)
            {
                Set(loop.Carried[c].Within, carried[c]);
            }

            var turn = Run(loop.Body);
            if (turn.Left is not null)
            {
                return turn.Left == loop.Label ? (null, turn.Values) : turn;
            }

            carried = turn.Values;
        }

        return (null, carried);
    }

    /// <summary>A loop over a list of modules, as one of Python; null where the turns are not alike.</summary>
    private object?[]? Rolled(ExportNode.Loop loop, nn.Module list, object?[] carried)
    {
        var modules = list.named_children().Select(static c => c.module).ToList();
        return modules.Count < 2 ? null : Rolled(loop, () => Path(list), new PyModule(PyText.Snake(loop.Item!.Name.Length > 0
            ? loop.Item.Name : "layer"), modules), carried);
    }

    /// <summary>A loop over tensors, as one of Python.</summary>
    private object?[]? RolledTensors(ExportNode.Loop loop, PyValue tensors, object?[] carried)
    {
        var item = PyValue.Tensor("");
        item.Uses = Always;
        Out.Hold(Out.NameFor(loop.Item!.Name.Length > 0 ? loop.Item.Name : "item", item), item);
        tensors.Uses++;
        var rolled = Rolled(loop, () => tensors.Text, item, carried);
        tensors.Uses--;
        item.Uses = 0;
        return rolled;
    }

    private object?[]? Rolled(ExportNode.Loop loop, Func<string> list, object item, object?[] carried)
    {
        if (carried.Any(static c => c is not PyValue { IsTensor: true }) || carried.Length == 0 || Fills(loop.Body))
        {
            return null;
        }

        var open = modes.Count;
        var before = values.ToArray();
        object?[]? results = null;
        Out.Flush();
        var isRolled = Out.Try(() =>
        {
            var names = new List<string>();
            for (var i = 0; i < carried.Length; i++)
            {
                var start = (PyValue)carried[i]!;
                var name = PyText.Snake(loop.Outputs[i].Name.Length > 0 ? loop.Outputs[i].Name : start.IsName ? start.Text : "x");
                if (start.Text != name || start.Uses > 0)
                {
                    var first = PyValue.Tensor(start.Text, start.Binding);
                    Out.Keep(first, name);
                    name = first.Text;
                }

                var within = PyValue.Variable(name);
                within.Uses = uses.GetValueOrDefault(loop.Carried[i].Within.Number);
                Out.Hold(name, within);
                values[loop.Carried[i].Within.Number] = within;
                names.Add(name);
            }

            values[loop.Item!.Number] = item;
            Out.Add($"for {Text(item)} in {list()}:");
            Out.Depth++;
            var count = Out.Lines.Count;
            var turn = Run(loop.Body);
            if (turn.Left is not null || turn.Values.Length != names.Count)
            {
                return false;
            }

            var changed = turn.Values.Select((v, i) => (Name: names[i], Value: v as PyValue)).ToArray();
            if (changed.Any(static c => c.Value is null))
            {
                return false;
            }

            changed = [.. changed.Where(static c => c.Value!.Text != c.Name)];
            if (changed.Length > 0)
            {
                Out.Add($"{string.Join(", ", changed.Select(static c => c.Name))} = "
                    + string.Join(", ", changed.Select(static c => c.Value!.Text)));
            }

            Out.Depth--;
            results = [.. names.Select(static n => (object?)PyValue.Variable(n))];
            for (var i = 0; i < names.Count; i++)
            {
                var result = (PyValue)results[i]!;
                Out.Hold(names[i], result);
                result.Uses = 0;
            }

            return Out.Lines.Count > count;
        });
        if (isRolled)
        {
            return results;
        }

        modes.RemoveRange(open, modes.Count - open);
        values.Clear();
        foreach (var (number, value) in before)
        {
            values[number] = value;
        }

        return null;
    }

    /// <summary>Whether code adds to a list or sets its items: then each turn of a loop is written.</summary>
    private static bool Fills(IReadOnlyList<ExportNode> nodes) => nodes.Any(static n => n switch
    {
        ExportNode.Apply apply => apply is { Kind: ExportOperator.SetItem }
            or { Kind: ExportOperator.Collection, Name: "Add" or "AddRange" or "Insert" or "Clear" or "Reverse" },
        ExportNode.Branch branch => Fills(branch.Then) || Fills(branch.Otherwise),
        ExportNode.Scope scope => Fills(scope.Body),
        ExportNode.Loop loop => Fills(loop.Body),
        _ => false,
    });
}
