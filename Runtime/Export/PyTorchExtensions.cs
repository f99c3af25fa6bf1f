using System.Text;
using Gen.CompilerServices;
using Gen.Export.PyTorch;
using static TorchSharp.torch;

namespace Gen;

/// <summary>Modules as <see href="https://pytorch.org">PyTorch</see>, which runs them without .NET, and trains them further.</summary>
public static class PyTorchExtensions
{
    private const string TrainingProgram = "train_ddp.py";

    /// <summary>
    /// Writes a module with <c>[Export]</c> as a class of Python, <c>classifier.py</c>, and its weights beside it,
    /// <c>classifier.safetensors</c>, under the same keys. Code that branches on <c>training</c> is written as it computes in eval mode.
    /// The files are written beside their places and moved there when both are complete; the same module gives the same bytes. What is
    /// written runs on PyTorch 1.13 and later.
    /// </summary>
    /// <param name="module">The module; it may be on any device.</param>
    /// <param name="directory">Where the files go; it is made where it is not there.</param>
    /// <param name="options">What is written beside them.</param>
    /// <exception cref="NotExportableException">Something has no equal form; nothing is written.</exception>
    /// <exception cref="NotSupportedException">The state of the optimizer has no form; nothing is written.</exception>
    /// <exception cref="ArgumentException">A parameter of the optimizer is none of the module; nothing is written.</exception>
    /// <example><c>model.ExportPyTorch("exported");</c></example>
    public static void ExportPyTorch(this IExportable module, string directory, PyTorchExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options ??= new();
        using var scope = NewDisposeScope();
        var graph = module.ToGraph();
        var name = PyText.Snake(graph.Name);
        var program = PyProgram.Write(graph, name + ".safetensors");
        var files = SafetensorsExtensions.Files(graph.Module, Path.Combine(directory, name + ".safetensors")).ToList();
        files.Add(Text(name + ".py", program.Text));
        if (options.Optimizer is { } optimizer)
        {
            files.Add(OptimizerExtensions.Files(optimizer, Path.Combine(directory, name + ".optimizer.safetensors"), graph.Module));
        }

        if (options.TrainingProgram)
        {
            if (name + ".py" == TrainingProgram)
            {
                throw new NotExportableException($"{graph.Name} is {TrainingProgram} itself");
            }

            var text = PyTraining.Write(program, name, options.Optimizer);
            if (!File.Exists(Path.Combine(directory, TrainingProgram)))
            {
                files.Add(Text(TrainingProgram, text));
            }
        }

        Directory.CreateDirectory(directory);
        WholeFile.Write(files);

        (string, Action<Stream>) Text(string file, string text) =>
            (Path.Combine(directory, file), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
