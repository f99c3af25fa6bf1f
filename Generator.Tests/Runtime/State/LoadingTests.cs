using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.State;

/// <summary>What does not fit is named, and nothing is changed.</summary>
[Collection("TorchSharp")]
public sealed class LoadingTests
{
    public static TheoryData<string> All => Kinds.Names;

    [Theory]
    [MemberData(nameof(All))]
    public void Checkpoints_of_the_module_written_by_hand_load_and_the_other_way_round(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Kinds.Make(kind);
        using var plain = new PlainKind();
        var x = randn(2, 4);
        using (no_grad())
        {
            plain.get_parameter("scale")!.fill_(3);
            plain.get_buffer("mean")!.fill_(2);
        }

        module.load(Saved(plain));
        Assert.True(((IKind)(object)module).Scale.Equals(plain.get_parameter("scale")!));
        Assert.Equal(3, ((IKind)(object)module).Scale[0].item<float>());
        Assert.Equal(2, ((IKind)(object)module).Mean[0].item<float>());
        Assert.True(module.state_dict()["fc.weight"].Equals(plain.state_dict()["fc.weight"]));

        using var other = new PlainKind();
        other.load(Saved(module));
        Assert.True(other.call(x).Equals(plain.call(x)));
        using var third = Kinds.Make(kind);
        third.load_state_dict(other.state_dict());
        Assert.True(third.call(x).Equals(module.call(x)));
        other.load_state_dict(module.state_dict());
    }

