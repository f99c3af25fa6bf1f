using Gen.Graph;
using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>Bodies whose variables, loops and functions are easily lowered wrongly.</summary>
[Collection("TorchSharp")]
public sealed class GraphControlFlowTests
{
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["a return out of two loops"] = """
            var y = x;
            for (var i = 0; i < 4; i++)
            {
                foreach (var scale in new[] { 1.5, 2.5 })
                {
                    y = y * scale;
                    if (y.abs().max().item<float>() > 20) { return y + i; }
                }
            }
            return y;
            """,
        ["continue and break"] = """
            var (sum, n) = (x, 0);
            while (true)
            {
                n++;
                if (n % 2 == 0) { continue; }
                sum = sum + (n * x);
                if (n > 6) { break; }
            }
            return sum * n;
            """,
        ["do while"] = """
            var n = 0;
            var y = x;
            do { y = y.relu() + n; n += 2; } while (n < 5);
            return y - n;
            """,
        ["two variables that change places"] = """
            var (a, b) = (x, x * 2);
            for (var i = 0; i < 3; i++) { (a, b) = (b + 1, a); }
            return a - b;
            """,
        ["a function that sets a variable around it"] = """
            var total = x * 0;
            void Add(Tensor part) { total = total + part; }
            for (var i = 0; i < 3; i++) { Add(x * i); }
            Add(x);
            return total;
            """,
        ["a method that sets what it is given"] = """
            Split(x, out var low, out var high);
            return high - low;
            """,
        ["a switch"] = """
            var kind = x.shape[0] % 3;
            switch (kind)
            {
                case 0: return x;
                case 1: x = x + 1; break;
                default: x = x - 1; break;
            }
            return x * (kind switch { 1 => 2.0, 2 => 3.0, _ => 4.0 });
            """,
        ["jumps deep in a switch within a loop"] = """
            for (var i = 0; i < 5; i++)
            {
                switch (i)
                {
                    case 0:
                        if (x.shape[0] == 3) { break; }
                        x = x + 1;
                        break;
                    case 1: { x = x * 2; if (training) { continue; } x = x - 3; break; }
                    case 4: return x / 7;
                    default:
                        foreach (var part in x.unbind(1)) { if (part.shape[0] == 4) { break; } x = x + part.unsqueeze(1); }
                        break;
                }
                x = x.tanh();
            }
            return x;
            """,
        ["a break deep in a switch"] = "switch (x.dim()) { case 2: if (training) { break; } return x * 2; } return x;",
        ["a pattern variable of the right side"] = """
            Tensor? none = null;
            var some = x.shape[1] > 3 ? x : null;
            if (x.dim() == 2 && some is { } there) { return there * 3; }
            return none ?? x;
            """,
        ["a list that is filled and changed"] = """
            var parts = new List<Tensor>();
            for (var i = 0; i < 3; i++) { parts.Add(x + i); }
            parts[1] = parts[1] * 10;
            parts.Insert(0, parts[^1]);
            return cat(parts.Select((p, i) => p * i).ToArray(), 0);
            """,
        ["numbers of several types"] = """
            var half = (int)(x.shape[1] / 2.0);
            var scale = (float)half / 3;
            return x[.., ..half] * scale + tensor(0.1f) + full([1], 2);
            """,
        ["writing in place"] = """
            var y = x.clone();
            y[0] = x[1] * 2;
            y[.., 1..].mul_(3);
            var z = y;
            z.add_(1);
            return y;
            """,
        ["an exception on one path"] = """
            var y = x.shape[0] > 0 ? x * 2 : throw new InvalidOperationException();
            if (y.dim() > 5) { throw new InvalidOperationException(); }
            return y;
            """,
        ["a recursion of lambdas in lambdas"] = """
            Func<Tensor, Tensor> once = t => t.tanh() + 1;
            Func<Tensor, Tensor> twice = t => once(once(t));
            return twice(twice(x));
            """,
        ["dimensions that are swapped with themselves"] = "return x.swapaxes(0, -2).contiguous() * x.permute(0, 1).contiguous();",
        ["parts of a number that is not known"] = """
            var parts = x.unsqueeze(1).expand(-1, x.shape[0], -1).contiguous().unbind(1);
            var halves = x.chunk((int)x.shape[0], 0);
            return parts[0].flatten(0, 1).sum() + halves[^1];
            """,
        ["a list of one tensor"] = """
            var parts = new List<Tensor> { x };
            var y = cat(parts, 0);
            parts.Add(y);
            return cat(parts.ToArray(), 1) + cat(new[] { y }, 1).repeat(1, 2);
            """,
        ["a view of what is in another order"] = """
            var y = x.unsqueeze(1).permute(2, 1, 0).flatten(1, 2);
            return y.flatten(0, 1) + y.contiguous().view(-1);
            """,
        ["a batch that is brought to the front"] = """
            var (y, h) = rnn.call(torch.stack([x, x * 2], 0));
            return y.reshape(-1).sum() + h.view(-1);
            """,
        ["a convolution of what is in another order"] = """
            var weight = ones(4, 1, 1, 1);
            var y = functional.conv2d(x.unsqueeze(0).unsqueeze(0).permute(0, 2, 3, 1).reshape(1, -1, 6, 1).transpose(1, 3), weight);
            return y.contiguous().flatten();
            """,
        ["a shape that is changed in place"] = """
            var y = x * 2;
            var z = y;
            if (training) { z = x + 1; }
            y.unsqueeze_(0);
            var u = z;
            if (x.shape[0] > 2) { u = y * 2; }
            return u + z;
            """,
        ["items of tuples"] = """
            var sorted = x.sort(1);
            var (top, at) = x.topk(2, 1);
            var both = (top, sorted.Values);
            if (training) { both = (at * 1.5, sorted.Values.view(-1, 6)); }
            return sorted.Values + (both.Item2 * both.Item1.sum());
            """,
        ["a tensor that is carried as it is"] = """
            var y = x;
            var z = x.view(-1);
            for (var i = 0; i < x.shape[0]; i++)
            {
                z = z.view(3, -1);
                y = i == 1 ? y : y.view(-1, 6);
            }
            return y + z.view(-1, 6);
            """,
        ["training"] = "return training ? functional.dropout(x, 0.5, training) : x * 2;",
    };

    public static TheoryData<string> Names => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_body_computes_what_its_graph_computes(string name)
    {
        var source = Source(Bodies[name]);
        using var module = (nn.Module)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        var graph = Graph(source);
        Assert.Equal([], GraphTests.Opaque(graph.Body));
        foreach (var (rows, isTraining) in new[] { (2, false), (3, true), (4, true) })
        {
            Assert.Equal((true, null), GraphJudge.Compare(graph, module, new Dictionary<string, object?>(), () => [randn(rows, 6)],
                isTraining, new TypeJudge(n => n == "B" ? rows : null)));
        }
    }

    /// <summary>Which function is called is known only on each path: it is not guessed.</summary>
    [Fact]
    public void A_function_that_is_set_on_a_path_is_opaque() => Assert.Equal(
        ["'f': which function it is depends on the way that runs", "'f(x)': which code it calls is not known"],
        GraphTests.Opaque(Graph(Source("""
            Func<Tensor, Tensor> f = t => t * 2;
            if (x.shape[0] > 2) { f = t => t * 3; }
            return f(x);
            """)).Body));

    /// <summary>A method that always throws sets nothing.</summary>
    [Fact]
    public void The_builder_takes_a_method_that_always_throws() =>
        Assert.Equal([], GraphTests.Opaque(Graph(Source("Never(x, out var y); return y;")).Body));

    [Fact]
    public void A_jump_to_a_label_is_opaque() => Assert.Equal(["'goto end': where it leads is not followed"],
        GraphTests.Opaque(Graph(Source("if (training) { goto end; } x = x * 2; end: return x;")).Body));

    private static string Source(string body) => $$"""
        [Shape("B 6")] public sealed partial class Net
        {
            [Layer] private readonly Identity id;
            [Layer] private readonly GRU rnn = GRU(6, 3, batchFirst: true);
            private Tensor Forward(Tensor x)
            {
                x = id.call(x);
                {{body}}
            }
            private static void Split(Tensor t, out Tensor low, out Tensor high)
            {
                low = t.narrow(1, 0, 3);
                high = t.narrow(1, 3, 3);
            }
            private static void Never(Tensor t, out Tensor low) => throw new InvalidOperationException();
        }
        """;

    private static ModuleGraph Graph(string source)
    {
        var compilation = Compilations.Of(source);
        return GraphTests.Typed(ModuleReader.Read(compilation.GetTypeByMetadataName("Net")!, compilation, default)!)!;
    }
}
