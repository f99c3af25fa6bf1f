using System.Globalization;
using Gen.Reading;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>GEN3003: what is said of a file of weights that does not fit, and where.</summary>
public sealed class CheckpointTests
{
    private const string File = "w.safetensors";
    private const string One = "[Expect(Checkpoint = \"w.safetensors\")] public sealed partial class Net { [Layer(4, 2)] private readonly "
        + "Linear fc; }";

    [Theory]
    [InlineData("fc.weight F32 2 4, fc.bias F32 2")]
    [InlineData("fc.bias F32 2, fc.weight F32 2 5", "fc: 'fc' (Linear 4 -> 2) is another in 'w.safetensors': fc.weight is [2, 4] here and "
        + "[2, 5] there.")]
    [InlineData("fc.bias F32 2 1, fc.weight F64 2 4", "fc: 'fc' (Linear 4 -> 2) is another in 'w.safetensors': fc.weight is float32 here "
        + "and float64 there, fc.bias is [2] here and [2, 1] there.")]
    [InlineData("fc.bias F32 2, fc.weight F8_E4M3 2 4", "fc: 'fc' (Linear 4 -> 2) is another in 'w.safetensors': fc.weight is float32 here "
        + "and F8_E4M3 there.")]
    [InlineData("fc.weight F32 2 4", "fc: 'w.safetensors' lacks a key of 'Net': fc.bias.")]
    [InlineData("fc.weight F32 2 4, fc.bias F32 2, head F32 1, a.b F32 1",
        "Checkpoint = \"w.safetensors\": 'w.safetensors' has 2 keys that 'Net' does not have: head, a.b.")]
    [InlineData("module.fc.weight F32 2 4, module.fc.bias F32 2", "fc: 'w.safetensors' lacks 2 keys of 'Net': fc.weight, fc.bias.",
        "Checkpoint = \"w.safetensors\": 'w.safetensors' has 2 keys that 'Net' does not have: module.fc.weight, module.fc.bias.")]
    public void What_does_not_fit_is_said_where_it_is_to_blame(string file, params string[] said) => Assert.Equal(said.Order(), Said(
        """[Expect(Checkpoint = "w.safetensors")] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }""",
        Header(file)).Order());

    [Fact]
    public void A_long_list_ends_with_its_number() => Assert.Equal(
        ["Checkpoint = \"w.safetensors\": 'w.safetensors' lacks 9 keys of 'Net': a.weight, a.bias, b.weight, b.bias and 5 more."],
        Said("""
            [Expect(Checkpoint = "w.safetensors")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear a;
                [Layer(4, 4)] private readonly Linear b;
                [Layer(4)] private readonly BatchNorm1d c;
            }
            """, "{}"));

    /// <summary>Buffers have types of their own, and those that are not persistent have no keys.</summary>
    [Fact]
    public void Buffers_are_compared() => Assert.Equal(
        [
            "norm: 'norm' (BatchNorm1d 4) is another in 'w.safetensors': norm.num_batches_tracked is int64 here and float32 there.",
            "table: 'table' (buffer) is another in 'w.safetensors': table is [3] here and [4] there.",
        ],
        Said("""
            [Shape("B 4 -> B 4"), Expect(Checkpoint = "w.safetensors")] public sealed partial class Net
            {
                [Layer] private readonly BatchNorm1d norm = BatchNorm1d(4);
                [Buffer] private readonly Tensor table = zeros(3, dtype: ScalarType.Int64);
                [Buffer(Persistent = false)] private readonly Tensor cache = zeros(3);
                private Tensor Forward(Tensor x) => norm.call(x) + table.sum() + cache.sum();
            }
            """, Header("norm.weight F32 4, norm.bias F32 4, norm.running_mean F32 4, norm.running_var F32 4, "
            + "norm.num_batches_tracked F32, table I64 4")));

