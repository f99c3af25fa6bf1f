namespace Gen.Distributed.Checkpoints;

/// <summary>The state of the generator of random numbers, as bytes.</summary>
internal static class RandomState
{
    public static byte[] Read()
    {
        using var state = get_rng_state();
        return state.bytes.ToArray();
    }

    public static void Write(byte[] bytes)
    {
        using var state = tensor(bytes, ScalarType.Byte);
        set_rng_state(state);
    }
}
