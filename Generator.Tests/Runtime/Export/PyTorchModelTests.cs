using System.Diagnostics;
using System.Reflection;
using Gen.CompilerServices;
using Gen.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>The models that are exported to ONNX, in PyTorch (Debian's python3-torch): the same keys, the same results, and the same
/// gradients.</summary>
[Collection("TorchSharp")]
public sealed class PyTorchModelTests(ITestOutputHelper output)
{
    /// <summary>What has no form, each with a part of what the exception says.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        [typeof(Models.TransformerLm).FullName!] = "the buffer 'pe' is not among the weights",
    };

    /// <summary>What makes tensors of float32 itself, and so runs in no other type.</summary>
    private static readonly HashSet<string> Single = [typeof(TimeEmbedding).FullName!];

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(OnnxModelTests.Models), MemberType = typeof(OnnxModelTests))]
    public void A_model_computes_the_same_in_PyTorch(string name, object[] arguments, string inputs)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(1);
        var type = OnnxModelTests.Exported.Value.GetType(name)!;
        using var module = (nn.Module)Activator.CreateInstance(type, arguments)!;
        module.eval();
        foreach (var norm in module.modules().OfType<TorchSharp.Modules.GroupNorm>())
        {
            norm.weight!.fill_(1);
            norm.bias!.fill_(0.1);
        }

        var folder = Directory.CreateTempSubdirectory("gen-pytorch").FullName;
        try
        {
            if (Refused.TryGetValue(name, out var reason))
            {
                var thrown = Assert.Throws<NotExportableException>(() => ((IExportable)module).ExportPyTorch(folder));
                Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
                Assert.Empty(Directory.EnumerateFiles(folder));
                return;
            }

            ((IExportable)module).ExportPyTorch(folder);
            var said = Compare(module, folder, run => OnnxModelTests.Inputs(inputs, run),
                OnnxModelTests.OneBatch.Any(t => t.FullName == name) ? 1 : 2, Single.Contains(name) ? float32 : float64);
            output.WriteLine($"{name}: {said}");
            Assert.StartsWith("agrees", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Says "agrees" if the program of Python that is in the folder computes what the module does, and has its gradients where
    /// they are asked for in a precision.</summary>
    internal static string Compare(nn.Module module, string folder, Func<int, Tensor[]> inputs, int runs, ScalarType? precision)
    {
        using var given = new Given();
        var type = module.GetType();
        var call = type.GetMethods().Where(m => m.Name == "call" && m.DeclaringType == type)
            .MaxBy(static m => m.GetParameters().Length)!;
        for (var run = 0; run < runs; run++)
        {
            var tensors = inputs(run);
            given.Add($"run{run}_in", tensors.Select(static t => t.clone()));
            var all = call.GetParameters().Select((p, i) => i < tensors.Length ? tensors[i] : p.DefaultValue).ToArray();
            given.Add($"run{run}_out", OnnxJudge.Tensors(call.Invoke(module, all)));
        }

        Dictionary<string, string>? gradients = null;
        if (precision is { } exact)
        {
            var leaves = inputs(0).Select(t => t.is_floating_point() ? t.to(exact) : t).ToArray();
            gradients = Gradients(given, module.to(exact), call, leaves);
        }

        given.SaveSafetensors(Path.Combine(folder, "given.safetensors"), gradients);
        var file = Path.GetFileNameWithoutExtension(Assert.Single(Directory.EnumerateFiles(folder, "*.py")));
        return Judge(folder, file, type.Name, "1e-5");
    }

    /// <summary>Adds the gradients of a weighted sum of all results: those of the parameters and of the inputs, mostly in float64, since
    /// noise of float32 grows on the way back through a deep model. Says which parameter each belongs to.</summary>
    private static Dictionary<string, string> Gradients(Given given, nn.Module module, MethodInfo call, Tensor[] leaves)
    {
        using var mode = enable_grad();
        given.Add("grad_in", leaves);
        Array.ForEach(leaves, static t => t.requires_grad_(t.is_floating_point()));
        var all = call.GetParameters().Select((p, i) => i < leaves.Length ? leaves[i].clone() : p.DefaultValue).ToArray();
        var results = OnnxJudge.Tensors(call.Invoke(module, all)).Where(static t => t.requires_grad).ToArray();
        var weights = results.Select(static t => randn_like(t)).ToArray();
        given.Add("grad_weight", weights);
        Assert.NotEmpty(results);
        results.Zip(weights).Select(static p => (p.First * p.Second).sum()).Aggregate(static (a, b) => a + b).backward();
        var of = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, tensor) in module.named_parameters().Select(static p => (p.name, (Tensor)p.parameter))
            .Concat(leaves.Select(static (t, i) => ($"input {i}", t)).Where(static l => l.t.requires_grad)))
        {
            of[$"of_grad{of.Count}"] = key;
            given.Add($"grad{of.Count - 1}_", tensor.grad is { } gradient ? [gradient] : []);
        }

        return of;
    }

    private static string Judge(string folder, string file, string type, string tolerance)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        var script = Path.Combine(SampleSources.Repository, "Generator.Tests", "Runtime", "Export", "torch_judge.py");
        foreach (var argument in new[] { script, folder, file, type, tolerance })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text.Trim() : errors.Result;
    }

    /// <summary>Inputs and results, as a file that Python reads.</summary>
    private sealed class Given() : nn.Module(nameof(Given))
    {
        public void Add(string prefix, IEnumerable<Tensor> tensors)
        {
            foreach (var (tensor, index) in tensors.Select(static (t, i) => (t, i)))
            {
                register_buffer($"{prefix}{index}", tensor.detach().clone().MoveToOuterDisposeScope());
            }
        }
    }
}
