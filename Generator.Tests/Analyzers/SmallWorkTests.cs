using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Tests.Analyzers;

/// <summary>Work that is not done, or once, where nothing could come of it or the same.</summary>
public sealed class SmallWorkTests
{
    private const string Inner = """
        public sealed class Inner : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(4, 4);
            public Inner() : base("inner") { RegisterComponents(); }
            public override Tensor forward(Tensor x) => fc.call(x);
        }
        """;

    [Theory]
    [InlineData("private readonly Inner a = new(); private readonly Conv2d b = Conv2d(1, 1, 1);", "b.call(a.call(x))", false)]
    [InlineData("private readonly Linear a = Linear(4, 4);", "a.call(x)", false)]
    [InlineData("private readonly Linear a = Linear(4, 4); private readonly Inner b = new();", "a.call(b.call(x))", true)]
    [InlineData("private readonly ModuleList<Linear> a = ModuleList(Linear(4, 4), Linear(4, 4));", "a[0].call(x)", true)]
    [InlineData("private readonly Sequential a = Sequential(Linear(4, 4), ReLU(), Linear(4, 4));", "a.call(x)", true)]
    [InlineData("private readonly Inner a = new();", "functional.cross_entropy(a.call(x), x)", true)]
    [InlineData("private readonly CrossEntropyLoss a = CrossEntropyLoss();", "a.call(x, x)", true)]
    [InlineData("private readonly Inner a = new();", "Linear(4, 4).call(Linear(4, 4).call(a.call(x)))", true)]
    [InlineData("private readonly Dropout2d a = Dropout2d();", "a.call(x)", true)]
    [InlineData("private readonly LSTM a = LSTM(4, 4);", "a.call(x).Item1", true)]
    public void A_class_is_walked_for_advice_only_where_it_applies_what_may_lead_to_some(string fields, string result, bool isWalked)
    {
        var compilation = Compilations.Of(Inner, $$"""
            public sealed class Net : Module<Tensor, Tensor>
            {
                {{fields}}
                public Net() : base("net") { RegisterComponents(); }
                public override Tensor forward(Tensor x) => {{result}};
            }
            """);
        var module = ModuleReader.ReadHandWritten(compilation.GetTypeByMetadataName("Net")!, compilation, default);
        Assert.NotNull(module!.Body);
        Assert.Equal(isWalked, AdviceSources.AreIn(module));
    }

    /// <summary>What is written as it would be printed is not printed; the text is the same.</summary>
    [Theory]
    [InlineData("Linear(784, 128)")]
    [InlineData("Linear(784,128)")]
    [InlineData("Linear( 784, 128 )")]
    [InlineData("Conv2d(1, 32, 3, padding: 1)")]
    [InlineData("Conv2d(1, 32, 3, padding:1)")]
    [InlineData("Conv2d(1, 32, /* size */ 3)")]
    [InlineData("Dropout(p: -1.5)")]
    [InlineData("Linear(2 * 3, 4)")]
    [InlineData("Linear(2*3, 4)")]
    [InlineData("Sequential((\"a  b\", Linear(1, 2)), (\"c\", ReLU()))")]
    [InlineData("Linear(1,\n    2)")]
    [InlineData("torch.nn.Linear(-1, 2, true)")]
    [InlineData("Linear(1,  2)")]
    [InlineData("Linear(true ? 1 : 2, 2)")]
    public void The_text_of_a_layer_is_what_the_compiler_prints(string call)
    {
        var compilation = Compilations.Of($"public static class Program {{ static object Net() => {call}; }}");
        var written = compilation.SyntaxTrees.SelectMany(t => t.GetRoot().DescendantNodes()).OfType<InvocationExpressionSyntax>().First();
        var printed = written.ArgumentList.WithoutTrivia().NormalizeWhitespace().ToFullString()
            .Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var name = call.Split('(')[0].Split('.')[^1];
        Assert.Equal(name + string.Join(" ", printed), ModuleReader.ReadModule(written, compilation, default)!.Written);
    }

    [Fact]
    public void The_items_of_a_long_array_are_made_once()
    {
        var zeros = new Value.Repeat(Dim.Of(5_000), "#i", new Value.Integer(Dim.Zero));
        var numbers = new Value.Repeat(Dim.Of(3), "#i", new Value.Integer(Dim.Name("#i")));
        Assert.Same(Bindings.Expand(zeros), Bindings.Expand(zeros));
        Assert.Equal(5_000, Assert.IsType<Value.List>(Bindings.Expand(zeros)).Items.Count);
        Assert.Equal(["0", "1", "2"],
            Assert.IsType<Value.List>(Bindings.Expand(numbers)).Items.Select(i => ((Value.Integer)i).Dim.ToString()));
    }
}
