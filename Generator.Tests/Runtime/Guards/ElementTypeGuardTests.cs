using System.Reflection;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Guards;

/// <summary>Element types that a shape string states hold of what comes and goes, or the call throws.</summary>
[Collection("TorchSharp")]
public sealed class ElementTypeGuardTests
{
    private static string? Thrown(string source, params object?[] inputs)
    {
        using var scope = NewDisposeScope();
        var net = Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        try
        {
            net.GetType().GetMethods().First(m => m.Name == "call" && m.DeclaringType == net.GetType()).Invoke(net, inputs);
            return null;
        }
        catch (TargetInvocationException error)
        {
            return $"{error.InnerException!.GetType().Name}: {error.InnerException.Message}";
        }
    }

    private const string Words = """
        [Shape("int64: B T, bool: B T -> B T 4")] public sealed partial class Net
        {
            [Layer(10, 4)] private readonly Embedding table;
            private Tensor Forward(Tensor ids, Tensor? mask = null)
            {
                var x = table.call(ids);
                return mask is null ? x : x.masked_fill(mask.unsqueeze(-1), 0);
            }
        }
        """;

    [Fact]
    public void What_is_of_the_stated_type_passes()
    {
        Assert.Null(Thrown(Words, zeros([2, 3], dtype: int64), zeros([2, 3], dtype: @bool)));
        Assert.Null(Thrown(Words, zeros([2, 3], dtype: int64), null));
    }

    [Fact]
    public void Another_type_is_refused_in_the_words_of_shapes() => Assert.Equal(
        ["ShapeMismatchException: Net: ids must be int64 but is float32.", "ShapeMismatchException: Net: ids must be int64 but is int32.",
            "ShapeMismatchException: Net: mask must be bool but is float32."],
        [Thrown(Words, zeros(2, 3), null)!, Thrown(Words, zeros([2, 3], dtype: int32), null)!,
            Thrown(Words, zeros([2, 3], dtype: int64), zeros(2, 3))!]);

    [Fact]
    public void A_kind_stands_for_each_type_of_it()
    {
        const string Kinds = "[Shape(\"int: B, float: B -> B\")] public sealed partial class Net "
            + "{ private Tensor Forward(Tensor a, Tensor b) => a + b; }";
        Assert.Null(Thrown(Kinds, zeros([3], dtype: int16), zeros([3], dtype: bfloat16)));
        Assert.Equal("ShapeMismatchException: Net: a must be int but is bool.", Thrown(Kinds, zeros([3], dtype: @bool), zeros(3)));
        Assert.Equal("ShapeMismatchException: Net: b must be float but is complex64.",
            Thrown(Kinds, zeros([3], dtype: int64), zeros([3], dtype: complex64)));
    }

    /// <summary>Of the type of an input that states none nothing is known: the result is looked at.</summary>
    [Fact]
    public void A_result_that_is_not_proved_is_checked()
    {
        const string Result = "[Shape(\"B -> int64: B\")] public sealed partial class Net { private Tensor Forward(Tensor x) => x * 2; }";
        Assert.Null(Thrown(Result, zeros([3], dtype: int64)));
        Assert.Equal("ShapeMismatchException: Net: result must be int64 but is float32.", Thrown(Result, zeros(3)));
    }

    [Fact]
    public void A_result_that_is_proved_is_not()
    {
        var (_, output) = Compilations.Generate(
            "[Shape(\"B 4 -> int64: B\")] public sealed partial class Net { private Tensor Forward(Tensor x) => x.argmax(1); }");
        Assert.DoesNotContain(output.SyntaxTrees, t => t.ToString().Contains("ShapeGuard.ElementType", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("long: B T", "'long' is not an element type; these are")]
    [InlineData("int64 B: T", "'int64 B' is not an element type")]
    [InlineData(": B: T", "an element type is missing before ':'")]
    [InlineData("B -> int65: B", "'int65' is not an element type")]
    public void What_is_no_type_is_said(string shape, string message)
    {
        var (signature, error) = Shapes.ShapeParser.ParseSignature(shape);
        Assert.Null(signature);
        Assert.StartsWith(message, error!.Message, StringComparison.Ordinal);
    }
}
