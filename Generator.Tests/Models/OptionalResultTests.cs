using System.Reflection;
using TorchSharp;

namespace Gen.Tests.Models;

/// <summary>A result whose sizes come from an optional input: without the input they are 0.</summary>
[Collection("TorchSharp")]
public sealed class OptionalResultTests
{
    [Theory]
    [InlineData("B T 8, B P 8 -> B T 8, B P+T 8")]
    [InlineData("B T 8, B P 8 -> B T 8, B T+P 8")]
    public void Keys_of_the_past_are_none_without_it(string shape)
    {
        var source = Source(shape, "if (past is not null) { k = cat([past, k], 1); }");
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)), d => d.Id.StartsWith("GEN", StringComparison.Ordinal));
        using var scope = torch.NewDisposeScope();
        Assert.Equal("3 4", Run(source));
    }

    [Fact]
    public void What_differs_without_it_is_not_proved()
    {
        var source = Source("B T 8, B P 8 -> B T 8, B P+T 8", "k = past is null ? cat([k, k], 1) : cat([past, k], 1);");
        Assert.Contains(Compilations.Diagnose(Compilations.Of(source)), d => d.Id is "GEN2001" or "GEN2002");
    }

    private static string Source(string shape, string keep) => $$"""
        [Shape("{{shape}}")]
        public sealed partial class Attend
        {
            [Layer(8, 8)] private readonly Linear key;

            private (Tensor, Tensor) Forward(Tensor x, Tensor? past = null)
            {
                var k = key.call(x);
                {{keep}}
                return (x.matmul(k.transpose(1, 2)).softmax(-1).matmul(k), k);
            }
        }
        public static class Program
        {
            public static string Run()
            {
                var net = new Attend();
                var (_, first) = net.call(rand(2, 3, 8));
                var (_, second) = net.call(rand(2, 1, 8), first);
                return $"{first.shape[1]} {second.shape[1]}";
            }
        }
        """;

    private static object? Run(string source) => Compilations.Load(source).GetType("Program", throwOnError: true)!
        .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null);
}
