using Gen.CompilerServices;

namespace Gen.Tests.Runtime.State;

/// <summary>Whatever Gen writes is there whole, or what was there before.</summary>
public sealed class WholeFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name) => Path.Combine(folder, name);

    [Fact]
    public void Files_that_belong_together_are_replaced_together()
    {
        File.WriteAllText(At("first"), "old");
        Assert.Throws<IOException>(() => WholeFile.Write([
            (At("first"), stream => stream.WriteByte(1)),
            (At("second"), _ => throw new IOException("the disk is full")),
        ]));
        Assert.Equal("old", File.ReadAllText(At("first")));
        Assert.Equal(["first"], Directory.GetFiles(folder).Select(Path.GetFileName));
        WholeFile.Write([(At("first"), stream => stream.WriteByte(1)), (At("second"), stream => stream.WriteByte(2))]);
        Assert.Equal([1], File.ReadAllBytes(At("first")));
        Assert.Equal([2], File.ReadAllBytes(At("second")));
    }
}
