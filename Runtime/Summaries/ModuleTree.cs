using System.ComponentModel;
using System.Text;
using Gen.Summaries;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>A module as PyTorch prints it, for generated code: a line for each module, deeper where it is held.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModuleTree
{
    /// <summary>A module that holds itself, by mistake, ends here.</summary>
    private const int Deepest = 100;

    /// <summary>The tree in the form of PyTorch's <c>repr</c>: <c>(fc1): Linear(in_features=784, out_features=128, bias=True)</c>.
    /// What TorchSharp does not tell of a layer, such as the dropout of an <c>LSTM</c>, is left out.</summary>
    public static string Print(nn.Module module) => Print(module, 0);

    private static string Print(nn.Module module, int depth)
    {
        var type = module.GetType();
        var name = type.IsGenericType ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;
        if (Internals.IsDisposed(module))
        {
            return $"{name}(disposed)";
        }

        if (depth == Deepest)
        {
            return $"{name}(...)";
        }

        var arguments = type.Namespace == "TorchSharp.Modules" ? ExtraRepr.Of(module) : "";
        var children = module is ParameterList or ParameterDict ? [.. module.named_parameters(recurse: false).Select(Parameter)]
            : module.named_children().Select(c => (Key: c.name, Text: Print(c.module, depth + 1))).ToList();
        if (children.Count == 0)
        {
            return $"{name}({arguments})";
        }

        var tree = new StringBuilder(name).Append('(');
        if (arguments.Length > 0)
        {
            tree.Append("\n  ").Append(arguments);
        }

        foreach (var (key, text) in Containers.IsList(module) ? Folded(children) : children)
        {
            tree.Append("\n  (").Append(key).Append("): ").Append(text.Replace("\n", "\n  ", StringComparison.Ordinal));
        }

        return tree.Append("\n)").ToString();
    }

    private static (string Key, string Text) Parameter((string Name, Parameter Tensor) parameter) =>
        (parameter.Name, $"Parameter containing: [torch.{$"{parameter.Tensor.dtype}".ToLowerInvariant()} of size "
            + $"{string.Join("x", parameter.Tensor.shape)}]");

    /// <summary>Items of a list that are alike and follow one another share a line: <c>(0-5): 6 x Block(...)</c>.</summary>
    private static IEnumerable<(string Key, string Text)> Folded(List<(string Key, string Text)> items)
    {
        for (var i = 0; i < items.Count;)
        {
            var end = i + 1;
            while (end < items.Count && items[end].Text == items[i].Text)
            {
                end++;
            }

            yield return end == i + 1 ? items[i] : ($"{items[i].Key}-{items[end - 1].Key}", $"{end - i} x {items[i].Text}");
            i = end;
        }
    }
}
