using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>The methods of a module that its <c>Forward</c> does not come to: calls of the module itself, and comments.</summary>
[Collection("TorchSharp")]
public sealed class ModuleMethodTests
{
    private static string Net(string methods, bool isChain = false) => $$"""
        [Shape("B n -> B 2")]
        public sealed partial class Net(int n) : Module<Tensor, Tensor>("Net")
        {
            [Layer] private readonly Linear fc = Linear(n, 2);
            {{(isChain ? "" : "private Tensor Forward(Tensor x) => fc.call(x).relu();")}}
            {{methods}}
        }
        """;

    [Theory]
    [InlineData("[Shape(\"B n -> B 2\")] public Tensor Run(Tensor x) => call(x).softmax(-1);", 4)]
    [InlineData("public Tensor Run(Tensor x) { using (no_grad()) { return this.call(x); } }", 4)]
    [InlineData("public Tensor Run(Tensor x) => forward(x.unsqueeze(0).expand(2, -1, -1)[0]);", 4)]
    [InlineData("public Tensor Run(Tensor x) => base.call(x)[.., 1];", 4)]
    [InlineData("public Tensor Run(Tensor x) => call(rand(3, n)) + call(x)[..3];", 4)]
    public void A_call_of_the_module_itself_that_runs_is_silent(string method, int n)
    {
        foreach (var source in new[] { Net(method), Net(method, isChain: true) })
        {
            Assert.Empty(Compilations.Diagnose(Compilations.Of(source)));
            using var scope = NewDisposeScope();
            var type = Compilations.Load(source).GetType("Net")!;
            using var net = (nn.Module)Activator.CreateInstance(type, n)!;
            type.GetMethod("Run")!.Invoke(net, [rand(5, n)]);
        }
    }

    [Theory]
    [InlineData("[Shape(\"B T n -> B T 2\")] public Tensor Run(Tensor x) => {|GEN1008:call(x)|};",
        "'this' (Net) is declared for [B, n] but gets [B, T, n]: x [B, T, n].")]
    [InlineData("public Tensor Run(Tensor x) => {|GEN1008:this.call(rand(4, 3, n))|};",
        "'this' (Net) is declared for [B, n] but gets [4, 3, n]: rand [4, 3, n].")]
    [InlineData("public Tensor Run(Tensor x) => {|GEN1003:forward(rand(4, n)) + rand(4, 3)|};",
        "'+' of [4, 2] and [4, 3]: dimension 1 is 2 and 3.")]
    [InlineData("[Shape(\"B n -> B 3\")] public Tensor Run(Tensor x) => {|GEN1005:call(x)|};",
        "the result is declared [B, 3] but is [B, 2]: x [B, n] -> this [B, 2]. Declare '-> B 2'.")]
    public void A_call_of_the_module_itself_that_fails_is_reported(string method, string message)
    {
        Assert.Equal(message, Markup.Message(Net(method)).Replace(" -> relu [B, 2]", "", StringComparison.Ordinal));
        Assert.Equal(message, Markup.Message(Net(method, isChain: true)));
    }

    [Fact]
    public void A_method_that_calls_its_module_is_checked_where_it_is_called() => Assert.Equal(
        "'net' (Net) is declared for [2, 4] but gets [2, 3]: zeros [2, 3].", Markup.Message(
            Net("public Tensor Act(Tensor state) => call(state).argmax(-1);") + """

            public static class Program
            {
                public static Tensor Run() { var net = new Net(4); return {|GEN1008:net.Act(zeros(2, 3))|}; }
            }
            """));

    [Theory]
    [InlineData("[Shape(\"B n -> B 2\")] public Tensor Run(Tensor x)\n{\nvar y = call(x);  // [B, 2]\nreturn y;  // (B, 2)\n}")]
    [InlineData("public Tensor Run(Tensor x)\n{\nvar y = rand(3, n);  // [B, n]\nreturn fc.call(y);  // [B, 2]\n}")]
    [InlineData("public static Tensor Table(int size)\n{\nvar y = stack([arange(size), arange(size)]);  // [2, size]\nreturn y;\n}")]
    public void A_comment_that_is_true_is_silent(string method) => Markup.Verify(Net(method));

    [Theory]
    [InlineData("[Shape(\"B n -> B 2\")] public Tensor Run(Tensor x)\n{\nvar y = call(x);  {|GEN1011:// [B, 3]|}\nreturn y;\n}",
        "the comment says (B, 3), but 'y' is (B, 2). Change it to [B, 2].")]
    [InlineData("public Tensor Run(Tensor x)\n{\nvar y = rand(3, n);\nreturn fc.call(y);  {|GEN1011:// [3, 4]|}\n}",
        "the comment says (3, 4), but the result is (3, 2). Change it to [3, 2].")]
    [InlineData("public static Tensor Table(int size)\n{\nvar y = stack([arange(3), arange(3)]);  {|GEN1011:// (3, 3)|}\nreturn y;\n}",
        "the comment says (3, 3), but 'y' is (2, 3). Change it to (2, 3).")]
    public void A_comment_that_is_false_is_reported(string method, string message) => Assert.Equal(message, Markup.Message(Net(method)));
}
