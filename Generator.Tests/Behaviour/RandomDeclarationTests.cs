using System.Globalization;
using System.Text;

namespace Gen.Tests.Behaviour;

/// <summary>Modules of random declarations compile, give what they declare, and refuse all else.</summary>
[Collection("TorchSharp")]
public sealed class RandomDeclarationTests
{
    private const int Modules = 12;

    private static readonly string[] Words = ["scope", "result", "chain", "error", "failure", "sizeB", "input", "summary", "at", "class",
        "event", "x", "lock", "device", "_scope", "size"];
    private static readonly string[] Constructors = ["none", "explicit", "primary", "inferred", "several"];
    private static readonly string[] Results = ["one", "tuple", "nested", "list", "named"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_declarations_compile_and_are_kept(int seed) => Hold(seed);

    [Fact]
    [Trait("Category", "Long")]
    public void Many_random_declarations_compile_and_are_kept() => Assert.All(Enumerable.Range(100, 30), Hold);

    private static void Hold(int seed)
    {
        var random = new Random(seed);
        var source = new StringBuilder("""
            [Shape("rows cols -> rows cols, rows cols")] public sealed partial class Twin
            {
                [Layer] private readonly ReLU relu;
                private (Tensor, Tensor) Forward(Tensor x) => (x, relu.call(x));
            }

            """);
        var calls = new StringBuilder();
        for (var i = 0; i < Modules; i++)
        {
            Write(random, i, source, calls);
        }

        var program = Compilations.Load($"{source}public static class Program\n{{\n{calls}}}\n").GetType("Program")!;
        using var scope = TorchSharp.torch.NewDisposeScope();
        for (var i = 0; i < Modules; i++)
        {
            foreach (var (method, fits) in new[] { ("Right", true), ("WrongRank", false), ("WrongSize", false), ("WrongResult", false) })
            {
                var error = Record.Exception(() => program.GetMethod($"{method}{i}")!.CreateDelegate<Action>()());
                Assert.True(fits ? error is null : error is ShapeMismatchException, $"seed {seed}, {method}{i}: {error}\n{source}");
            }
        }
    }

    /// <summary>A module that gives what a layer makes of its input, and as many columns of it as it is told.</summary>
    private static void Write(Random random, int number, StringBuilder source, StringBuilder calls)
    {
        var words = random.GetItems(Words, 40).Distinct().Take(5).ToArray();
        var (rows, width, input, count, layer) = (words[0], words[1], words[2], words[3], words[4]);
        var (constructor, result) = (random.GetItems(Constructors, 1)[0], random.GetItems(Results, 1)[0]);
        var size = random.Next(3, 9);
        var (cols, given) = constructor switch
        {
            "primary" or "inferred" => (width, $"(int @{width})"),
            "explicit" => (width, ""),
            _ => (size.ToString(CultureInfo.InvariantCulture), ""),
        };
        var (shapes, where, type, value) = result switch
        {
            "one" => ($"{rows} {cols}", "", "Tensor", "part"),
            "tuple" => ($"{rows} 3, {rows} {cols}", "", "(Tensor, Tensor)", "(made, part)"),
            "nested" => ($"{rows} 3, {rows} {cols}, {rows} 3", "", "(Tensor, (Tensor Middle, Tensor Last))", "(first, (part, second))"),
            "list" => ($"{rows} 3, {rows} {cols}", "", "List<Tensor>", "[made, part]"),
            _ => ($"{rows} twice", $", Where = \"twice == 2*{cols}\"", "Tensor", "cat([part, part], 1)"),
        };
        var members = constructor switch
        {
            "explicit" =>
                $"private readonly int kept; [Layer] private readonly Linear @{layer}; public M{number}(int @{width}) {{ kept = "
                + $"@{width}; this.@{layer} = Linear(@{width}, 3); }}",
            "several" =>
                $"[Layer] private readonly Linear @{layer}; public M{number}() : this(3) {{ }} public M{number}(int outputs) {{ "
                + $"this.@{layer} = Linear({cols}, outputs); }}",
            "primary" => $"[Layer] private readonly Linear @{layer} = Linear(@{width}, 3);",
            _ => $"[Layer(-1, 3)] private readonly Linear @{layer};",
        };
        source.AppendLine(CultureInfo.InvariantCulture, $$"""
            [Shape("{{rows}} {{cols}} -> {{shapes}}"{{where}})] public sealed partial class M{{number}}{{given}}
            {
                {{members}}
                [Layer] private readonly Twin twin = new();
                private {{type}} Forward(Tensor @{{input}}, int @{{count}})
                {
                    var made = this.@{{layer}}.call(@{{input}});
                    var (first, second) = twin.call(made);
                    var part = @{{input}}.narrow(1, 0, @{{count}});
                    return {{value}};
                }
            }
            """);

        var argument = constructor is "primary" or "explicit" or "inferred" ? size.ToString(CultureInfo.InvariantCulture) : "";
        void Call(string name, string tensor, int columns, string check) => calls.AppendLine(CultureInfo.InvariantCulture,
            $"public static void {name}{number}() {{ using var model = new M{number}({argument}); var given = model.call({tensor}, "
            + $"{columns}); {check} }}");
        string Has(string tensor, long columns) =>
            $"if (!{tensor}.shape.SequenceEqual(new long[] {{ 2, {columns} }})) {{ throw new InvalidOperationException(); }}";
        Call("Right", $"ones(2, {size})", size, result switch
        {
            "one" => Has("given", size),
            "tuple" => Has("given.Item1", 3) + Has("given.Item2", size),
            "nested" => Has("given.Item1", 3) + Has("given.Item2.Middle", size) + Has("given.Item2.Last", 3),
            "list" => Has("given[0]", 3) + Has("given[1]", size),
            _ => Has("given", 2 * size),
        });
        Call("WrongRank", $"ones(2, {size}, 1)", size, "");
        Call("WrongSize", $"ones(2, {size + 1})", size, "");
        Call("WrongResult", $"ones(2, {size})", size - 1, "");
    }
}
