using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Registration;

/// <summary>Registration needs no call, whatever the class and its constructor look like.</summary>
[Collection("TorchSharp")]
public sealed class RegistrationTests
{
    public static TheoryData<string> All => Kinds.Names;

    [Theory]
    [MemberData(nameof(All))]
    public void Registration_needs_no_call(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Kinds.Make(kind);
        Assert.Equal(Kinds.Keys, module.state_dict().Keys);
        Assert.Equal(["scale", "fc.weight", "fc.bias"], module.named_parameters().Select(p => p.name));
        Assert.Equal(["mean", "mask"], module.named_buffers().Select(b => b.name));
        Assert.Equal(["fc"], module.named_children().Select(c => c.name));
        Assert.Equal([2, 4], module.call(randn(2, 4)).shape);

        using var plain = new Forgets();
        Assert.Empty(plain.state_dict());
        using var late = new AssignsAfterwards();
        Assert.Equal(["first.weight", "first.bias"], late.state_dict().Keys);
    }

    [Fact]
    public void Lists_and_dictionaries_of_parameters_are_registered_and_used()
    {
        using var scope = NewDisposeScope();
        using var module = new Weighed();
        Assert.Equal(["scales.0", "scales.1", "shifts.first", "shifts.second"], module.state_dict().Keys);
        Assert.Equal([2, 4], module.call(randn(2, 4)).shape);
        Assert.Equal(["ModuleDict`1", "ModuleList`1", "ParameterDict", "ParameterList"], typeof(Linear).Assembly.GetExportedTypes()
            .Where(t => t.Namespace == "TorchSharp.Modules" && typeof(Module).IsAssignableFrom(t) && !t.IsAbstract && !IsHookable(t))
            .Select(t => t.Name).Order());

        static bool IsHookable(Type? type) => type is not null
            && ((type.IsGenericType && type.GetGenericTypeDefinition() == typeof(HookableModule<,>)) || IsHookable(type.BaseType));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Keys_and_their_order_are_those_of_the_module_written_by_hand(string kind)
    {
        using var module = Kinds.Make(kind);
        using var plain = new PlainKind();
        Assert.Equal(plain.state_dict().Select(s => (s.Key, string.Join(",", s.Value.shape))),
            module.state_dict().Select(s => (s.Key, string.Join(",", s.Value.shape))));
        Assert.Equal(plain.state_dict(prefix: "p").Keys, module.state_dict(prefix: "p").Keys);

        // A module that registers its layers before its parameters: the parameters still come first.
        using var parent = new PlainParent(module);
        Assert.Equal(Kinds.Keys.Select(k => $"child.{k}"), parent.state_dict().Keys);
    }

    [Fact]
    public void Keys_come_in_the_order_of_TorchSharp_and_are_named_by_ComponentName()
    {
        using var module = new EveryKind(drop: true);
        using var plain = new PlainEveryKind();
        Assert.Equal(plain.state_dict().Keys, module.state_dict().Keys);
        Assert.Equal(["scale", "proj.weight", "proj.bias", "mean"], module.state_dict().Keys);
        Assert.Equal(["proj", "dropout"], module.named_children().Select(c => c.name));
        using var without = new EveryKind(drop: false);
        Assert.Equal(["proj"], without.named_children().Select(c => c.name));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_module_of_Gen_stands_wherever_a_module_can(string kind)
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 4);
        using var inSequential = Sequential(("a", Kinds.Make(kind)), ("b", ReLU()));
        using var inList = new PlainParent(new ModuleList<Module<Tensor, Tensor>>(Kinds.Make(kind)));
        using var inDictionary = new PlainParent(ModuleDict(("a", Kinds.Make(kind))));
        using var inPlain = new PlainParent(Kinds.Make(kind));
        using var inGen = new Holds(Kinds.Make(kind));
        Assert.Equal(Kinds.Keys.Select(k => $"a.{k}"), inSequential.state_dict().Keys);
        Assert.Equal(Kinds.Keys.Select(k => $"child.0.{k}"), inList.state_dict().Keys);
        Assert.Equal(Kinds.Keys.Select(k => $"child.a.{k}"), inDictionary.state_dict().Keys);
        Assert.Equal(Kinds.Keys.Select(k => $"child.{k}"), inPlain.state_dict().Keys);
        Assert.Equal(["one.scale", "one.fc.weight", "one.fc.bias", "several.0.weight", "several.0.bias", "several.1.weight",
            "several.1.bias", "named.a.weight", "named.a.bias", "byHand.scale", "byHand.fc.weight", "byHand.fc.bias", "one.mean",
            "byHand.mean"], inGen.state_dict().Keys);
        Assert.Equal([2, 4], inSequential.call(x).shape);
        Assert.Equal([2, 4], inGen.call(x).shape);
    }

