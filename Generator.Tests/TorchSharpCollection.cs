namespace Gen.Tests;

/// <summary>Tests that count live tensors share the process with nobody.</summary>
[CollectionDefinition("TorchSharp", DisableParallelization = true)]
public sealed class TorchSharpCollection;
