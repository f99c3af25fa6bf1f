using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Tensors that go through stacks, queues, arrays and dictionaries keep their shapes: right comments are proved, wrong ones are
/// reported, and the code runs.</summary>
[Collection("TorchSharp")]
public sealed class CollectionTests
{
    private const string Wrong = "// (B, 99)";

    /// <summary>Bodies over the layers a (8 to 8) and b (8 to 4), with a comment at each line that says a shape.</summary>
    public static TheoryData<string, string> Bodies => new()
    {
        { "a stack", """
            var skips = new Stack<Tensor>();
            skips.Push(x);
            skips.Push(b.call(x));
            var top = skips.Peek();  // (B, 4)
            var first = skips.Pop();  // (B, 4)
            var second = skips.Pop();  // (B, 8)
            return first;
            """ },
        { "a stack that is gone through from its top", """
            var skips = new Stack<Tensor>([x, b.call(x)]);
            var first = skips.First();  // (B, 4)
            var all = cat(skips.ToArray(), 1);  // (B, 12)
            var copy = new List<Tensor>(skips);
            var last = copy[^1];  // (B, 8)
            foreach (var skip in skips) { return skip; }
            return first;
            """ },
        { "a queue", """
            var waiting = new Queue<Tensor>();
            waiting.Enqueue(x);
            waiting.Enqueue(b.call(x));
            var next = waiting.Peek();  // (B, 8)
            var first = waiting.Dequeue();  // (B, 8)
            return waiting.Dequeue();  // (B, 4)
            """ },
        { "a linked list", """
            var list = new LinkedList<Tensor>();
            list.AddLast(x);
            list.AddFirst(b.call(x));
            var last = list.Last!.Value;  // (B, 8)
            list.RemoveLast();
            return list.Last!.Value;  // (B, 4)
            """ },
        { "a stack that may be empty", """
            var skips = new Stack<Tensor>();
            skips.Push(b.call(x));
            while (skips.TryPop(out var skip))
            {
                x = skip;  // (B, 4)
            }

            return x;  // (B, 4)
            """ },
        { "an array that a count fills", """
            var parts = new Tensor[2];
            var i = 0;
            parts[i++] = a.call(x);
            parts[i++] = b.call(x);
            var all = cat(parts, 1);  // (B, 12)
            return parts[1];  // (B, 4)
            """ },
        { "a dictionary that is asked", """
            var cache = new Dictionary<string, Tensor> { ["a"] = a.call(x) };
            cache["b"] = b.call(x);
            if (cache.TryGetValue("a", out var found))
            {
                x = found;  // (B, 8)
            }

            var other = cache.GetValueOrDefault("b")!;  // (B, 4)
            return cache.ContainsKey("b") ? other : b.call(x);  // (B, 4)
            """ },
        { "a fold with a last step", """
            var layers = new[] { a, a };
            var sum = layers.Aggregate(x, (h, layer) => layer.call(h), h => h.narrow(1, 0, 4));  // (B, 4)
            return sum;  // (B, 4)
            """ },
        { "calls one below the other, and braces", """
            var y = a.call(x)
                .view(-1, 2, 4)  // (B, 2, 4)
                .transpose(1, 2);  // (B, 4, 2)
            if (x.shape[0] > 1) { y = y.contiguous(); }  // (B, 4, 2)
            return y.select(2, 0);  // (B, 4)
            """ },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void What_a_collection_gives_is_known(string form, string body)
    {
        Assert.True(Said(body) is [], form);
        foreach (Match comment in Regex.Matches(body, @"// \(B[^\n]*\)"))
        {
            Assert.Equal(["GEN1011"], Said(body.Remove(comment.Index, comment.Length).Insert(comment.Index, Wrong)));
        }

        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Source(body)).GetType("Net")!)!;
        Assert.Equal([2, 4], net.call(randn(2, 8)).shape);
    }

    private static string Source(string body) =>
        "[Shape(\"B 8 -> B 4\")] public sealed partial class Net { [Layer(8, 8)] private readonly Linear a; [Layer(8, 4)] private "
        + $"readonly Linear b; private Tensor Forward(Tensor x)\n{{\n{body}\n}} }}";

    private static string[] Said(string body) =>
        [.. Compilations.Diagnose(Compilations.Of(Source(body))).Where(d => d.Id is "GEN1011" or "GEN2002" or "GEN2006")
            .Select(d => d.Id)];
}