    [Fact]
    public void A_file_is_loaded_by_its_path()
    {
        using var scope = NewDisposeScope();
        var path = Path.GetTempFileName();
        try
        {
            using var module = new KindForward();
            using var other = new KindForward();
            module.save(path);
            other.load(path);
            Assert.True(other.Fc.weight.Equals(module.Fc.weight));
            Assert.Throws<FileNotFoundException>(() => other.load(path + ".none"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void All_that_does_not_fit_is_named_and_nothing_is_changed(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Kinds.Make(kind);
        var before = Snapshot(module);
        var state = new Dictionary<string, Tensor>
        {
            ["fc.weight"] = randn(1), ["fc.bias"] = randn(4, 1), ["scale"] = randn(4), ["head.weight"] = randn(4, 4),
        };
        var refused = Assert.Throws<StateMismatchException>(() => module.load_state_dict(state));
        Assert.Equal(["mean"], refused.MissingKeys);
        Assert.Equal(["head.weight"], refused.UnexpectedKeys);
        Assert.Equal([new("fc.weight", "(4, 4)", "(1)"), new("fc.bias", "(4)", "(4, 1)")], refused.Differences);
        Assert.Equal(
            $"{module.GetName()}: the state that was given does not fit, nothing was changed.\n  missing: mean\n  unexpected: "
            + $"head.weight\n  fc.weight: needs (4, 4), got (1)\n  fc.bias: needs (4), got (4, 1)",
            refused.Message);
        AssertUnchanged(before, module);

        // By hand: no key is named, the file is loaded up to what does not fit, and one number fills a whole weight.
        using var plain = new PlainKind();
        Assert.DoesNotContain("mean", Assert.Throws<InvalidOperationException>(() => plain.load_state_dict(state)).Message,
            StringComparison.Ordinal);
        plain.load_state_dict(new() { ["fc.weight"] = full([1], 7f) }, strict: false);
        Assert.Equal(7, plain.get_parameter("fc.weight")![3, 3].item<float>());
    }

    [Fact]
    public void A_checkpoint_that_does_not_fit_is_refused_as_a_whole()
    {
        using var scope = NewDisposeScope();
        using var module = new KindForward();
        using var plain = new PlainKind();
        var before = Snapshot(module);
        var checkpoint = new Dictionary<string, Tensor>
        {
            ["scale"] = full([4], 9f), ["fc.weight"] = full([4, 4], 9.0, dtype: ScalarType.Float64), ["fc.bias"] = full([5], 9f),
            ["more"] = full([2], 9f),
        };
        var refused = Assert.Throws<StateMismatchException>(() => module.load(Written(checkpoint)));
        Assert.Equal(["mean"], refused.MissingKeys);
        Assert.Equal(["more"], refused.UnexpectedKeys);
        Assert.Equal([new("fc.weight", "Float32", "Float64"), new("fc.bias", "(4)", "(5)")], refused.Differences);
        AssertUnchanged(before, module);

        Assert.Throws<ArgumentException>(() => plain.load(Written(checkpoint)));
        Assert.Equal(9, plain.get_parameter("scale")![0].item<float>());
    }

    [Fact]
    public void Not_strict_loads_what_fits_and_a_shape_must_fit_all_the_same()
    {
        using var scope = NewDisposeScope();
        using var module = new KindForward();
        using var plain = new PlainKind();
        var state = new Dictionary<string, Tensor> { ["scale"] = full([4], 9f), ["more"] = full([2], 9f) };
        Assert.Equal(plain.load_state_dict(state, strict: false), module.load_state_dict(state, strict: false),
            (a, b) => a.missing_keys.SequenceEqual(b.missing_keys) && a.unexpected_keyes.SequenceEqual(b.unexpected_keyes));
        Assert.Equal(9, module.Scale[0].item<float>());

        var (loaded, expected) = (new Dictionary<string, bool>(), new Dictionary<string, bool>());
        state["scale"] = full([4], 5f);
        module.load(Written(state), strict: false, loadedParameters: loaded);
        plain.load(Written(state), strict: false, loadedParameters: expected);
        Assert.Equal(expected, loaded);
        Assert.Equal(5, module.Scale[0].item<float>());

        state["scale"] = full([1], 6f);
        Assert.Empty(Assert.Throws<StateMismatchException>(() => module.load_state_dict(state, strict: false)).MissingKeys);
        Assert.Throws<StateMismatchException>(() => module.load(Written(state), strict: false));
        Assert.Equal(5, module.Scale[0].item<float>());
    }

    [Fact]
    public void What_is_skipped_stays()
    {
        using var scope = NewDisposeScope();
        using var module = new KindForward();
        using var plain = new PlainKind();
        foreach (var model in new Module[] { module, plain })
        {
            var state = model.state_dict().ToDictionary(s => s.Key, s => full_like(s.Value, 9).detach());
            state["scale"] = full([7], 9f);
            state["more"] = full([7], 9f);
            model.load_state_dict(state, skip: ["scale", "more"]);
            Assert.Equal((1, 9), (model.get_parameter("scale")![0].item<float>(), model.get_buffer("mean")![0].item<float>()));

            // In a file, what is skipped must still be there, and be known.
            state["mean"] = full([4], 8f);
            Assert.ThrowsAny<Exception>(() => model.load(Written(state), skip: ["scale", "more"]));
            state.Remove("more");
            model.load(Written(state), skip: ["scale"]);
            Assert.Equal((1, 8), (model.get_parameter("scale")![0].item<float>(), model.get_buffer("mean")![0].item<float>()));
        }
    }

    [Fact]
    public void A_file_that_ends_too_early_changes_nothing_and_says_where()
    {
        using var scope = NewDisposeScope();
        using var module = new KindForward();
        using var source = new KindForward();
        var bytes = Saved(source).ToArray();
        var before = Snapshot(module);
        for (var length = 0; length < bytes.Length; length++)
        {
            var e = Assert.Throws<InvalidDataException>(() => module.load(new MemoryStream(bytes, 0, length)));
            Assert.Contains("ends too early, in ", e.Message, StringComparison.Ordinal);
            if (length > 60)
            {
                Assert.Matches("entry [2-4] of 4(, \"(fc.weight|fc.bias|mean)\")?;", e.Message);
            }
        }

        AssertUnchanged(before, module);

        // By hand what came before the end is loaded, and the rest is half of each.
        using var plain = new PlainKind();
        Assert.Throws<EndOfStreamException>(() => plain.load(new MemoryStream(bytes, 0, bytes.Length - 2)));
        Assert.True(plain.get_parameter("fc.weight")!.Equals(source.Fc.weight));
    }

    [Fact]
    public void A_damaged_file_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var module = new KindForward();
        using var source = new KindForward();
        var bytes = Saved(source).ToArray();
        var before = Snapshot(module);
        var random = new System.Random(3);
        for (var i = 0; i < 400; i++)
        {
            // The head of the file and those of its entries: damaged numbers inside a tensor nobody can see.
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(10)] ^= (byte)random.Next(1, 256);
            var e = Assert.ThrowsAny<Exception>(() => module.load(new MemoryStream(damaged)));
            Assert.True(e is InvalidDataException or StateMismatchException, e.ToString());
        }

        Assert.Throws<InvalidDataException>(() => module.load(
            new MemoryStream(Encoding.UTF8.GetBytes("{ \"not\": \"a checkpoint, but long enough to be read as one\" }"))));
        AssertUnchanged(before, module);
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_loaded_too()
    {
        using var scope = NewDisposeScope();
        using var module = new KindForward();
        using var source = new KindForward();
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            Saved(source).CopyTo(gzip);
        }

        packed.Position = 0;
        module.load(new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress), skip: ["scale"]);
        Assert.True(module.Fc.weight.Equals(source.Fc.weight));
    }

    [Fact]
    public void A_file_of_another_model_is_refused_by_a_model_of_thousands_of_numbers()
    {
        using var scope = NewDisposeScope();
        using var module = new Seed.MnistClassifier();
        using var source = new KindForward();
        var before = Snapshot(module);
        var refused = Assert.Throws<StateMismatchException>(() => module.load(Saved(source)));
        Assert.Equal(["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"], refused.MissingKeys);
        Assert.Equal(Kinds.Keys, refused.UnexpectedKeys);
        AssertUnchanged(before, module);
    }

    private static MemoryStream Saved(Module module)
    {
        var stream = new MemoryStream();
        TiedWeightsTests.Save(module, stream);
        return stream;
    }

    private static MemoryStream Written(Dictionary<string, Tensor> state)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            Module.save_state_dict(writer, state);
        }

        stream.Position = 0;
        return stream;
    }

    private static Dictionary<string, Tensor> Snapshot(Module module) =>
        module.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().clone());

    private static void AssertUnchanged(Dictionary<string, Tensor> before, Module module) =>
        Assert.All(module.state_dict(), s => Assert.True(s.Value.Equals(before[s.Key]), s.Key));
}
