using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>The same seed gives the same weights as by hand; layers are made where and of what one says.</summary>
[Collection("TorchSharp")]
public sealed class RandomnessTests
{
    [Fact]
    public void Layers_of_attributes_are_made_in_the_order_of_the_fields()
    {
        using var scope = NewDisposeScope();
        var (generated, byHand) = Same<Drawn, PlainDrawn>(() => new(), () => new());
        AssertEqual(byHand, generated);
        random.manual_seed(6);
        Assert.False(new Drawn().state_dict().First().Value.Equals(byHand.state_dict().First().Value));
    }

    [Fact]
    public void Layers_of_initializers_are_made_in_the_order_of_the_fields()
    {
        using var scope = NewDisposeScope();
        var (generated, byHand) = Same<DrawnByInitializers, PlainDrawn>(() => new(5), () => new());
        AssertEqual(byHand, generated);
    }

    [Fact]
    public void Initializers_come_before_attributes_as_in_any_class_of_CSharp()
    {
        using var scope = NewDisposeScope();
        var (generated, byHand) = Same<DrawnMixed, PlainMixed>(() => new(), () => new());
        AssertEqual(byHand, generated);
    }

    [Fact]
    public void Modules_in_modules_are_made_in_the_order_of_the_fields()
    {
        using var scope = NewDisposeScope();
        var (generated, byHand) = Same<DrawnNested, PlainNested>(() => new(), () => new());
        AssertEqual(byHand, generated);
    }

    [Fact]
    public void The_constructor_comes_last()
    {
        using var scope = NewDisposeScope();
        var (generated, byHand) = Same<DrawnByConstructor, PlainByConstructor>(() => new(5), () => new());
        AssertEqual(byHand, generated);
    }

    [Fact]
    public void Device_and_dtype_are_given_to_the_layers_by_the_constructor()
    {
        using var scope = NewDisposeScope();
        using var module = new Placed(META, ScalarType.Float64);
        Assert.All(module.parameters(), p => Assert.Equal((DeviceType.META, ScalarType.Float64), (p.device_type, p.dtype)));
        using var usual = new Placed();
        Assert.All(usual.parameters(), p => Assert.Equal((DeviceType.CPU, ScalarType.Float32), (p.device_type, p.dtype)));
        Assert.Equal(DeviceType.META, module.call(zeros(2, 10, device: META, dtype: ScalarType.Float64)).device_type);
    }

    [Fact]
    public void Device_and_dtype_of_layers_of_attributes_are_the_defaults_of_torch()
    {
        using var scope = NewDisposeScope();
        using var module = WithDefaults(META, ScalarType.Float64, () => new Drawn());
        Assert.All(module.parameters(), p => Assert.Equal((DeviceType.META, ScalarType.Float64), (p.device_type, p.dtype)));
        using var usual = new Drawn();
        Assert.All(usual.parameters(), p => Assert.Equal((DeviceType.CPU, ScalarType.Float32), (p.device_type, p.dtype)));
    }

    [Fact]
    public void A_billion_parameters_are_counted_on_the_meta_device_without_memory()
    {
        using var scope = NewDisposeScope();
        using (new Drawn())
        {
            // TorchSharp is loaded, and has its own memory, by now.
        }

        GC.Collect();
        var before = ResidentMegabytes();
        using var module = WithDefaults(META, ScalarType.Float32, () => new Billion());
        Assert.Equal(1_006_755_840, Billion.ParameterCount);
        Assert.Equal(Billion.ParameterCount, module.parameters().Sum(p => p.numel()));
        Assert.Equal(DeviceType.META, module.call(zeros(3, 8192, device: META)).device_type);
        Assert.InRange(ResidentMegabytes() - before, -1000, 64);

        // One of its fifteen layers, made in memory and touched, shows that the measure sees it.
        using var layer = Linear(8192, 8192);
        Assert.InRange(ResidentMegabytes() - before, 200, 700);
    }

