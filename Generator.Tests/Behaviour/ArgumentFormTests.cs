using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>Arguments of every form that C# has go through generated code.</summary>
[Collection("TorchSharp")]
public sealed class ArgumentFormTests
{
    [Theory]
    [InlineData("float limit = float.PositiveInfinity", "y.clamp(max: limit)")]
    [InlineData("float limit = float.NegativeInfinity", "y.clamp(min: limit)")]
    [InlineData("float limit = float.NaN", "float.IsNaN(limit) ? y : y.clamp(max: limit)")]
    [InlineData("float limit = 1e-7f", "y + (limit == 1e-7f ? 0 : 1)")]
    [InlineData("double limit = double.NegativeInfinity", "y.clamp(min: limit)")]
    public void Defaults_that_are_no_ordinary_numbers(string parameter, string body)
    {
        var source = $"[Shape(\"B 3 -> B 2\")] public sealed partial class Net {{ [Layer(3, 2)] private readonly Linear fc; "
            + $"private Tensor Forward(Tensor x, {parameter}) {{ var y = fc.call(x); return {body}; }} "
            + $"public bool Same(Tensor x) => call(x).allclose(fc.call(x)); }}";
        var type = Compilations.Load(source).GetType("Net", throwOnError: true)!;
        using var module = (Module)Activator.CreateInstance(type)!;
        using var x = randn(4, 3);
        Assert.Equal(true, type.GetMethod("Same")!.Invoke(module, [x]));
    }

    [Fact]
    public void A_constructor_that_takes_any_number_of_arguments()
    {
        var type = Compilations.Load("""
            [Shape("B 3 -> B 2")] public sealed partial class Net(int width = 4, params int[] rest)
            {
                [Layer] private readonly Linear up = Linear(3, width);
                [Layer] private readonly Linear down = Linear(width, 2);
                public int Rest => rest.Length;
                public static long[] Counts => [CountParameters(), CountParameters(5), CountParameters(5, 1, 2)];
            }
            """).GetType("Net", throwOnError: true)!;
        Assert.Equal(new long[] { 26, 32, 32 }, type.GetProperty("Counts")!.GetValue(null));
    }

    [Fact]
    public void A_class_with_pointers()
    {
        var options = new Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions(
            Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
            nullableContextOptions: Microsoft.CodeAnalysis.NullableContextOptions.Enable);
        var compilation = Compilations.Of("""
            [Shape("B 3 -> B 2")] public sealed unsafe partial class Net
            {
                [Layer(3, 2)] private readonly Linear fc;
                private Tensor Forward(Tensor x)
                {
                    var y = fc.call(x);
                    var two = 2f;
                    float* pointer = &two;
                    return y * *pointer;
                }
            }
            """).WithOptions(options);
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(
            Compilations.Load(output).GetType("Net", throwOnError: true)!)!;
        using var x = randn(4, 3);
        Assert.Equal([4L, 2L], module.call(x).shape);
    }
}