    [Fact]
    public void A_layer_that_the_users_constructor_assigns_is_registered_on_first_use()
    {
        using var module = new AssignedLate(12);
        Assert.Equal(["fc.weight", "fc.bias"], module.state_dict().Keys);
        Assert.Equal(["fc", "dropout"], module.named_children().Select(c => c.name));
        using var other = new AssignedLate(12);
        Assert.Equal(4 * 12 + 12, other.parameters().Sum(p => p.numel()));
        Assert.True(new AssignedLate(3).has_parameter("fc.weight"));
        Assert.NotNull(new AssignedLate(3).get_parameter("fc.bias"));
    }

    [Fact]
    public void A_constructor_may_ask_for_the_state_before_it_has_set_all_of_it()
    {
        using var module = new AsksEarly();
        Assert.Equal(1, module.EarlyChildren);
        Assert.Equal(["first.weight", "first.bias", "second.weight", "second.bias"], module.state_dict().Keys);
    }

    [Fact]
    public void A_hand_written_parent_registers_it_too()
    {
        using var parent = new PlainParent(new AssignedLate(3));
        Assert.Equal(["child.fc.weight", "child.fc.bias"], parent.state_dict().Keys);
    }

    [Fact]
    public void A_base_class_that_the_user_chose_is_registered()
    {
        using var scope = NewDisposeScope();
        using var module = new ChosenBase();
        Assert.Equal(["fc.weight", "fc.bias"], module.state_dict().Keys);
        Assert.Equal([2, 2], module.call(randn(2, 4)).shape);
        Assert.Equal(nameof(ChosenBase), module.GetName());
    }

    [Fact]
    public void A_module_in_a_module_is_registered_under_its_path()
    {
        using var scope = NewDisposeScope();
        using var module = new Holder();
        Assert.Equal(["first.fc.weight", "first.fc.bias", "second.fc.weight", "second.fc.bias"], module.state_dict().Keys);
        Assert.Equal(Holder.ParameterCount, module.parameters().Sum(p => p.numel()));
        Assert.Equal([2, 16], module.call(randn(2, 4)).shape);
    }

    [Fact]
    public void A_derived_class_adds_its_layers_after_those_of_the_base()
    {
        using var scope = NewDisposeScope();
        using var module = new Derived();
        Assert.Equal(["fc.weight", "fc.bias", "more.weight", "more.bias"], module.state_dict().Keys);
        module.to(ScalarType.Float64);
        Assert.All(module.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
    }

    [Fact]
    public void A_field_of_the_same_name_in_a_base_class_is_an_error_and_not_lost()
    {
        // By hand, the field of the base class is lost without a word.
        using var plain = new PlainDerived();
        Assert.Equal(["fc.weight", "fc.bias"], plain.state_dict().Keys);
        Assert.Equal([2, 4], plain.get_parameter("fc.weight")!.shape);

        // Between Gen modules, and above one written by hand, the build says so (GEN0008).
        const string Basis =
            "public partial class Basis { [Layer(4, 4)] private readonly Linear fc; protected virtual Tensor Forward(Tensor x) => "
            + "fc.call(x); }";
        const string Hand =
            "public abstract class Hand : Module<Tensor, Tensor> { private readonly Linear fc = Linear(4, 4); protected Hand() : "
            + "base(\"Hand\") { } protected Tensor First(Tensor x) => fc.call(x); }";
        Assert.Equal(["GEN0008"],
            Collisions(Basis,
                "public sealed partial class Net : Basis { [Layer(4, 2)] private readonly Linear fc; protected override Tensor "
                + "Forward(Tensor x) => fc.call(base.Forward(x)); }"));
        Assert.Equal(["GEN0008"],
            Collisions(Hand,
                "public sealed partial class Net : Hand { [Layer(4, 2)] private readonly Linear fc; private Tensor Forward(Tensor x) => "
                + "fc.call(First(x)); }"));
        Assert.Empty(
            Collisions(Basis,
                "public sealed partial class Net : Basis { [Layer(4, 2), ComponentName(Name = \"last\")] private readonly Linear fc; "
                + "protected override Tensor Forward(Tensor x) => fc.call(base.Forward(x)); }"));

        static IEnumerable<string> Collisions(params string[] sources) =>
            Compilations.Diagnose(Compilations.Of(sources)).Where(d => d.Id == "GEN0008").Select(d => d.Id);
    }

    [Fact]
    public void With_keys_of_their_own_both_fields_of_one_name_are_registered()
    {
        using var scope = NewDisposeScope();
        using var module = new SameNameBelow();
        Assert.Equal(["fc.weight", "fc.bias", "last.weight", "last.bias"], module.state_dict().Keys);
        module.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, module.call(randn(2, 4, dtype: ScalarType.Float64)).dtype);
    }

