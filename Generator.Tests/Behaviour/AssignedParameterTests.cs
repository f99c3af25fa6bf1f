using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>Parameters that a constructor sets several times: what is counted is what the module has.</summary>
[Collection("TorchSharp")]
public sealed class AssignedParameterTests
{
    [Fact]
    public void What_fills_a_parameter_changes_no_size() => AssertCounted(new Refilled(), Refilled.ParameterCount, 5);

    [Fact]
    public void A_parameter_is_counted_as_it_was_set_last() => AssertCounted(new Widened(), Widened.ParameterCount, 12);

    [Fact]
    public void What_is_taken_from_another_is_what_that_was_then() => AssertCounted(new Taken(), Taken.ParameterCount, 8);

    private static void AssertCounted(Module module, long counted, long expected)
    {
        using (module)
        {
            Assert.Equal(expected, counted);
            Assert.Equal(expected, module.parameters().Sum(p => p.numel()));
        }
    }
}

[Shape("B 5")]
internal sealed partial class Refilled
{
    [Parameter] private readonly Parameter gain;

    public Refilled()
    {
        gain = Parameter(empty(5));
        gain = (Parameter)init.uniform_(gain, 0.5, 1.5);
        gain = (Parameter)init.constant_(init.ones_(gain), 2);
    }

    private Tensor Forward(Tensor x) => x * gain;
}

[Shape("B 4")]
internal sealed partial class Widened
{
    [Parameter] private readonly Parameter table;

    public Widened()
    {
        table = Parameter(rand(4));
        table = Parameter(table.unsqueeze(0).repeat(3, 1));
    }

    private Tensor Forward(Tensor x) => x + table[0];
}

[Shape("B 5")]
internal sealed partial class Taken
{
    [Parameter] private readonly Parameter first;
    [Parameter] private readonly Parameter second;

    public Taken()
    {
        first = Parameter(rand(5));
        second = Parameter(first.unsqueeze(0));
        first = Parameter(rand(3));
    }

    private Tensor Forward(Tensor x) => x * second + first[0];
}
