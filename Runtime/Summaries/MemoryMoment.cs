namespace Gen;

/// <summary>The memory that tensors hold at a moment of a call.</summary>
/// <param name="Step">The layer or operation that has just run: <c>layer1.0.conv1</c>.</param>
/// <param name="Bytes">The bytes that are alive, before anything is freed.</param>
public readonly record struct MemoryMoment(string Step, long Bytes);
