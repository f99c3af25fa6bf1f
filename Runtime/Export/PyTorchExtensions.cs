using System.Text;
using Gen.CompilerServices;
using Gen.Export.PyTorch;

namespace Gen;

/// <summary>Modules as <see href="https://pytorch.org">PyTorch</see>, which runs them without .NET, and trains them further.</summary>
public static class PyTorchExtensions
{
    /// <summary>
    /// Writes a module with <c>[Export]</c> as a class of Python, <c>classifier.py</c>, and its weights beside it,
    /// <c>classifier.safetensors</c>, under the same keys. Code that branches on <c>training</c> is written as it computes in eval mode.
    /// The files are written beside their places and moved there when both are complete; the same module gives the same bytes. What is
    /// written runs on PyTorch 1.13 and later.
    /// </summary>
    /// <param name="module">The module; it may be on any device.</param>
    /// <param name="directory">Where the files go; it is made where it is not there.</param>
    /// <exception cref="NotExportableException">Something has no equal form; nothing is written.</exception>
    /// <example><c>model.ExportPyTorch("exported");</c></example>
    public static void ExportPyTorch(this IExportable module, string directory)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var graph = module.ToGraph();
        var name = PyText.Snake(graph.Name);
        var text = Encoding.UTF8.GetBytes(PyProgram.Write(graph, name + ".safetensors"));
        Directory.CreateDirectory(directory);
        WholeFile.Write([.. SafetensorsExtensions.Files(graph.Module, Path.Combine(directory, name + ".safetensors")),
            (Path.Combine(directory, name + ".py"), stream => stream.Write(text))]);
    }
}
