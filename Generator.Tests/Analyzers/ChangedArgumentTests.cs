using System.Reflection;
using Microsoft.CodeAnalysis;
using TorchSharp;

namespace Gen.Tests.Analyzers;

/// <summary>Lists and objects that a model is given are what it has made of them after the call.</summary>
[Collection("TorchSharp")]
public sealed class ChangedArgumentTests
{
    private const string Modules = """
        public sealed class Box { public Tensor? Keys { get; set; } public int Steps; public List<Tensor> Maps { get; } = []; }
        [Shape("B 4 -> B 4")] public sealed partial class Filling
        {
            [Layer] private readonly Linear fc = Linear(4, 4);
            private Tensor Forward(Tensor x, List<Tensor> list, Dictionary<string, Tensor> map, Tensor[] array, Box box)
            {
                list.Add(x.clone());
                map["k"] = x.repeat(1, 2);
                array[0] = x.repeat(1, 2);
                box.Keys = x.repeat(1, 2);
                box.Steps++;
                box.Maps.Add(x.clone());
                return fc.call(x);
            }
        }
        [Shape("B 8 -> B 2")] public sealed partial class Eight { [Layer] private readonly Linear fc = Linear(8, 2); }
        [Shape("B 3, B 4 -> B 7")] public sealed partial class Reading
        {
            [Layer] private readonly Linear fc = Linear(7, 7);
            private Tensor Forward(Tensor x, Tensor y, Tensor[] more) => fc.call(cat([x, y], 1)) * more.Length + more[0].sum();
        }
        """;

    private const string Given = "var list = new List<Tensor>(); var map = new Dictionary<string, Tensor> { [\"k\"] = rand(2, 3) }; "
        + "var array = new Tensor[] { rand(2, 3) }; var box = new Box(); using var e = new Eight(); "
        + "new Filling().call(rand(2, 4), list, map, array, box); ";

    [Theory]
    [InlineData("list[0].sum();")]
    [InlineData("e.call(map[\"k\"]);")]
    [InlineData("e.call(array[0]);")]
    [InlineData("e.call(box.Keys ?? rand(2, 3));")]
    [InlineData("e.call(rand(2, 7 + box.Steps));")]
    [InlineData("box.Maps[0].sum();")]
    public void What_a_model_has_changed_is_no_mistake(string use)
    {
        var source = $"{Modules} public static class Program {{ public static void Run() {{ {Given}{use} }} }}";
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(source)), d => d.Severity == DiagnosticSeverity.Error);
        using var scope = torch.NewDisposeScope();
        Compilations.Load(source).GetType("Program", throwOnError: true)!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!
            .Invoke(null, null);
    }

    [Fact]
    public void What_a_model_only_reads_is_known_after_the_call() => Assert.Equal(
        "'e' (Eight) is declared for [2, 8] but gets [2, 5]: rand [2, 5].",
        Markup.Message($$"""
            {{Modules}} public static class Program
            {
                public static void Run()
                {
                    var more = new Tensor[] { rand(2, 5) };
                    new Reading().call(rand(2, 3), rand(2, 4), more);
                    var e = new Eight();
                    {|GEN1008:e.call(more[0])|};
                }
            }
            """));
}
