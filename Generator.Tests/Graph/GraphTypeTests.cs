using Gen.Graph;
using Gen.Reading;
using Gen.Shapes;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Graph;

/// <summary>What a graph says of its values: shapes in the names of the module, element types, and whose memory a tensor is in.</summary>
public sealed class GraphTypeTests
{
    [Theory]
    [InlineData("return x.relu();", "[B, 6] Own")]
    [InlineData("return x.view(-1, 3);", "[2*B, 3] Shared x")]
    [InlineData("return x.transpose(0, 1).reshape(-1);", "[6*B] Either x")]
    [InlineData("return scale.unsqueeze(0);", "[1, 6] Module State")]
    [InlineData("return id.call(x)[0];", "[6] Shared x")]
    [InlineData("return flat.call(x);", "[6*B] Shared x")]
    [InlineData("return steps.call(x);", "[B, 6] Shared x")]
    [InlineData("return x.argmax(1);", "[B] Int64 Own")]
    [InlineData("var (v, i) = x.topk(2, 1); return i;", "[B, 2] Int64 Own")]
    [InlineData("return training ? x + 1 : x * 2;", "[B, 6] Own")]
    [InlineData("return training ? x : x * 2;", "[B, 6] Unknown")]
    [InlineData("return training ? x : x.view(-1, 6);", "[B, 6] Shared x")]
    [InlineData("var y = x; for (var i = 0; i < 3; i++) { y = y.relu(); } return y;", "[B, 6] Unknown")]
    [InlineData("var y = x; for (var i = 0; i < B(x); i++) { y = cat([y, x], 1); } return y;", "[B, _] Unknown")]
    [InlineData("return Half(x) + Half(x * 2);", "[B, 3] Own")]
    [InlineData("return Half(x);", "[B, 3] Shared x")]
    public void A_value_has_a_shape_a_type_and_a_memory(string body, string type)
    {
        var result = Assert.IsType<Operand.Of>(Assert.IsType<GraphNode.Yield>(Graph(body).Body.Nodes[^1]).Values[0]);
        Assert.Equal(type, Text(Assert.IsType<GraphType.Tensor>(result.Value.Type)));
    }

    /// <summary>Each call of a method has values of its own.</summary>
    [Fact]
    public void A_method_that_is_called_twice_has_two_sets_of_values()
    {
        var body = Assert.IsType<GraphNode.Scope>(Graph("return Half(cat([Half(x), x], 1));").Body.Nodes[0]).Body;
        Assert.Equal(["[B, 3]", "[B, 4]"], body.Nodes.OfType<GraphNode.Scope>()
            .Select(s => Assert.IsType<GraphType.Tensor>(s.Body.Nodes.OfType<GraphNode.Apply>().Last().Output.Type).Shape.ToString()));
    }

    /// <summary>Without an evaluation nothing is known of the values.</summary>
    [Fact]
    public void A_graph_alone_knows_no_types() =>
        Assert.All(Module("return x.relu();").Inputs, i => Assert.Equal(GraphType.Unknown, i.Type));

    private static string Text(GraphType.Tensor type)
    {
        var stored = type.Stored;
        while (stored is { Storage: Storage.Shared, Of: { Value.Name: not "x" } of }
            && (of.Item is { } item ? ((GraphType.Items)of.Value.Type).Values[item] : of.Value.Type) is GraphType.Tensor holder)
        {
            stored = holder.Stored;
        }

        var element = type.Element.Members().Count() == 1 ? type.Element : ElementType.Unknown;
        return $"{type.Shape} {element} {stored.Storage} {stored.Of?.Value.Name}".Replace(" Unknown ", " ", StringComparison.Ordinal)
            .TrimEnd();
    }

    private static ModuleGraph Graph(string body)
    {
        var compilation = Compilations.Of(Source(body));
        return GraphTests.Typed(ModuleReader.Read(compilation.GetTypeByMetadataName("Net")!, compilation, default)!)!;
    }

    private static ModuleGraph Module(string body)
    {
        var compilation = Compilations.Of(Source(body));
        return GraphBuilder.Of(ModuleReader.Read(compilation.GetTypeByMetadataName("Net")!, compilation, default)!)!;
    }

    private static string Source(string body) => $$"""
        [Shape("B 6")] public sealed partial class Net
        {
            [Layer] private readonly Identity id;
            [Layer] private readonly Flat flat;
            [Layer] private readonly Sequential steps = Sequential(("a", Identity()), ("b", ReLU(inplace: true)));
            [Parameter] private readonly Parameter scale = Parameter(torch.ones(6));
            private Tensor Forward(Tensor x)
            {
                {{body}}
            }
            private static Tensor Half(Tensor t) => t.narrow(1, 0, t.shape[1] / 2);
            private static long B(Tensor t) => t.shape[0];
        }
        [Shape("B n")] public sealed partial class Flat
        {
            [Layer] private readonly Identity id;
            private Tensor Forward(Tensor x) => id.call(x).view(-1);
        }
        """;
}
