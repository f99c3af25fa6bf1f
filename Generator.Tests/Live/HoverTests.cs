using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.QuickInfo;

namespace Gen.Tests.Live;

/// <summary>What an editor shows of a module at a hover, and offers behind a dot, once the generator ran.</summary>
public sealed class HoverTests
{
    private const string Marked = """
        /// <summary>Digits.</summary>
        [Shape("B 784 -> B 10")]
        public sealed partial class Net
        {
            [Layer(784, 128)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu;
            [Layer(-1, 10)] private readonly Linear fc2;
        }

        public static class Program
        {
            public static void Main()
            {
                var model = new Net();
                var y = model.forward(randn(2, 784));
                Console.WriteLine(Net.ParameterCount + Net.MultiplyAdds(2));
                Console.WriteLine(model.Summary());
                Console.WriteLine(model.call(y));
            }
        }
        """;

    private static readonly Editor Open = Editor.Open([Marked], withGenerator: true);

    [Theory]
    [InlineData("Net\n{", "(B, 784) -> (B, 10), 101,770 parameters", "Digits.", "fc2: Linear(128, 10)", "(B, 10), 1,290 parameters",
        "relu: ReLU()")]
    [InlineData("Net()", "(B, 784) -> (B, 10), 101,770 parameters")]
    [InlineData("forward", "(B, 784) -> (B, 10), 101,770 parameters", "ShapeMismatchException")]
    [InlineData("call(", "Tensor Net.call(Tensor input)", "(B, 784) -> (B, 10), 101,770 parameters", "ShapeMismatchException", "hooks")]
    [InlineData("ParameterCount", "101770", "The elements of all registered parameters: 101,770.")]
    [InlineData("MultiplyAdds", "101,632*B")]
    [InlineData("Summary", "ModuleSummary")]
    public void A_hover_shows_shapes_and_counts(string at, params string[] shown)
    {
        var text = Hover(at);
        Assert.All(shown, s => Assert.Contains(s, text, StringComparison.Ordinal));
    }

    /// <summary>
    /// A field is the user's own code, and no generated part can document it: a hover shows what the compiler knows, its type. The table of
    /// layers stands at the class and at its constructor, and shape comments keep the shape in the line itself.
    /// </summary>
    [Fact]
    public void A_hover_over_a_layer_shows_its_type_and_the_class_shows_its_row()
    {
        Assert.Contains("Linear Net.fc2", Hover("fc2"), StringComparison.Ordinal);
        Assert.DoesNotContain("1,290", Hover("fc2"), StringComparison.Ordinal);
        Assert.Contains("1,290", Hover("Net\n{"), StringComparison.Ordinal);
    }

    [Fact]
    public void Generated_members_are_offered_behind_a_dot()
    {
        Assert.Superset(new HashSet<string>(["ParameterCount", "MultiplyAdds"]), Offered("Net.ParameterCount", "Net.".Length));
        Assert.Superset(new HashSet<string>(["forward", "call", "Summary", "state_dict", "to"]), Offered("model.forward", "model.".Length));
    }

    private static string Hover(string at)
    {
        var document = Open.Documents[0];
        var info = QuickInfoService.GetService(document)!.GetQuickInfoAsync(document, Marked.IndexOf(at, StringComparison.Ordinal) + 1)
            .GetAwaiter().GetResult();
        Assert.NotNull(info);
        return string.Join("\n", info.Sections.Select(s => s.Text)).Replace("\u00a0", " ", StringComparison.Ordinal);
    }

    private static HashSet<string> Offered(string at, int offset)
    {
        var document = Open.Documents[0];
        return [
            .. CompletionService.GetService(document)!.GetCompletionsAsync(document, Marked.IndexOf(at, StringComparison.Ordinal) + offset)
                .GetAwaiter().GetResult().ItemsList.Select(i => i.DisplayText)];
    }
}
