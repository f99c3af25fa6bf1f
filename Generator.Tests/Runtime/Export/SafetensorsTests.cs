using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.PyBridge;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Export;

/// <summary>Weights as safetensors: what is written is read by others, what others write is read, and what does not fit changes
/// nothing.</summary>
[Collection("TorchSharp")]
public sealed class SafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string At(string name) => Path.Combine(folder, name);

    [Fact]
    public void Files_go_both_ways_with_another_library()
    {
        var (mine, theirs) = (new Stored(), new Stored());
        mine.call(randn(4, 3, 8, 8));
        mine.SaveSafetensors(At("mine"));
        theirs.load_safetensors(At("mine"));
        Same(mine, theirs);

        var other = new Stored();
        other.call(randn(4, 3, 8, 8));
        other.save_safetensors(At("theirs"));
        var report = mine.LoadSafetensors(At("theirs"));
        Same(other, mine);
        Assert.Equal(mine.state_dict().Keys, report.Loaded);
        Assert.Empty(report.MissingKeys.Concat(report.UnexpectedKeys));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Every_type_comes_back(ScalarType type)
    {
        var (saved, loaded) = (new Stored().to(type), new Stored().to(type));
        saved.SaveSafetensors(At("file"));
        loaded.LoadSafetensors(At("file"));
        Same(saved, loaded);
    }

    /// <summary>What the file says is what the manual of the format asks for.</summary>
    [Fact]
    public void Tensors_lie_aligned_and_without_holes_and_equal_weights_give_equal_bytes()
    {
        var model = new Stored();
        model.SaveSafetensors(At("one"), new Dictionary<string, string> { ["author"] = "someone" });
        model.SaveSafetensors(At("two"), new Dictionary<string, string> { ["author"] = "someone" });
        var bytes = File.ReadAllBytes(At("one"));
        Assert.Equal(bytes, File.ReadAllBytes(At("two")));

        var size = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, size % 8);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, size));
        var metadata = header.RootElement.GetProperty("__metadata__");
        Assert.Equal(("pt", "someone"), (metadata.GetProperty("format").GetString(), metadata.GetProperty("author").GetString()));
        var end = 0L;
        foreach (var entry in header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            var tensor = model.state_dict()[entry.Name];
            var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64()).ToArray();
            Assert.Equal(tensor.shape, entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()));
            Assert.Equal([end, end + tensor.numel() * tensor.element_size()], offsets);
            Assert.Equal(0, offsets[0] % tensor.element_size());
            end = offsets[1];
        }

        Assert.Equal(bytes.Length, 8 + size + end);
    }

    [Fact]
    public void Tied_weights_are_written_once_and_what_is_not_contiguous_too()
    {
        var (saved, loaded) = (new TiedAndTurned(), new TiedAndTurned());
        saved.SaveSafetensors(At("file"));
        using (var header = Header("file"))
        {
            Assert.Equal("table.weight", header.RootElement.GetProperty("__metadata__").GetProperty("head.weight").GetString());
            Assert.False(header.RootElement.TryGetProperty("head.weight", out _));
        }

        loaded.LoadSafetensors(At("file"));
        Same(saved, loaded);
    }

    [Fact]
    public void A_file_that_does_not_fit_is_named_key_by_key_and_changes_nothing()
    {
        var model = new Stored();
        Write("file", ("conv.weight", "F32", [4, 3, 3, 3]), ("conv.bias", "F64", [4]), ("norm.weight", "F32", [5]), ("more", "I64", []));
        var before = Copy(model);
        var found = Assert.Throws<StateMismatchException>(() => model.LoadSafetensors(At("file")));
        Assert.Equal(["more"], found.UnexpectedKeys);
        Assert.Equal(["norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"], found.MissingKeys);
        Assert.Equal([new StateDifference("conv.bias", "Float32", "Float64"), new StateDifference("norm.weight", "(4)", "(5)")],
            found.Differences);
        Same(before, model);

        var report = model.LoadSafetensors(At("file"), strict: false);
        Assert.Equal(["conv.weight"], report.Loaded);
        Assert.Equal((found.MissingKeys, found.UnexpectedKeys, found.Differences),
            (report.MissingKeys, report.UnexpectedKeys, report.Differences), new Lists());
        Assert.Equal(0, model.state_dict()["conv.weight"].abs().sum().item<float>());
        Assert.NotEqual(0, model.state_dict()["conv.bias"].abs().sum().item<float>());
    }

    [Fact]
    public void Another_width_of_floating_point_is_converted_on_request()
    {
        var half = new Stored().to(bfloat16);
        half.SaveSafetensors(At("file"));
        var model = new Stored();
        Assert.All(Assert.Throws<StateMismatchException>(() => model.LoadSafetensors(At("file"))).Differences,
            d => Assert.Equal(("Float32", "BFloat16"), (d.Needed, d.Given)));
        model.LoadSafetensors(At("file"), convert: true);
        Assert.All(model.state_dict(), s => Assert.True(s.Value.Equals(half.state_dict()[s.Key].to(s.Value.dtype))));
    }

    [Fact]
    public void A_part_goes_into_a_part()
    {
        var (whole, target) = (new Holder(), new Holder());
        whole.SaveSafetensors(At("file"));
        var outside = target.state_dict()["head.weight"].clone();
        var report = target.LoadSafetensors(At("file"), from: "body", into: "body");
        Assert.Equal(target.state_dict().Keys.Where(k => k.StartsWith("body.", StringComparison.Ordinal)).Select(k => k[5..]),
            report.Loaded);
        Assert.Equal(whole.state_dict()["body.conv.weight"], target.state_dict()["body.conv.weight"]);
        Assert.Equal(outside, target.state_dict()["head.weight"]);
        Assert.Contains("\"bodies\"", Assert.Throws<ArgumentException>(() => target.LoadSafetensors(At("file"), from: "bodies")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Large_weights_go_into_several_files()
    {
        var (saved, loaded) = (new Stored(), new Stored());
        saved.SaveSafetensors(At("model.safetensors"), maxShardBytes: 64);
        Assert.False(File.Exists(At("model.safetensors")));
        var index = At("model.safetensors.index.json");
        var files = Directory.GetFiles(folder, "model-*.safetensors");
        Assert.InRange(files.Length, 3, 7);
        loaded.LoadSafetensors(index);
        Same(saved, loaded);

        // The index and its files have to agree.
        foreach (var wrong in new[] { ("\"conv.bias\"", "\"conv.bias2\""), ("-00001-of", "-00002-of"), ("model-00001", "../model-00001"),
            ("weight_map", "weights") })
        {
            File.WriteAllText(At("wrong.index.json"), File.ReadAllText(index).Replace(wrong.Item1, wrong.Item2, StringComparison.Ordinal));
            var before = Copy(loaded);
            Assert.Throws<InvalidDataException>(() => loaded.LoadSafetensors(At("wrong.index.json")));
            Same(before, loaded);
        }
    }

    [Fact]
    public void A_text_of_the_header_does_not_take_the_name_of_a_weight()
    {
        var error = Assert.Throws<ArgumentException>(() => new Stored().SaveSafetensors(At("file"),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["conv.bias"] = "about the bias" }));
        Assert.StartsWith("\"conv.bias\" is a key of the module", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    public static TheoryData<string, string> Damaged => new()
    {
        { "a hole", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
        { "an overlap", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""" },
        { "behind the file", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""" },
        { "fewer bytes than the shape", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""" },
        { "backwards", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""" },
        { "bytes of nobody", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""" },
        {
            "a key twice",
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"""
        },
        { "an unknown type", """{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""" },
        { "a negative size", """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""" },
        { "a size that overflows", """{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""" },
        { "a size that is no integer", """{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""" },
        { "three offsets", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""" },
        { "no shape", """{"a":{"dtype":"F32","data_offsets":[0,8]}}""" },
        { "a field too many", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}""" },
        { "a number for a tensor", """{"a":1}""" },
        { "metadata that are no texts", """{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""" },
        { "a list", """[1]""" },
        { "half a header", """{"a":{"dtype":"F32","shape":[2],""" },
        { "something behind the header", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""" },
        { "spaces before the header", """ {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""" },
        { "nothing", "" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_header_is_refused(string what, string header)
    {
        Assert.NotEmpty(what);
        var model = new Stored();
        var before = Copy(model);
        Raw("file", Encoding.UTF8.GetBytes(header), 8);
        Assert.Throws<InvalidDataException>(() => model.LoadSafetensors(At("file"), strict: false));
        Same(before, model);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 2, 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 123, 125 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 128, 123, 125 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 123, 125 })]
    public void A_length_that_the_file_does_not_have_is_refused(byte[] bytes)
    {
        File.WriteAllBytes(At("file"), bytes);
        Assert.Throws<InvalidDataException>(() => new Stored().LoadSafetensors(At("file")));
    }

    [Fact]
    public void What_fails_while_it_is_written_leaves_the_old_file()
    {
        var model = new Stored();
        model.SaveSafetensors(At("file"));
        var before = File.ReadAllBytes(At("file"));
        Assert.Throws<NotSupportedException>(() => new Wide().SaveSafetensors(At("file")));
        Assert.Equal(before, File.ReadAllBytes(At("file")));
        Assert.Single(Directory.GetFiles(folder));
    }

    /// <summary>Whatever stands in the header, a load ends with one of the two exceptions or loads what is there, allocates in proportion
    /// to the file, and a refused file has changed nothing.</summary>
    [Fact]
    public void Headers_with_random_damage_change_nothing()
    {
        var model = new Stored();
        model.SaveSafetensors(At("good"));
        var good = File.ReadAllBytes(At("good"));
        var size = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(good);
        var before = Copy(model);
        var random = new Random(5);
        var (refused, most) = (0, 0L);
        for (var i = 0; i < 10_000; i++)
        {
            File.WriteAllBytes(At("bad"), Damage(good, size, random));
            var start = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                model.LoadSafetensors(At("bad"), strict: random.Next(2) == 0);
            }
            catch (Exception e) when (e is InvalidDataException or StateMismatchException)
            {
                refused++;
                most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - start);
                if (refused % 50 == 0)
                {
                    Same(before, model);
                }
            }
        }

        Same(before, model);
        Assert.InRange(refused, 9_000, 10_000);
        Assert.InRange(most, 1, 2_000_000);
    }

    private static byte[] Damage(byte[] good, int size, Random random)
    {
        var bytes = good.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(8) == 0 ? random.Next(8) : random.Next(size);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)"0123456789[]{},:\""[random.Next(17)];
                    break;
                case 2:
                    bytes.Insert(at, (byte)"0123456789[]{},:\""[random.Next(17)]);
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    return [.. bytes];
            }
        }

        return [.. bytes];
    }

    private JsonDocument Header(string name)
    {
        var bytes = File.ReadAllBytes(At(name));
        return JsonDocument.Parse(bytes.AsMemory(8, (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes)));
    }

    /// <summary>A file of zeros.</summary>
    private void Write(string name, params (string Key, string Type, long[] Shape)[] tensors)
    {
        var (end, entries) = (0L, new List<string>());
        foreach (var (key, type, shape) in tensors)
        {
            var begin = end;
            end += shape.Aggregate(type.EndsWith("64", StringComparison.Ordinal) ? 8L : 4, (product, d) => product * d);
            var sizes = string.Join(',', shape);
            var places = $"{begin},{end}";
            entries.Add($$"""{{JsonSerializer.Serialize(key)}}:{"dtype":"{{type}}","shape":[{{sizes}}],"data_offsets":[{{places}}]}""");
        }

        Raw(name, Encoding.UTF8.GetBytes($"{{{string.Join(',', entries)}}}"), end);
    }

    private void Raw(string name, byte[] header, long data)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        File.WriteAllBytes(At(name), [.. prefix, .. header, .. new byte[data]]);
    }

    private static Dictionary<string, Tensor> Copy(Module module) => module.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());

    private static void Same(Module expected, Module actual) => Same(expected.state_dict(), actual);

    private static void Same(Dictionary<string, Tensor> expected, Module actual)
    {
        Assert.Equal(expected.Keys, actual.state_dict().Keys);
        Assert.All(actual.state_dict(), s => Assert.True(s.Value.dtype == expected[s.Key].dtype && s.Value.Equals(expected[s.Key]), s.Key));
    }

    private sealed class Lists : IEqualityComparer<(IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<StateDifference>)>
    {
        public bool Equals((IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<StateDifference>) x,
            (IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<StateDifference>) y) =>
            x.Item1.SequenceEqual(y.Item1) && x.Item2.SequenceEqual(y.Item2) && x.Item3.SequenceEqual(y.Item3);

        public int GetHashCode((IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<StateDifference>) value) => value.Item1.Count;
    }
}

[Shape("B 3 H W -> B 4 H W")]
internal sealed partial class Stored
{
    [Layer] private readonly Conv2d conv = Conv2d(3, 4, 3, padding: 1);
    [Layer] private readonly BatchNorm2d norm = BatchNorm2d(4);
}

[Shape("B 3 H W -> B 5 H W")]
internal sealed partial class Holder
{
    [Layer] private readonly Stored body = new();
    [Layer] private readonly Conv2d head = Conv2d(4, 5, 1);
}

[Shape("int64: B T -> B T 9")]
internal sealed partial class TiedAndTurned
{
    [Layer] private readonly Embedding table = Embedding(9, 6);
    [Layer] private readonly Linear head = Linear(6, 9, hasBias: false);
    [Parameter] private readonly Parameter turned = new(randn(6, 6).t());

    public TiedAndTurned() => head.weight = table.weight!;

    private Tensor Forward(Tensor ids) => head.call(table.call(ids).matmul(turned));
}

/// <summary>safetensors has no complex numbers of twice 64 bits.</summary>
[Shape("B 4 -> B 4")]
internal sealed partial class Wide
{
    [Layer(4, 4)] private readonly Linear fc;
    [Buffer] private readonly Tensor phases = zeros([4], dtype: complex128);

    private Tensor Forward(Tensor x) => fc.call(x) + phases.real;
}
