using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.State;

/// <summary>What is saved can be loaded, and what was saved before is not lost.</summary>
[Collection("TorchSharp")]
public sealed class SavingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gen").FullName;

    private string File => Path.Combine(folder, "model.bin");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_parameter_that_is_not_contiguous_is_saved()
    {
        using var scope = NewDisposeScope();
        using var module = new Turned();
        using var other = new Turned();
        Assert.False(module.Weight.is_contiguous());
        module.save(File);
        other.load(File);
        AssertSame(module, other);

        // The format is TorchSharp's.
        using var plain = new PlainTurned();
        plain.load(File);
        AssertSame(module, plain);

        // By hand the file is cut off.
        using var turned = new PlainTurned(isTurned: true);
        Assert.Throws<InvalidOperationException>(() => turned.save(File));
        Assert.True(new FileInfo(File).Length < 50);
    }

    [Fact]
    public void A_class_with_a_base_of_its_own_saves_the_same_way()
    {
        using var scope = NewDisposeScope();
        using var module = new TurnedWithBase();
        using var other = new TurnedWithBase();
        module.save(File);
        other.load(File);
        AssertSame(module, other);
    }

    [Fact]
    public void A_stream_and_a_writer_get_the_same_bytes_as_a_file()
    {
        using var scope = NewDisposeScope();
        using var module = new Turned();
        module.save(File);
        var stream = new MemoryStream();
        module.save(stream);
        Assert.False(stream.CanWrite);
        using var left = new MemoryStream();
        using (var writer = new BinaryWriter(left, Encoding.UTF8, leaveOpen: true))
        {
            Assert.Same(module, module.save(writer));
        }

        Assert.Equal(System.IO.File.ReadAllBytes(File), stream.ToArray());
        Assert.Equal(stream.ToArray(), left.ToArray());
    }

    [Fact]
    public void What_is_skipped_is_not_saved_and_gradients_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var module = new Turned();
        module.call(randn(2, 4)).sum().backward();
        var gradient = module.Weight.grad!.clone();
        module.save(File, skip: ["fc.weight", "fc.bias"]);
        Assert.True(module.Weight.grad!.Equals(gradient));
        Assert.True(module.Weight.requires_grad);
        using var other = new Turned();
        var refused = Assert.Throws<StateMismatchException>(() => other.load(File));
        Assert.Equal(["fc.weight", "fc.bias"], refused.MissingKeys);
    }

    [Fact]
    public void A_save_that_fails_leaves_the_file_as_it_was()
    {
        using var scope = NewDisposeScope();
        var good = new Turned();
        good.save(File);
        var before = System.IO.File.ReadAllBytes(File);
        using var failing = new Unsaved();
        Assert.Throws<NotSupportedException>(() => failing.save(File));
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
        Assert.Equal([File], Directory.GetFiles(folder));
        good.Dispose();
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_the_same_exception_as_by_hand()
    {
        using var module = new Turned();
        using var plain = new PlainTurned();
        var missing = Path.Combine(folder, "missing", "model.bin");
        Assert.Throws<DirectoryNotFoundException>(() => plain.save(missing));
        Assert.Throws<DirectoryNotFoundException>(() => module.save(missing));
        Assert.ThrowsAny<UnauthorizedAccessException>(() => plain.save(folder));
        Assert.ThrowsAny<Exception>(() => module.save(folder));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_link_leads_to_the_file_and_its_rights_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var module = new Turned();
        var link = Path.Combine(folder, "latest.bin");
        module.save(File);
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        System.IO.File.CreateSymbolicLink(link, File);
        System.IO.File.WriteAllBytes(File, []);
        module.save(link);
        Assert.Equal(File, System.IO.File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.True(new FileInfo(File).Length > 50);
    }

    private static void AssertSame(Module expected, Module actual)
    {
        var state = actual.state_dict();
        Assert.All(expected.state_dict(), s => Assert.True(s.Value.Equals(state[s.Key]), s.Key));
        Assert.NotEmpty(state);
    }

    private sealed class PlainTurned : Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly Linear fc = Linear(3, 2);

        public PlainTurned(bool isTurned = false)
            : base(nameof(PlainTurned))
        {
            weight = Parameter(isTurned ? rand(3, 4).t() : rand(4, 3));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => fc.call(input.matmul(weight));
    }
}

[Shape("B 4 -> B 2")]
internal sealed partial class Turned
{
    [Parameter] private readonly Parameter weight = Parameter(rand(3, 4).t());
    [Layer(3, 2)] private readonly Linear fc;

    public Parameter Weight => weight;

    private Tensor Forward(Tensor x) => fc.call(x.matmul(weight));
}

[Shape("B 4 -> B 2")]
internal sealed partial class TurnedWithBase() : Module<Tensor, Tensor>(nameof(TurnedWithBase))
{
    [Parameter] private readonly Parameter weight = Parameter(rand(3, 4).t());
    [Layer] private readonly Linear fc = Linear(3, 2);

    private Tensor Forward(Tensor x) => fc.call(x.matmul(weight));
}

/// <summary>Its state cannot be had.</summary>
[Shape("B 4 -> B 2")]
internal sealed partial class Unsaved
{
    [Layer(4, 2)] private readonly Linear fc;

    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        throw new NotSupportedException();
}
