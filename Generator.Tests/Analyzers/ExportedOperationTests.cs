using System.Reflection;
using Gen.Checks;
using Gen.Model;
using Gen.Reading;
using Gen.Rules.Operations;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Every method of a tensor and every function of TorchSharp that can be called with simple arguments, known to Gen or not: it has
/// a form in ONNX, or GEN6001 says that it has none.</summary>
public sealed class ExportedOperationTests
{
    private static readonly (Type Owner, string Prefix)[] Owners =
    [
        (typeof(Tensor), "x."), (typeof(torch), "torch."), (typeof(nn.functional), "nn.functional."), (typeof(nn.init), "nn.init."),
        (typeof(special), "special."), (typeof(linalg), "linalg."),
    ];

    private static readonly HashSet<string> Forms = [.. new[] { "Names", "FunctionNames" }.SelectMany(static p =>
        (IEnumerable<string>)typeof(OnnxExportOptions).Assembly.GetType("Gen.Export.Onnx.OnnxOperations")!
            .GetProperty(p, BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!)];

    [Fact]
    public void What_has_no_form_is_reported()
    {
        var calls = Owners.SelectMany(static o => Calls(o.Owner, o.Prefix)).ToArray();
        var compilation = Compilations.Of(string.Join("\n", calls.Select(static (c, i) =>
            $"[Export] [Shape(\"B 4 4\")] public sealed partial class Net{i} {{ [Layer(4, 4)] private readonly Linear f; "
            + $"private Tensor Forward(Tensor x) {{ var y = {c.Text}; return x; }} }}")));

        // Some names have overloads between which such a call does not choose.
        var ambiguous = compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(static d => d.Id is "CS0121" or "CS1620" or "CS8917")
            .Select(static d => d.Location.GetLineSpan().StartLinePosition.Line).ToHashSet();
        Assert.True(ambiguous.Count < 20, $"{ambiguous.Count} calls are ambiguous");
        var (reported, exported) = (new HashSet<string>(), 0);
        var silent = new List<string>();
        for (var i = 0; i < calls.Length; i++)
        {
            var (name, text) = calls[i];
            if (ambiguous.Contains(i))
            {
                continue;
            }

            var model = ModuleReader.Read(compilation.GetTypeByMetadataName($"Net{i}")!, compilation, default)!;
            var findings = ModuleChecker.Check(model).Findings;
            if (findings.Any(static f => f.Kind == FindingKind.NoEqualForm))
            {
                reported.Add(name);
            }
            else if (Forms.Contains(name) || (name.EndsWith('_') && Forms.Contains(name[..^1])))
            {
                exported++;
            }
            else if (!findings.Any(static f => f.Kind.IsError()))
            {
                silent.Add(text);
            }
        }

        Assert.Equal([], silent);
        Assert.True(exported > 200, $"{exported} are exported");
        Assert.Contains("diag_embed", reported);
        Assert.True(reported.Count(static n => OperationRules.Find(isFunctional: false, n) is null) > 30);
        Assert.True(reported.Count(static n => OnnxForms.WhyNot(n) is not null) > 60);
    }

    /// <summary>What is said of PyTorch while typing is what the export has.</summary>
    [Fact]
    public void What_PyTorch_has_is_known_at_compile_time()
    {
        IEnumerable<string> Names(string type) => (IEnumerable<string>)typeof(OnnxExportOptions).Assembly
            .GetType($"Gen.Export.PyTorch.{type}")!.GetProperty("Names", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;
        Assert.Equal(Names("PyOperations").Distinct().Order(StringComparer.Ordinal),
            PyTorchForms.Operations.Order(StringComparer.Ordinal));
        Assert.Equal(Names("PyLayers").Order(StringComparer.Ordinal), PyTorchForms.Layers.Order(StringComparer.Ordinal));
    }

    /// <summary>A call of each name that gives something, by the overload with the fewest arguments.</summary>
    private static IEnumerable<(string Name, string Text)> Calls(Type owner, string prefix) => owner
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(static m => !m.IsSpecialName && !m.IsGenericMethod && m.ReturnType != typeof(void) && !m.ReturnType.IsByRefLike
            && m.GetCustomAttribute<ObsoleteAttribute>() is null && m.Name is not ("Equals" or "GetHashCode" or "ToString" or "GetType"))
        .Select(static m => (m.Name, m.IsStatic, Arguments: m.GetParameters().Where(static p => !p.HasDefaultValue)
            .Select(static p => Argument(p)).ToArray()))
        .Where(static m => m.Arguments.All(static a => a is not null))
        .Where(m => m.IsStatic == (owner != typeof(Tensor)))
        .GroupBy(static m => m.Name).Select(static g => g.MinBy(static m => m.Arguments.Length))
        .OrderBy(static m => m.Name, StringComparer.Ordinal)
        .Select(m => (m.Name, $"{prefix}@{m.Name}({string.Join(", ", m.Arguments)})"));

    private static string? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var t when t == typeof(Tensor) => $"{Name(parameter)}: x",
        var t when t == typeof(long) || t == typeof(int) => $"{Name(parameter)}: 1",
        var t when t == typeof(double) || t == typeof(float) => $"{Name(parameter)}: 1",
        var t when t == typeof(bool) => $"{Name(parameter)}: true",
        var t when t == typeof(Scalar) => $"{Name(parameter)}: 1",
        var t when t == typeof(long[]) => $"{Name(parameter)}: new long[] {{ 1 }}",
        _ => null,
    };

    private static string Name(ParameterInfo parameter) => "@" + parameter.Name;
}