    [Fact]
    public void A_layer_replaced_at_run_time_is_followed()
    {
        using var scope = NewDisposeScope();
        using var module = new Replaced();
        using var plain = new PlainReplaced();
        Assert.Equal([4, 4], module.state_dict()["fc.weight"].shape);
        module.Fc = Linear(4, 7);
        module.Scale = Parameter(ones(7));
        Assert.Equal(["scale", "fc.weight", "fc.bias", "last.weight", "last.bias"], module.state_dict().Keys);
        Assert.Equal([7, 4], module.state_dict()["fc.weight"].shape);
        Assert.Same(module.Fc, module.named_children().First().module);
        Assert.Same(module.Scale, module.get_parameter("scale"));
        Assert.Equal(7 + (4 * 7) + 7 + (4 * 2) + 2, module.parameters().Sum(p => p.numel()));
        module.Fc = null;
        Assert.Equal(["last"], module.named_children().Select(c => c.name));

        plain.Fc = Linear(4, 7);
        Assert.Equal([4, 4], plain.state_dict()["fc.weight"].shape);
    }

    [Fact]
    public void Several_threads_may_be_the_first_to_use_a_module()
    {
        using var scope = NewDisposeScope();
        using var x = randn(2, 4);
        for (var i = 0; i < 50; i++)
        {
            using var module = new KindChainExplicit(4);
            Parallel.For(0, 8, _ => module.call(x).Dispose());
            Assert.Equal(Kinds.Keys, module.state_dict().Keys);
        }

        // By hand it is the constructor's affair: what is not registered there never is.
        using var plain = new AssignsAfterwards();
        Parallel.For(0, 8, _ => plain.call(x).Dispose());
        Assert.Equal(["first.weight", "first.bias"], plain.state_dict().Keys);
    }

    [Fact]
    public void What_the_user_registers_by_hand_beside_it_stays()
    {
        using var module = new RegistersMore();
        using var plain = new PlainRegistersMore();
        Assert.Equal(plain.state_dict().Keys, module.state_dict().Keys);
        Assert.Equal(["extra.weight", "extra.bias", "fc.weight", "fc.bias"], module.state_dict().Keys);
    }

    [Fact]
    public void An_override_of_the_users_is_heard()
    {
        using var module = new Holds(new Frozen());
        Assert.DoesNotContain(module.named_parameters(), p => p.name.StartsWith("one.", StringComparison.Ordinal));
        Assert.Contains("one.note", module.state_dict().Keys);
        module.train();
        Assert.False(module.children().First().training);
    }

    private sealed class Forgets() : Module<Tensor, Tensor>(nameof(Forgets))
    {
        private readonly Linear fc = Linear(4, 4);

        public override Tensor forward(Tensor input) => fc.call(input);
    }

    private sealed class AssignsAfterwards : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(4, 4);
        private readonly Linear second;

        public AssignsAfterwards()
            : base(nameof(AssignsAfterwards))
        {
            RegisterComponents();
            second = Linear(4, 4);
        }

        public override Tensor forward(Tensor input) => second.call(first.call(input));
    }

    private abstract class PlainBasis(string name) : Module<Tensor, Tensor>(name)
    {
        private readonly Linear fc = Linear(4, 4);

        protected Tensor First(Tensor x) => fc.call(x);
    }

    private sealed class PlainDerived : PlainBasis
    {
        private readonly Linear fc = Linear(4, 2);

        public PlainDerived()
            : base(nameof(PlainDerived)) => RegisterComponents();

        public override Tensor forward(Tensor input) => fc.call(First(input));
    }

    private sealed class PlainReplaced : Module<Tensor, Tensor>
    {
        public PlainReplaced()
            : base(nameof(PlainReplaced)) => RegisterComponents();

        [ComponentName(Name = "fc")]
        private Linear fc = Linear(4, 4);

        public Linear Fc
        {
            get => fc;
            set => fc = value;
        }

        public override Tensor forward(Tensor input) => fc.call(input);
    }

    private sealed class PlainRegistersMore : Module<Tensor, Tensor>
    {
        private readonly Linear fc = Linear(4, 4);

        public PlainRegistersMore()
            : base(nameof(PlainRegistersMore))
        {
            register_module("extra", Linear(4, 4));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => fc.call(input);
    }

    private sealed class PlainEveryKind : Module<Tensor, Tensor>
    {
        private readonly Parameter scale = Parameter(ones(8));
        private readonly Tensor mean = zeros(8);
        [ComponentName(Name = "proj")]
        private readonly Linear projection = Linear(8, 8);

        public PlainEveryKind()
            : base(nameof(PlainEveryKind)) => RegisterComponents();

        public override Tensor forward(Tensor input) => (projection.call(input) * scale) - mean;
    }
}

/// <summary>A parent by hand.</summary>
internal sealed class PlainParent : Module<Tensor, Tensor>
{
    private readonly Module child;

    public PlainParent(Module child)
        : base(nameof(PlainParent))
    {
        this.child = child;
        RegisterComponents();
    }

    public Module Child => child;

    public override Tensor forward(Tensor input) => ((Module<Tensor, Tensor>)child).call(input);
}
