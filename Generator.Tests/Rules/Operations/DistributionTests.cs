using System.Reflection;
using Gen.Rules.Operations;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>What distributions give has the sizes that TorchSharp's have.</summary>
[Collection("TorchSharp")]
public sealed class DistributionTests
{
    private static readonly string[] Members =
        ["sample", "rsample", "log_prob", "entropy", "mean", "variance", "stddev", "mode", "cdf", "icdf"];

    public static TheoryData<string> Names => [.. typeof(distributions).GetMethods(BindingFlags.Static | BindingFlags.Public)
        .Select(m => m.Name).Distinct().Where(n => Distributions.Of(n, [Sizes(2, 3)], Facts.None) is not null)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_distribution_gives_what_TorchSharp_gives(string name)
    {
        var method = typeof(distributions).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .First(m => m.Name == name && m.GetParameters().Any(p => p.ParameterType == typeof(Tensor)));
        var random = new Random(7);
        for (var round = 0; round < 6; round++)
        {
            long[] sizes = [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => 1L + random.Next(4))];
            var shapes = new List<Shape>();
            var arguments = method.GetParameters().Select(p => Argument(p, sizes, shapes, random)).ToArray();
            var made = (distributions.Distribution)method.Invoke(null, arguments)!;
            var (sample, events) = Distributions.Of(name, shapes, Facts.None)!.Value;
            long[] draws = [.. Enumerable.Range(0, random.Next(3)).Select(_ => 1L + random.Next(3))];
            var value = made.sample(draws);
            Assert.Equal(value.shape, Numbers(Distributions.Member(name, "sample", sample, events, Sizes(draws), Facts.None)!));
            foreach (var member in Members)
            {
                var given = member is "sample" or "rsample" ? Sizes(draws) : Sizes(value.shape);
                if (Distributions.Member(name, member, sample, events, given, Facts.None) is { } known
                    && Real(made, member, draws, value) is { } real)
                {
                    Assert.Equal(real.shape, Numbers(known));
                    Assert.True(!Distributions.AreIndexes(name, member) || real.dtype == ScalarType.Int64);
                }
            }
        }
    }

    [Theory]
    [InlineData("Normal(x, x.exp()).sample()", "rand(5, 8)", "rand(5, 7)")]
    [InlineData("Normal(x, x.exp()).rsample(3)", "rand(3, 5, 8)", "rand(4, 5, 8)")]
    [InlineData("Categorical(logits: x).sample()", "rand(5)", "rand(7)")]
    [InlineData("Categorical(logits: x).log_prob(zeros(5, dtype: int64))", "rand(5)", "rand(7)")]
    [InlineData("Dirichlet(x.exp()).entropy()", "rand(5)", "rand(7)")]
    [InlineData("Bernoulli(logits: x).mean", "rand(5, 8)", "rand(5, 7)")]
    public void What_is_drawn_is_followed(string drawn, string right, string wrong)
    {
        string Source(string result) => $$"""
            [Shape("5 8")]
            public sealed partial class Net() : Module<Tensor, Tensor>("Net")
            {
                [Layer] private readonly Linear fc = Linear(8, 8);
                private Tensor Forward(Tensor input) { var x = fc.call(input); return {{result}}; }
            }
            """;
        Tensor Run(string source) => ((nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!)
            .call(rand(5, 8));
        using var scope = NewDisposeScope();
        var fits = Source($"distributions.{drawn} + {right}");
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(fits)), static d => d.Id is "GEN1003" or "GEN2002" or "GEN2003");
        Run(fits);
        var fails = Source($"{{|GEN1003:distributions.{drawn} + {wrong}|}}");
        Analyzers.Markup.Verify(fails, static d => d.Id == "GEN1003");
        Assert.ThrowsAny<Exception>(() => Run(Analyzers.Markup.Strip(fails)));
    }

    private static object? Argument(ParameterInfo parameter, long[] sizes, List<Shape> shapes, Random random)
    {
        if (parameter.ParameterType != typeof(Tensor) || parameter.Name == "logits")
        {
            return parameter.ParameterType == typeof(int) ? 5 : null;
        }

        // A size may be 1 in one of them.
        long[] own = [.. sizes.Select((s, i) => parameter.Name != "probs" && i < sizes.Length - 1 && random.Next(3) == 0 ? 1 : s)];
        var tensor = (parameter.Name == "probs" ? rand(own).softmax(-1) : rand(own) + 0.1) + (parameter.Name == "high" ? 2 : 0);
        shapes.Add(Sizes(own));
        return tensor;
    }

    private static Tensor? Real(distributions.Distribution made, string member, long[] draws, Tensor value)
    {
        try
        {
            return member switch
            {
                "sample" => made.sample(draws),
                "rsample" => made.rsample(draws),
                "log_prob" => made.log_prob(value),
                "entropy" => made.entropy(),
                "mean" => made.mean,
                "variance" => made.variance,
                "stddev" => made.stddev,
                "mode" => made.mode is { IsInvalid: false } mode ? mode : null,
                "cdf" => made.cdf(value),
                _ => made.icdf(rand(value.shape)),
            };
        }
        catch (NotImplementedException)
        {
            return null;
        }
        catch (InvalidOperationException) when (made is TorchSharp.Modules.Poisson && member == "entropy")
        {
            return null;
        }
    }

    private static Shape Sizes(params long[] sizes) => Shape.Of([.. sizes.Select(s => Dim.Of(s))]);

    private static long[] Numbers(Shape shape) => [.. shape.Dims.Select(d => d.Constant!.Value)];
}
