using Gen.Diagnostics;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Tests.Analyzers;

/// <summary>How far code that is no module's is followed, and what loops leave.</summary>
public sealed class OrdinaryStepsTests
{
    /// <summary>Loops of which every turn is alike, that never end, or that have nothing to do with tensors: walked to the end, each would
    /// take more than the budget.</summary>
    [Theory]
    [InlineData("for (var e = 0; e < 1000; e++) { for (var b = 0; b < 500; b++) { var y = x + 1; } }")]
    [InlineData("while (true) { var y = x + 1; if (Console.ReadLine() is null) { break; } }")]
    [InlineData("for (var i = 0; i < n; i++) for (var j = 0; j < n; j++) for (var k = 0; k < n; k++) if (k > j) { n -= 1; }")]
    public void Loops_of_ordinary_code_take_few_steps(string loop) => Assert.InRange(
        Steps($"public static class Program {{ static void Main(Tensor x, int n) {{ {loop} }} }}").Steps, 10, 1_500);

    [Theory]
    [InlineData("for (var i = 0; i < 20; i++) { box.N += 1; } {|GEN1003:zeros(2, box.N).mm(zeros(3, 2))|};")]
    [InlineData("foreach (var a in l) foreach (var b in l) foreach (var c in l) foreach (var d in l) { box.N += 1; } "
        + "zeros(2, box.N).mm(zeros(2, 2));")]
    [InlineData("var all = new List<Box>(); for (var i = 0; i < 9; i++) { all.Add(new Box { N = i }); } "
        + "zeros(2, all[3].N).mm(zeros(3, 2));")]
    [InlineData("var all = new List<Box>(); for (var i = 0; i < 9; i++) { all.Add(new Box()); } all[0].N = 7; "
        + "zeros(2, all[3].N).mm(zeros(1, 2));")]
    [InlineData("var ids = new long[4]; for (var i = 0; i < l.Count; i++) { ids[i % 4] = i; } "
        + "{|GEN1003:zeros(3).add(tensor(ids))|};")]
    public void What_loops_make_of_objects_and_arrays_is_what_it_is_after_them(string code) => Markup.Verify($$"""
        public sealed class Box { public int N = 1; }
        public static class Program { static void Main(Box unused, List<int> l) { var box = new Box(); {{code}} } }
        """, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));

    /// <summary>Forty methods, each of which calls the next one twice.</summary>
    [Fact]
    public void Calls_are_followed_for_so_many_steps()
    {
        var methods = string.Join("\n", Enumerable.Range(0, 40).Select(i =>
            $"static Tensor M{i}(Tensor x) => M{i + 1}(x) + M{i + 1}(x);"));
        var (code, steps) = Steps($"public static class Program {{ static Tensor Main(Tensor x) => M0(x); {methods} "
            + "static Tensor M40(Tensor x) => x; }");
        Assert.Equal(42, code.Module.Body!.Methods.Count);
        Assert.InRange(steps, 1_000, 10_000);
    }

    /// <summary>Forty tensors, each of which is twice the next one: written out they would be two to the fortieth.</summary>
    [Fact]
    public void Static_tensors_that_are_made_of_others_are_read_for_so_many_times()
    {
        var fields = string.Join("\n", Enumerable.Range(0, 40).Select(i => $"static readonly Tensor F{i} = F{i + 1} + F{i + 1};"));
        var (code, _) = Steps($"public static class Program {{ static readonly Tensor F40 = ones(3); {fields} "
            + "static Tensor Main() => F0 + F39; }");
        Assert.InRange(code.Module.Body!.Methods.Sum(static m => m.Body!.Nodes().Count()), 40, 1_000);
    }

    private static (OrdinaryCode Code, int Steps) Steps(string source)
    {
        var compilation = Compilations.Of(source);
        var method = compilation.GetTypeByMetadataName("Program")!.GetMembers("Main").OfType<IMethodSymbol>().Single();
        var declaration = method.DeclaringSyntaxReferences[0].GetSyntax();
        var body = (IMethodBodyOperation)compilation.GetSemanticModel(declaration.SyntaxTree).GetOperation(declaration)!;
        var code = ModuleReader.ReadOrdinary(method, declaration, [(body.BlockBody ?? body.ExpressionBody)!], compilation, default);
        var budget = new Budget();
        OrdinaryFindings.Of(code!, budget: budget);
        return (code!, budget.Steps);
    }
}
