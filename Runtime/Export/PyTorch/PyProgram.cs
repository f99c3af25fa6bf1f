using System.Globalization;
using Gen.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>The classes of a file: one for each module with a graph, and one for all modules that differ in numbers alone.</summary>
internal sealed class PyProgram
{
    private readonly Dictionary<nn.Module, Instance> instances = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> state;
    private readonly nn.Module root;

    private PyProgram(nn.Module root) => (this.root, state) = (root, [.. root.state_dict().Keys]);

    /// <summary>The module that the file is of.</summary>
    public nn.Module Root => root;

    /// <summary>What a call of it computes.</summary>
    public ExportGraph Graph => instances[root].Graph;

    /// <summary>Its <c>forward</c>.</summary>
    public PyFunction Function => instances[root].Function!;

    /// <summary>Python that builds it.</summary>
    public string Expression => instances[root].Expression;

    /// <summary>The name of its class.</summary>
    public string Name => Expression[..Expression.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>The text of the file.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Writes the classes.</summary>
    public static PyProgram Write(ExportGraph graph, string weights)
    {
        var program = new PyProgram(graph.Module);
        if (graph.Module.parameters().FirstOrDefault(static p => p.is_floating_point() && p.dtype != ScalarType.Float32) is { } other)
        {
            throw new NotExportableException($"{graph.Name} has weights of {other.dtype}; PyTorch's layers are built with float32");
        }

        program.Add(graph.Module, graph, [.. graph.Inputs.Select(static i => (object?)i)]);
        var classes = string.Join("\n\n", program.Classes());
        var header = $"\"\"\"{graph.Name}, written by Gen. Its weights are in {weights}.\"\"\"\n";
        foreach (var (text, line) in new[] { ("math.", "import math"), ("OrderedDict(", "from collections import OrderedDict") })
        {
            header += classes.Contains(text, StringComparison.Ordinal) || (text == "math." && classes.Contains("attend("))
                ? line + "\n" : "";
        }

        header += header.Count(static c => c == '\n') > 1 ? "\n" : "\n";
        header += classes.Contains("torch.", StringComparison.Ordinal) || classes.Contains("attend(") ? "import torch\n" : "";
        header += "import torch.nn as nn\n" + (classes.Contains("F.", StringComparison.Ordinal) ? "import torch.nn.functional as F\n" : "");
        program.Text = $"{header}\n\n{(classes.Contains("attend(", StringComparison.Ordinal) ? Attend + "\n\n" : "")}{classes}";
        return program;
    }

    /// <summary>PyTorch has the function from 2.0 on.</summary>
    private const string Attend = """"
        def attend(query, key, value, mask=None, is_causal=False):
            """What F.scaled_dot_product_attention of PyTorch 2 computes."""
            scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
            if is_causal:
                mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
            if mask is not None:
                scores = scores.masked_fill(~mask, float("-inf")) if mask.dtype == torch.bool else scores + mask
            return torch.softmax(scores, dim=-1) @ value

        """";

    private Instance Add(nn.Module module, ExportGraph graph, IReadOnlyList<object?> inputs)
    {
        var given = string.Concat(graph.Inputs.Select((_, i) => i < inputs.Count && inputs[i] is not null ? '1' : '0'));
        if (instances.TryGetValue(module, out var known))
        {
            return known.Given == given ? known
                : throw new NotExportableException($"a {graph.Name} is called with an input that another call of it leaves out");
        }

        var instance = new Instance(module, graph, given);
        instances.Add(module, instance);
        instance.Function = new PyFunction(graph, Called);
        instance.Forward = instance.Function.Write(inputs);
        return instance;
    }

    /// <summary>A module is called: its own code is written; how many results it gives, 0 for one tensor.</summary>
    private int Called(nn.Module module, IReadOnlyList<object?> inputs)
    {
        switch (module)
        {
            case IExportable exportable:
                var graph = instances.TryGetValue(module, out var known) ? known.Graph : exportable.ToGraph();
                return Add(module, graph, inputs).Function!.Results;
            case nn.Module when module.GetType().Name.StartsWith("Sequential", StringComparison.Ordinal):
                var results = 0;
                foreach (var (_, child) in module.named_children())
                {
                    results = Called(child, inputs);
                    inputs = [PyValue.Variable("x")];
                }

                return results;
            default:
                return module?.GetType().Namespace == "TorchSharp.Modules" ? 0 : throw new NotExportableException(
                    $"{module?.GetType().Name}: its class has no graph; put [Export] on it");
        }
    }

    /// <summary>Classes that others are built of come first.</summary>
    private IEnumerable<string> Classes()
    {
        names.Add("OrderedDict");
        Require(root);
        var rows = instances.Values.GroupBy(i => Height(i.Module)).OrderBy(static g => g.Key);
        foreach (var row in rows)
        {
            foreach (var instance in row)
            {
                (instance.Init, instance.Items) = Init(instance);
            }

            foreach (var group in row.GroupBy(static i => (i.Graph.Name, PyText.Structure(i.Init), PyText.Structure(i.Forward))))
            {
                var name = group.Key.Name;
                for (var i = 2; !names.Add(name); i++)
                {
                    name = group.Key.Name + i.ToString(CultureInfo.InvariantCulture);
                }

                yield return PyClass.Write(name, [.. group]);
            }
        }
    }

    /// <summary>Modules that no call reaches have their classes too.</summary>
    private void Require(nn.Module module)
    {
        foreach (var (_, child) in module.named_children())
        {
            if (child is IExportable exportable && !instances.ContainsKey(child))
            {
                var graph = exportable.ToGraph();
                Add(child, graph, [.. graph.Inputs.Select(static i => (object?)i)]);
            }

            Require(child);
        }
    }

    private static int Height(nn.Module module) =>
        module.named_children().Select(static c => Height(c.module)).DefaultIfEmpty(0).Max() + (module is IExportable ? 1 : 0);

    /// <summary>The lines that build the state and the layers.</summary>
    private (string Text, IReadOnlyList<string> Names) Init(Instance instance)
    {
        var (module, lines, items) = (instance.Module, new List<string>(), new List<string>());
        var prefix = root.named_modules().FirstOrDefault(m => ReferenceEquals(m.module, module)).name;
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
        {
            items.Add(Named(name));
            var isFrozen = parameter.requires_grad ? "" : ", requires_grad=False";
            lines.Add($"self.{name} = nn.Parameter(torch.empty({Sizes(parameter)}){isFrozen})");
        }

        foreach (var (name, buffer) in module.named_buffers(recurse: false))
        {
            items.Add(Named(name));
            lines.Add(state.Contains(string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}")
                ? $"self.register_buffer(\"{name}\", torch.empty({Sizes(buffer)}{PyBuffers.Type(buffer)}))"
                : $"self.register_buffer(\"{name}\", {PyBuffers.Write(buffer, name)}, persistent=False)");
        }

        foreach (var (name, child) in module.named_children())
        {
            items.Add(Named(name));
            lines.Add($"self.{name} = {Build(child, name, instance.Graph, 8)}");
        }

        if (ReferenceEquals(module, root))
        {
            lines.AddRange(Tied(instance.Function!));
        }

        return (string.Concat(lines.Select(static l => $"        {l}\n")), items);
    }

    /// <summary>Parameters that are one tensor under several keys.</summary>
    private IEnumerable<string> Tied(PyFunction function)
    {
        var first = new Dictionary<IntPtr, string>();
        foreach (var (name, module) in root.named_modules().Prepend(("", root)).DistinctBy(static m => m.Item2,
            (IEqualityComparer<nn.Module>)ReferenceEqualityComparer.Instance))
        {
            foreach (var (key, parameter) in module.named_parameters(recurse: false))
            {
                var path = $"{function.Path(module)}.{key}";
                if (!first.TryAdd(Internals.Identity(parameter), path))
                {
                    yield return $"{path} = {first[Internals.Identity(parameter)]}";
                }
            }
        }
    }

    private static string Named(string name) => PyText.IsName(name) ? name
        : throw new NotExportableException($"'{name}' cannot be the name of an attribute in Python");

    private static string Sizes(Tensor tensor) => tensor.dim() == 0 ? "()"
        : string.Join(", ", tensor.shape.Select(static s => PyText.Slot("size", PyText.Number(s))));

    private string Build(nn.Module module, string key, ExportGraph graph, int indent)
    {
        if (instances.TryGetValue(module, out var instance))
        {
            return instance.Expression;
        }

        var kind = module.GetType().Name.Split('`')[0];
        if (kind is not ("Sequential" or "ModuleList" or "ModuleDict"))
        {
            return PyLayers.Build(module, key, graph.Layers.TryGetValue(key, out var built) ? built.Arguments : null);
        }

        var children = module.named_children().ToArray();
        var items = children.Select(c => Build(c.module, $"{key}.{c.name}", graph, indent + 4)).ToArray();
        if (kind == "ModuleList" && items.Length > 1 && items.All(i => PyText.Plain(i) == PyText.Plain(items[0])))
        {
            var item = Build(children[0].module, $"{key}.{children[0].name}", graph, indent);
            return $"nn.ModuleList([{item} for _ in range({PyText.Slot("n_" + key, PyText.Number(items.Length))})])";
        }

        var isNamed = kind == "ModuleDict" || children.Where(static (c, i) => c.name != i.ToString(CultureInfo.InvariantCulture)).Any();
        items = isNamed ? [.. items.Select((t, i) => $"(\"{children[i].name}\", {t})")] : items;
        var (begin, end) = kind == "Sequential" ? isNamed ? ("nn.Sequential(OrderedDict([", "]))") : ("nn.Sequential(", ")")
            : kind == "ModuleDict" ? ("nn.ModuleDict([", "])") : ("nn.ModuleList([", "])");
        if (items.Length == 0)
        {
            return begin + end;
        }

        var space = new string(' ', indent);
        return $"{begin}\n{string.Concat(items.Select(i => $"{space}    {i},\n"))}{space}{end}";
    }

    /// <summary>A module with a graph.</summary>
    internal sealed class Instance(nn.Module module, ExportGraph graph, string given)
    {
        public nn.Module Module => module;

        public ExportGraph Graph => graph;

        /// <summary>Which inputs it is called with.</summary>
        public string Given => given;

        public PyFunction? Function { get; set; }

        public string Forward { get; set; } = "";

        public string Init { get; set; } = "";

        public IReadOnlyList<string> Items { get; set; } = [];

        /// <summary>Python that builds it.</summary>
        public string Expression { get; set; } = "";
    }
}
