using System.Reflection;
using Gen.Rules.Layers;
using Gen.Rules.Operations;

namespace Gen.Tests.Docs;

/// <summary>The page of exports, and what the rules say of exports, against the tables of the runtime.</summary>
public sealed class ExportTableTests
{
    private static readonly string Page = Path.Combine(SampleSources.Repository, "docs", "exporting.md");

    [Fact]
    public void The_page_of_exports_is_printed_from_the_rules() =>
        Assert.Equal(ExportTable.Print(File.ReadAllText(Page)), File.ReadAllText(Page));

    [Fact]
    public void Of_128_layers_at_least_115_are_exported() => Assert.True(LayerRules.All.Count(static r => r.NotInOnnx is null) >= 115);

    [Fact]
    public void Rules_and_runtime_agree_on_layers()
    {
        var forms = Names("OnnxLayers", "Names");
        Assert.Equal([], LayerRules.All.Where(r => r.NotInOnnx is null != forms.Contains(r.Factory.Replace("_from_pretrained", "",
            StringComparison.Ordinal))).Select(static r => r.Factory));
    }

    [Fact]
    public void Rules_and_runtime_agree_on_operations()
    {
        var (all, functions) = (Names("OnnxOperations", "Names"), Names("OnnxOperations", "FunctionNames"));
        string[] ofCSharp = ["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&", "|", "^", "[]"];
        Assert.Equal([], OperationRules.Families.SelectMany(static f => f.Rules).SelectMany(static r => r.Names, static (r, n) => (r, n))
            .Where(p => !ofCSharp.Contains(p.n)
                && p.r.WhyNotInOnnx(p.n) is null != (all.Contains(p.n) || functions.Contains(p.n)))
            .Select(static p => p.n).Distinct());
    }

    /// <summary>The check at compile time knows what has a form and no rule.</summary>
    [Fact]
    public void What_has_a_form_and_no_rule_is_known() =>
        Assert.Equal(OnnxForms.WithoutRule.Order(), Names("OnnxOperations", "Names").Concat(Names("OnnxOperations", "FunctionNames"))
            .Where(static n => OperationRules.Find(isFunctional: true, n) is null && OperationRules.Find(isFunctional: false, n) is null)
            .Order());

    [Fact]
    public void The_check_at_compile_time_knows_the_functions_of_lists_that_are_followed()
    {
        var isFollowed = typeof(OnnxExportOptions).Assembly.GetType("Gen.Export.Onnx.OnnxCollections")!.GetMethod("IsFollowed")!;
        var names = typeof(Enumerable).GetMethods().Concat(typeof(List<int>).GetMethods()).Concat(typeof(Array).GetMethods())
            .Select(static m => m.Name).Append("Length").Distinct().ToArray();
        Assert.All(names, name => Assert.All(Enumerable.Range(0, 5), count =>
            Assert.Equal((name, count, isFollowed.Invoke(null, [name, count])), (name, count, OnnxForms.IsOfLists(name, count)))));
        Assert.True(names.Count(static n => OnnxForms.IsOfLists(n, 1)) > 20);
    }

    /// <summary>The names in a table of the runtime.</summary>
    private static HashSet<string> Names(string type, string property) =>
        [.. (IEnumerable<string>)typeof(OnnxExportOptions).Assembly.GetType($"Gen.Export.Onnx.{type}")!
            .GetProperty(property, BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!];
}
