namespace Gen.Tests.Incremental;

/// <summary>A mistake in a rule must not cost a project more than the class it is made on.</summary>
public sealed class GuardedTests
{
    [Fact]
    public void What_fails_gives_nothing() =>
        Assert.Null(ModuleGenerator.Guarded<string>(static () => throw new InvalidOperationException()));

    [Fact]
    public void What_is_cancelled_is_cancelled() =>
        Assert.Throws<OperationCanceledException>(static () =>
            ModuleGenerator.Guarded<string>(static () => throw new OperationCanceledException()));

    [Fact]
    public void What_succeeds_passes() => Assert.Equal("text", ModuleGenerator.Guarded(static () => "text"));
}
