using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>Parameters that a constructor sets under a condition: the count takes what decides it.</summary>
[Collection("TorchSharp")]
public sealed class ConditionalParameterTests
{
    [Theory]
    [InlineData(true, 18)]
    [InlineData(false, 15)]
    public void One_that_is_set_or_stays_null(bool hasBias, long expected) =>
        AssertCounted(new Biased(hasBias), Biased.CountParameters(hasBias), expected);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(2, 20)]
    public void One_or_others(int rank, long expected) => AssertCounted(new Adapted(rank, 5), Adapted.CountParameters(rank, 5), expected);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 15)]
    public void One_that_replaces_what_the_initializer_set(int rows, long expected) =>
        AssertCounted(new Enlarged(rows), Enlarged.CountParameters(rows), expected);

    private static void AssertCounted(Module<Tensor, Tensor> module, long counted, long expected)
    {
        using (module)
        {
            Assert.Equal(expected, module.parameters().Sum(p => p.numel()));
            Assert.Equal(expected, counted);
            using var result = module.call(ones(2, 5));
            Assert.Equal(2, result.shape[0]);
        }
    }
}

[Shape("B 5 -> B 3")]
internal sealed partial class Biased
{
    [Parameter] private readonly Parameter? bias;
    [Layer] private readonly Linear fc = Linear(5, 3, hasBias: false);

    public Biased(bool hasBias)
    {
        if (hasBias)
        {
            bias = Parameter(zeros(3));
        }
    }

    private Tensor Forward(Tensor x) => bias is null ? fc.call(x) : fc.call(x) + bias;
}

[Shape("B 5 -> B 5")]
internal sealed partial class Adapted
{
    [Parameter] private readonly Parameter? down;
    [Parameter] private readonly Parameter? up;
    [Parameter] private readonly Parameter? scale;

    public Adapted(int rank, int d)
    {
        if (rank > 0)
        {
            down = Parameter(zeros(d, rank));
            up = Parameter(zeros(rank, d));
        }
        else
        {
            scale = Parameter(ones(d));
        }
    }

    private Tensor Forward(Tensor x)
    {
        if (scale is not null)
        {
            return x * scale;
        }

        return x + x.matmul(down!).matmul(up!);
    }
}

[Shape("B 5 -> B 5")]
internal sealed partial class Enlarged
{
    [Parameter] private readonly Parameter table = Parameter(zeros(1, 5));

    public Enlarged(int rows)
    {
        if (rows > 1)
        {
            table = Parameter(zeros(rows, 5));
        }
    }

    private Tensor Forward(Tensor x) => x + table[0];
}