    /// <summary>One of the keys of a tied tensor is enough, and both have the shape of the one tensor.</summary>
    [Theory]
    [InlineData("words.weight F32 9 4")]
    [InlineData("head.weight F32 9 4")]
    [InlineData("head.weight F32 9 4, words.weight F32 9 4")]
    [InlineData("head.weight F32 8 4",
        "head: 'head' (Linear 4 -> 9) is another in 'w.safetensors': head.weight is [9, 4] here and [8, 4] there.")]
    [InlineData("other F32 1", "Checkpoint = \"w.safetensors\": 'w.safetensors' has a key that 'Net' does not have: other.",
        "Checkpoint = \"w.safetensors\": 'w.safetensors' lacks 2 keys of 'Net': words.weight, head.weight.")]
    public void Tied_names_are_one(string file, params string[] said) => Assert.Equal(said.Order(), Said("""
        [Shape("int64: B -> B 9"), Expect(Checkpoint = "w.safetensors")] public sealed partial class Net
        {
            [Layer] private readonly Embedding words = Embedding(9, 4);
            [Layer] private readonly Linear head = Linear(4, 9, hasBias: false);
            public Net() { head.weight = words.weight; }
        }
        """, Header(file)).Order());

    /// <summary>What the constructor decides is not known: shapes of its sizes, layers under its conditions, lengths of lists.</summary>
    [Theory]
    [InlineData("fc.weight F32 7 4, fc.bias F32 5")]
    [InlineData("fc.weight F32 7 4, fc.bias F32 5, more.0.weight F32 1, gate.weight F32 4 4, gate.bias F32 4")]
    [InlineData("fc.weight F32 7 3, fc.bias F32 5", "fc: 'fc' (Linear 4 -> n) is another in 'w.safetensors': fc.weight is [n, 4] here and "
        + "[7, 3] there.")]
    [InlineData("fc.weight F32 7 4, fc.bias F32 5, gate.weight F32 1",
        "gate: 'gate' (Linear 4 -> 4) is another in 'w.safetensors': gate.weight is [4, 4] here and [1] there.")]
    [InlineData("fc.weight F32 7 4, fc.bias F32 5, gates F32 1",
        "Checkpoint = \"w.safetensors\": 'w.safetensors' has a key that 'Net' does not have: gates.")]
    public void Only_what_is_certain_is_said(string file, params string[] said) => Assert.Equal(said, Said("""
        [Shape("B 4 -> B n"), Expect(Checkpoint = "w.safetensors")] public sealed partial class Net(long n, bool gated, int count)
        {
            [Layer] private readonly Linear fc = Linear(4, n);
            [Layer] private readonly Linear? gate = gated ? Linear(4, 4) : null;
            [Layer] private readonly ModuleList<Linear> more = ModuleList(Enumerable.Range(0, count).Select(i => Linear(4, 4)).ToArray());
            private Tensor Forward(Tensor x)
            {
                foreach (var one in more)
                {
                    x = one.call(x);
                }

                return fc.call(gate is null ? x : gate.call(x));
            }
        }
        """, Header(file)));

    [Fact]
    public void A_module_that_is_not_read_may_have_any_keys() => Assert.Equal(
        ["Checkpoint = \"w.safetensors\": 'w.safetensors' has a key that 'Net' does not have: handy."],
        Said("""
            [Expect(Checkpoint = "w.safetensors")] public sealed partial class Net { [Layer] private readonly Hand hand = new(); }
            public sealed class Hand : Module<Tensor, Tensor>
            {
                private readonly Linear fc = Linear(4, 4);
                public Hand() : base("Hand") => RegisterComponents();
                public override Tensor forward(Tensor x) => fc.call(x);
            }
            """, Header("hand.fc.weight F32 4 4, handy F32 1")));

    [Theory]
    [InlineData("register_buffer(\"more\", zeros(1));")]
    [InlineData("register_module(\"more\", Linear(2, 2));")]
    public void What_is_registered_by_hand_is_not_unexpected(string statement) => Assert.Empty(Said($$"""
        [Expect(Checkpoint = "w.safetensors")] public sealed partial class Net
        {
            [Layer] private readonly Linear fc;
            public Net() { fc = Linear(4, 2); {{statement}} }
        }
        """, Header("fc.weight F32 2 4, fc.bias F32 2, more F32 1, more.weight F32 2 2, more.bias F32 2")));

