namespace Mnist.Data;

/// <summary>SplitMix64: the same numbers on every machine and in every version of .NET.</summary>
internal struct Random64(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to 1, 1 excluded.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double from, double to) => from + ((to - from) * Uniform());

    /// <summary>About normal with the given deviation: twelve uniform numbers, added.</summary>
    public double Normal(double deviation)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            sum += Uniform();
        }

        return sum * deviation;
    }

    public int Below(int count) => (int)(Next() % (ulong)count);
}
