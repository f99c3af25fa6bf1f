namespace Gen.Distributed;

/// <summary>How far a training is.</summary>
/// <param name="Epoch">The number of the epoch to begin or to go on with.</param>
/// <param name="Step">How many steps were done.</param>
public readonly record struct TrainingProgress(long Epoch, long Step);