    private static long ResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 >> 20;
    }

    private static T WithDefaults<T>(Device device, ScalarType type, Func<T> make)
    {
        var (oldDevice, oldType) = (get_default_device(), get_default_dtype());
        set_default_device(device);
        set_default_dtype(type);
        try
        {
            return make();
        }
        finally
        {
            set_default_device(oldDevice);
            set_default_dtype(oldType);
        }
    }

    private static (TGenerated Generated, TByHand ByHand) Same<TGenerated, TByHand>(Func<TGenerated> generated, Func<TByHand> byHand)
    {
        random.manual_seed(7);
        var first = generated();
        random.manual_seed(7);
        return (first, byHand());
    }

    private static void AssertEqual(Module byHand, Module generated)
    {
        Assert.Equal(byHand.state_dict().Keys, generated.state_dict().Keys);
        Assert.All(byHand.state_dict(), s => Assert.True(generated.state_dict()[s.Key].Equals(s.Value), s.Key));
    }

    private sealed class PlainDrawn : Module<Tensor, Tensor>
    {
        private readonly Linear layer1 = Linear(10, 5);
        private readonly Conv1d layer2 = Conv1d(5, 5, 3);
        private readonly Linear layer3 = Linear(5, 2);

        public PlainDrawn()
            : base(nameof(PlainDrawn)) => RegisterComponents();

        public override Tensor forward(Tensor input) => layer3.call(layer2.call(layer1.call(input)));
    }

    private sealed class PlainMixed : Module<Tensor, Tensor>
    {
        private readonly Linear layer1;
        private readonly Linear layer2 = Linear(5, 5);
        private readonly Linear layer3;

        public PlainMixed()
            : base(nameof(PlainMixed))
        {
            layer1 = Linear(10, 5);
            layer3 = Linear(5, 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layer3.call(layer2.call(layer1.call(input)));
    }

    private sealed class PlainNested : Module<Tensor, Tensor>
    {
        private readonly PlainDrawn first = new();
        private readonly Linear between = Linear(2, 10);
        private readonly PlainMixed second = new();

        public PlainNested()
            : base(nameof(PlainNested)) => RegisterComponents();

        public override Tensor forward(Tensor input) => second.call(between.call(first.call(input)));
    }

    private sealed class PlainByConstructor : Module<Tensor, Tensor>
    {
        private readonly Linear layer1 = Linear(10, 5);
        private readonly Linear layer2;

        public PlainByConstructor()
            : base(nameof(PlainByConstructor))
        {
            layer2 = Linear(5, 5);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layer2.call(layer1.call(input));
    }
}

internal sealed partial class Drawn
{
    [Layer(10, 5)] private readonly Linear layer1;
    [Layer(5, 5, 3)] private readonly Conv1d layer2;
    [Layer(5, 2)] private readonly Linear layer3;

    private Tensor Forward(Tensor x) => layer3.call(layer2.call(layer1.call(x)));
}

internal sealed partial class DrawnByInitializers(int n)
{
    [Layer] private readonly Linear layer1 = Linear(10, n);
    [Layer] private readonly Conv1d layer2 = Conv1d(n, n, 3);
    [Layer] private readonly Linear layer3 = Linear(n, 2);

    private Tensor Forward(Tensor x) => layer3.call(layer2.call(layer1.call(x)));
}

internal sealed partial class DrawnMixed
{
    [Layer(10, 5)] private readonly Linear layer1;
    [Layer] private readonly Linear layer2 = Linear(5, 5);
    [Layer(5, 2)] private readonly Linear layer3;

    private Tensor Forward(Tensor x) => layer3.call(layer2.call(layer1.call(x)));
}

internal sealed partial class DrawnNested
{
    [Layer] private readonly Drawn first = new();
    [Layer] private readonly Linear between = Linear(2, 10);
    [Layer] private readonly DrawnMixed second = new();

    private Tensor Forward(Tensor x) => second.call(between.call(first.call(x)));
}

internal sealed partial class DrawnByConstructor
{
    [Layer(10, 5)] private readonly Linear layer1;
    [Layer] private readonly Linear layer2;

    public DrawnByConstructor(int n) => layer2 = Linear(n, n);

    private Tensor Forward(Tensor x) => layer2.call(layer1.call(x));
}

[Shape("B 10 -> B 2")]
internal sealed partial class Placed(Device? device = null, ScalarType? dtype = null)
{
    [Layer] private readonly Linear fc1 = Linear(10, 5, device: device, dtype: dtype);
    [Layer] private readonly Flatten flatten = Flatten();
    [Layer] private readonly Linear fc2 = Linear(5, 2, device: device, dtype: dtype);
}

[Shape("B 8192 -> B 8192")]
internal sealed partial class Billion
{
    [Layer] private readonly ModuleList<Linear> layers = new([.. Enumerable.Range(0, 15).Select(_ => Linear(8192, 8192, hasBias: true))]);

    private Tensor Forward(Tensor x)
    {
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return x;
    }
}
