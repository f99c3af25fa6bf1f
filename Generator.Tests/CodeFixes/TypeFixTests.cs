using Gen.Tests.Analyzers;

namespace Gen.Tests.CodeFixes;

/// <summary>The conversion of an operand of another element type: the fixed program is silent, compiles and runs.</summary>
public sealed class TypeFixTests
{
    private static readonly (string Wrong, string Right)[] Cases =
    [
        ("var fc = Linear(4, 2); var y = fc.call(zeros([1, 4], dtype: float64));",
            "var fc = Linear(4, 2); var y = fc.call(zeros([1, 4], dtype: float64).to(ScalarType.Float32));"),
        ("var table = Embedding(10, 4); var x = zeros(2, 3); var y = table.call(x + 1);",
            "var table = Embedding(10, 4); var x = zeros(2, 3); var y = table.call((x + 1).to(ScalarType.Int64));"),
        ("var y = arange(6).mean();", "var y = arange(6).to(ScalarType.Float32).mean();"),
        ("var y = (randn(6) > 0).mean();", "var y = (randn(6) > 0).to(ScalarType.Float32).mean();"),
        ("var y = functional.softmax(arange(6), 0);", "var y = functional.softmax(arange(6).to(ScalarType.Float32), 0);"),
        ("var y = randn(3, 4).gather(1, index: zeros(3, 1));", "var y = randn(3, 4).gather(1, index: zeros(3, 1).to(ScalarType.Int64));"),
        ("var y = functional.one_hot(zeros(4), 3);", "var y = functional.one_hot(zeros(4).to(ScalarType.Int64), 3);"),
        ("var words = new Words(); var y = words.call(zeros(2, 3));",
            "var words = new Words(); var y = words.call(zeros(2, 3).to(ScalarType.Int64));"),
    ];

    private const string Words = """
        [Shape("int64: B T -> B T 4")] public sealed partial class Words
        {
            [Layer(10, 4)] private readonly Embedding table;
        }

        """;

    public static TheoryData<string, string> Programs => [.. Cases.Select(c => (c.Wrong, c.Right))];

    [Theory]
    [MemberData(nameof(Programs))]
    public void An_operand_is_converted(string wrong, string right)
    {
        Assert.Equal(Program(right), FixHarness.Fix(Program(wrong), "GEN1012").Source);
        Markup.Verify(Program(right), static d => d.Id == "GEN1012");
    }

    [Fact]
    public void The_fixed_programs_run()
    {
        var fixedOnes = Cases.Select(c => new Mistake(c.Right, "", Program(c.Right))).ToArray();
        Assert.Equal([], fixedOnes.Zip(MistakeProcess.Run(fixedOnes, m => m.Source)).Where(o => o.Second is not null)
            .Select(o => $"{o.First.What}: {o.Second}"));
    }

    /// <summary>Which of the two is to be converted, or to what, only the writer knows.</summary>
    [Theory]
    [InlineData("var y = zeros([2, 2], dtype: int64).mm(zeros(2, 2));")]
    [InlineData("var y = 1 - (zeros(2) > 0);")]
    [InlineData("var y = zeros(3, 3).masked_fill(ones(3, 3), 0);")]
    [InlineData("var y = zeros([2], dtype: int64).add_(zeros(2));")]
    public void Where_it_is_not_certain_there_is_no_fix(string wrong)
    {
        var project = FixHarness.Project(Program(wrong));
        Assert.Empty(FixHarness.Offered(project, Assert.Single(FixHarness.Diagnose(project), d => d.Id == "GEN1012")));
    }

    private static string Program(string statements) =>
        Words + $"public static class Program {{ public static void Main() {{ {statements} }} }}";
}
