namespace Gen.Tests.Distributed;

/// <summary>A folder that is thrown away.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gen-distributed-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
