#if USE_VERIFY
using VerifyTests;
using VerifyXunit;
#else
using Gen.Tests.Verification;
#endif

namespace Gen.Tests.Snapshots;

/// <summary>What is generated for the ways in which a class can be declared.</summary>
public sealed class DeclarationSnapshots
{
    [Fact]
    public Task A_class_in_the_global_namespace() => Verifier.Verify(Generate("""
        [Shape("B 4 -> B 2")]
        public partial class Net { [Layer(4, 2)] private readonly Linear fc; }
        """));

    [Fact]
    public Task A_nested_class_in_generic_types() => Verifier.Verify(Generate("""
        namespace A.B
        {
            public partial class Outer<T>
            {
                internal partial record struct Middle<@class>
                {
                    [Shape("B 4 -> B 2")]
                    internal sealed partial class Net<U> where U : class { [Layer(4, 2)] private readonly Linear fc; }
                }
            }
        }
        """));

    [Fact]
    public Task A_class_in_two_files() => Verifier.Verify(Generate(
        """
        namespace Two;
        [Shape("B 4 -> B 2")]
        public partial class Net { [Layer(4, 3)] private readonly Linear fc1; }
        """,
        """
        namespace Two;
        public partial class Net { [Layer] private readonly ReLU relu; [Layer(-1, 2)] private readonly Linear fc2; }
        """));

    [Fact]
    public Task Names_that_are_keywords() => Verifier.Verify(Generate("""
        namespace @namespace.@event;
        [Shape("class 4 -> class 2")]
        public partial class @class { [Layer(4, 2)] private readonly Linear @new; [Layer] private readonly ReLU @is; }
        """));

    [Fact]
    public Task A_primary_constructor_whose_parameters_are_sizes() => Verifier.Verify(Generate("""
        namespace Net;
        [Shape("B d -> B 2*d")]
        public partial class Block(int d, bool wide = true)
        {
            private readonly string kind = wide ? "wide" : "narrow";
            [Layer] private readonly Linear fc = Linear(d, 2 * d);
            [Layer] private readonly ReLU relu;
            public string Kind => kind;
        }
        """));

    [Fact]
    public Task An_explicit_constructor_that_builds_a_layer() => Verifier.Verify(Generate("""
        namespace Net;
        [Shape("B 4 -> B 2")]
        public partial class Built
        {
            [Layer] private readonly Linear fc;
            [Layer(0.1)] private readonly Dropout dropout;
            public Built(int seed) { random.manual_seed(seed); fc = Linear(4, 2); }
        }
        """));

    [Fact]
    public Task A_base_class_that_the_user_chose() => Verifier.Verify(Generate("""
        namespace Net;
        [Shape("B 4 -> B 2")]
        public partial class Mine : Module<Tensor, Tensor> { [Layer(4, 2)] private readonly Linear fc; }
        """));

    [Fact]
    public Task A_forward_of_the_user() => Verifier.Verify(Generate("""
        namespace Net;
        public partial class Gate
        {
            [Layer(8, 8)] private readonly Linear gate;
            [Layer(8, 8)] private readonly Linear value;

            [Shape("B T 8, B T 8 -> B T 8")]
            private Tensor Forward(Tensor x, Tensor? context = null) => gate.call(x).sigmoid() * value.call(context ?? x);
        }
        """));

    [Fact]
    public Task Parameters_buffers_keys_and_optional_layers() => Verifier.Verify(Generate("""
        namespace Net;
        public partial class Scaled(bool drop)
        {
            [Parameter] private readonly Parameter scale = Parameter(ones(8));
            [Buffer] private Tensor mean = zeros(8);
            [Buffer(Persistent = false)] private readonly Tensor mask = ones(8);
            [Layer, ComponentName(Name = "proj")] private readonly Linear projection = Linear(8, 8);
            [Layer] private readonly Dropout? dropout = drop ? Dropout(0.1) : null;

            private Tensor Forward(Tensor x) => projection.call(x) * scale - mean * mask;
        }
        """));

    private static Microsoft.CodeAnalysis.GeneratorDriver Generate(params string[] sources) => Compilations.Generate(sources).Driver;
}
