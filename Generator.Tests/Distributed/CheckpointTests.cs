using Gen.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

/// <summary>The file of a training: whole or not there, loaded whole or not at all.</summary>
[Collection("TorchSharp")]
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ProcessGroup group = new(new Mirror(1));

    private string File => Path.Combine(folder.Path, "last.gen");

    /// <summary>Holds a file that an endless job wrote to what it should be.</summary>
    internal static void IsWhole(string path)
    {
        using var alone = new ProcessGroup(new Mirror(1));
        using var model = nn.Sequential(("fc", nn.Linear(4, 3)));
        Assert.InRange(DistributedCheckpoint.TryLoad(path, alone, model)!.Value.Step, 3, long.MaxValue);
    }

    [Fact]
    public void It_brings_back_weights_optimizer_progress_and_random_numbers()
    {
        using var model = Model();
        using var optimizer = optim.Adam(model.parameters(), 0.1);
        Step(model, optimizer);
        DistributedCheckpoint.Save(File, group, model, optimizer, new(4, 123));
        Step(model, optimizer);
        using var expected = model.state_dict()["0.weight"].clone();

        using var other = Model();
        using var second = optim.Adam(other.parameters(), 0.1);
        Assert.Equal(new TrainingProgress(4, 123), DistributedCheckpoint.TryLoad(File, group, other, second));
        Step(other, second);
        Assert.Equal(expected.data<float>().ToArray(), other.state_dict()["0.weight"].data<float>().ToArray());
    }

    [Fact]
    public void Where_there_is_no_file_nothing_is_loaded()
    {
        using var model = Model();
        Assert.Null(DistributedCheckpoint.TryLoad(File, group, model));
    }

    [Fact]
    public void Its_weights_are_safetensors()
    {
        using var model = Model();
        DistributedCheckpoint.Save(File, group, model);
        System.IO.Compression.ZipFile.ExtractToDirectory(File, Path.Combine(folder.Path, "out"));
        using var other = Model();
        other.LoadSafetensors(Path.Combine(folder.Path, "out", "model.safetensors"));
        Assert.Equal(model.state_dict()["0.weight"].data<float>().ToArray(), other.state_dict()["0.weight"].data<float>().ToArray());
    }

    /// <summary>A flipped bit anywhere in what was saved, and a file cut anywhere.</summary>
    [Fact]
    public void A_damaged_file_changes_nothing()
    {
        using var model = Model();
        DistributedCheckpoint.Save(File, group, model);
        var bytes = System.IO.File.ReadAllBytes(File);
        using var other = Model();
        using var before = other.state_dict()["0.weight"].clone();
        for (var i = 0; i < 40; i++)
        {
            var damaged = (byte[])bytes.Clone();
            var at = 60 + (i * 7);
            damaged[at] ^= 1;
            Refused(damaged, "it is damaged");
            Refused(bytes[..(bytes.Length * i / 40)], "it is damaged, or no checkpoint");
        }

        Assert.Equal(before.data<float>().ToArray(), other.state_dict()["0.weight"].data<float>().ToArray());

        void Refused(byte[] content, string says)
        {
            System.IO.File.WriteAllBytes(File, content);
            var e = Assert.Throws<DistributedException>(() => DistributedCheckpoint.TryLoad(File, group, other));
            Assert.StartsWith($"the checkpoint {File} cannot be loaded: {says}", e.Message);
        }
    }

    [Fact]
    public void Another_model_or_a_missing_optimizer_is_refused()
    {
        using var model = Model();
        DistributedCheckpoint.Save(File, group, model);
        using var other = nn.Sequential(nn.Linear(3, 4));
        Assert.Contains("0.weight", Assert.Throws<DistributedException>(() => DistributedCheckpoint.TryLoad(File, group, other)).Message);
        using var optimizer = optim.Adam(model.parameters());
        Assert.EndsWith("it was saved without an optimizer.",
            Assert.Throws<DistributedException>(() => DistributedCheckpoint.TryLoad(File, group, model, optimizer)).Message);
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_and_a_file_that_cannot_be_written_is_reported()
    {
        using var model = Model();
        var left = Path.Combine(folder.Path, ".last.gen.abcdefgh.ijk");
        System.IO.File.WriteAllText(left, "half");
        DistributedCheckpoint.Save(File, group, model);
        Assert.Equal([File], Directory.EnumerateFiles(folder.Path));
        var nowhere = Path.Combine(folder.Path, "none", "last.gen");
        Assert.StartsWith($"the checkpoint {nowhere} cannot be saved: ",
            Assert.Throws<DistributedException>(() => DistributedCheckpoint.Save(nowhere, group, model)).Message);
    }

    public void Dispose()
    {
        group.Dispose();
        folder.Dispose();
    }

    private static TorchSharp.Modules.Sequential Model() => nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.Linear(4, 2));

    private static void Step(TorchSharp.Modules.Sequential model, optim.Optimizer optimizer)
    {
        optimizer.zero_grad();
        model.call(ones(3, 4)).square().sum().backward();
        optimizer.step();
    }
}