    [Fact]
    public void A_program_that_converts_modules_may_have_other_floats()
    {
        const string Half = "fc.weight BF16 2 4, fc.bias BF16 2";
        Assert.Single(Said(One, Header(Half)));
        Assert.Empty(Said(One.Replace("\")", "\", Convert = true)", StringComparison.Ordinal), Header(Half)));
        Assert.Empty(Said(One + "public static class Use { public static void Run() { using var net = Linear(1, 1).bfloat16(); } }",
            Header(Half)));
        Assert.Single(Said(One.Replace("\")", "\", Convert = true)", StringComparison.Ordinal),
            Header(Half.Replace("BF16", "I32", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("", "it is no JSON of that format: '{' is missing at character 1")]
    [InlineData("[]", "it is no JSON of that format: '{' is missing at character 1")]
    [InlineData("{\"a\": 1}", "it is no JSON of that format: '{' is missing at character 7")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [-1]}}",
        "it is no JSON of that format: a natural number is missing at character 34")]
    [InlineData("{\"a\": {\"dtype\": \"F32\"}}", "\"a\" has no dtype or no shape")]
    [InlineData("{\"a\": {\"dtype\": \"F33\", \"shape\": []}}", "\"a\" has the unknown type F33")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 9]}}", "\"a\" has other bytes than its shape needs")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [9223372036854775807], \"data_offsets\": [0, 0]}}",
        "\"a\" has other bytes than its shape needs")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [], \"shapes\": []}}", "\"a\" has a wrong \"shapes\"")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": []}, \"a\": {\"dtype\": \"F32\", \"shape\": []}}", "the key \"a\" is there twice")]
    [InlineData("{} {}", "it is no JSON of that format: the end is missing at character 4")]
    [InlineData("damaged: its header would have 5 bytes", "its header would have 5 bytes")]
    public void What_is_no_header_is_said_to_be_none(string text, string why) => Assert.Equal(
        [$"Checkpoint = \"w.safetensors\": 'w.safetensors' is no safetensors file that can be read: {why}."],
        Said(One, text));

    [Fact]
    public void Keys_may_be_escaped_and_metadata_is_passed_over()
    {
        var header = CheckpointReader.Header("{\"__metadata__\":{\"format\":\"pt\"}, "
            + "\"a\\u002eb\\\\\\\"\\n\" : {\"dtype\":\"I64\",\"shape\":[2, 3],\"data_offsets\":[0,48]} }  ");
        Assert.Null(header.Error);
        var (key, tensor) = Assert.Single(header.Tensors);
        Assert.Equal(("a.b\\\"\n", "I64"), (key, tensor.TypeName));
        Assert.Equal([2, 3], tensor.Shape);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        const string Net = "[Expect(Checkpoint = \"weights/w.safetensors\")] public sealed partial class Net { [Layer(4, 2)] private "
            + "readonly Linear fc; }";
        Assert.Equal(["Checkpoint = \"weights/w.safetensors\": 'weights/w.safetensors' is not among the additional files: its keys are "
            + "not compared. In the project file: <AdditionalFiles Include=\"weights/w.safetensors\" />."],
            Said(Net, [new TextFile("other/w.safetensors.json", "{}")]));
        Assert.Empty(Said(Net, [new TextFile("other/w.safetensors.json", "{}"),
            new TextFile(@"C:\here\Weights\w.safetensors.json", Header("fc.weight F32 2 4, fc.bias F32 2"))]));
    }

    /// <summary>The weights themselves are no text: they are not asked for it.</summary>
    [Fact]
    public void Weights_without_a_header_are_not_read()
    {
        var file = new TextFile("/here/w.safetensors", "");
        Assert.Contains("its header is not there", Assert.Single(Said(One, [file])), StringComparison.Ordinal);
        Assert.Equal(0, file.Reads);
    }

    [Fact]
    public void An_index_leads_to_its_files()
    {
        const string Net = "[Expect(Checkpoint = \"m/w.safetensors.index.json\")] public sealed partial class Net { [Layer(4, 2)] private "
            + "readonly Linear fc; }";
        const string Index = "{\"metadata\": {\"total_size\": 40.5e0, \"of\": [null, {\"x\": true}]}, \"weight_map\": {\"fc.bias\": "
            + "\"a.safetensors\", \"fc.weight\": \"b.safetensors\"}}";
        TextFile[] files = [new("/m/w.safetensors.index.json", Index), new("/m/a.safetensors.json", Header("fc.bias F32 2")),
            new("/m/b.safetensors.json", Header("fc.weight F32 2 4"))];
        Assert.Empty(Said(Net, files));
        Assert.Contains("'m/b.safetensors' is not among", Assert.Single(Said(Net, files[..2])), StringComparison.Ordinal);
        Assert.Contains("b.safetensors: \"x\" has no dtype", Assert.Single(Said(Net,
            [.. files[..2], new("/m/b.safetensors.json", "{\"x\": {}}")])), StringComparison.Ordinal);
        Assert.Contains("its index has no \"weight_map\"", Assert.Single(Said(Net, [new(files[0].Path, "{}")])), StringComparison.Ordinal);
    }

    /// <summary>After a mistake in the declaration nothing more is said, and a class without the attribute is not looked at.</summary>
    [Theory]
    [InlineData("[Expect(Checkpoint = \"w.safetensors\")] public sealed class Net { [Layer(4, 2)] private readonly Linear fc; }")]
    [InlineData("[Expect(Parameters = 10)] public sealed partial class Net { [Layer(4, 2)] private readonly Linear fc; }")]
    public void Other_classes_are_left_alone(string source) => Assert.Empty(Said(source, "{}"));

    /// <summary>The generator does not see the file: its edit makes nothing anew. Its header is read once.</summary>
    [Fact]
    public void An_edit_of_the_file_reads_that_file_alone()
    {
        var compilation = Compilations.Of(One);
        var (good, other) = (new TextFile("/w.safetensors.json", Header("fc.weight F32 2 4, fc.bias F32 2")),
            new TextFile("/v.safetensors.json", "{}"));
        Assert.DoesNotContain(Compilations.Diagnose(compilation, good, other), d => d.Id == "GEN3003");
        Assert.Contains(Compilations.Diagnose(compilation, new TextFile(good.Path, "{}"), other), d => d.Id == "GEN3003");
        Assert.Equal(0, other.Reads);

        var driver = Compilations.Driver().AddAdditionalTexts([good]).RunGenerators(compilation, TestContext.Current.CancellationToken);
        driver = driver.ReplaceAdditionalText(good, new TextFile(good.Path, "{}"));
        Compilations.AssertCached(driver.RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult());
    }

    private static string[] Said(string source, string header) => Said(source, [new TextFile($"/project/obj/{File}.json", header)]);

    /// <summary>What is said of the source, behind the text that it is said of.</summary>
    private static string[] Said(string source, TextFile[] files)
    {
        var compilation = Compilations.Of(source);
        var said = Told(compilation);
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        Assert.Equal(said, Told(output));
        return said;

        string[] Told(Compilation compilation) => [.. Compilations.Diagnose(compilation, files).Where(d => d.Id == "GEN3003")
            .Select(d => $"{source.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)}: "
                + d.GetMessage(CultureInfo.InvariantCulture))];
    }

    /// <summary>A header of <c>fc.weight F32 2 4, fc.bias F32 2</c>.</summary>
    private static string Header(string tensors) => $"{{{string.Join(",", tensors.Split(", ").Select(t => t.Split(' ')).Select(t =>
        $"\"{t[0]}\":{{\"dtype\":\"{t[1]}\",\"shape\":[{string.Join(",", t[2..])}]}}"))}}}";
}
