namespace Gen.Tests.Analyzers;

/// <content>Weights of classes, which come from elsewhere.</content>
internal static partial class ProjectBugs
{
    private static readonly ProjectBug[] Weights =
    [
        new("a weight too few in the configuration",
            """
            public sealed record Settings(int Classes, int Features, float[] ClassWeights);
            public interface ICriterion { Tensor Of(Tensor logits, Tensor labels); }
            public sealed class Balanced(Settings settings) : ICriterion
            {
                private readonly CrossEntropyLoss loss = CrossEntropyLoss(weight: tensor(settings.ClassWeights));
                public Tensor Of(Tensor logits, Tensor labels) => loss.call(logits, labels);
            }

            [Shape("B features -> B classes")]
            public sealed partial class Classifier(int features, int classes)
            {
                [Layer] private readonly Linear fc1 = Linear(features, 32);
                [Layer] private readonly ReLU relu = ReLU();
                [Layer] private readonly Linear fc2 = Linear(32, classes);
            }

            public static class Program
            {
                public static void Main()
                {
                    var settings = new Settings(5, 12, «[1f, 2f, 3f, 1f]¦[1f, 2f, 3f, 1f, 1f]»);
                    var model = new Classifier(settings.Features, settings.Classes);
                    ICriterion criterion = new Balanced(settings);
                    criterion.Of(model.call(randn(8, 12)), {|GEN1009:zeros(8, dtype: int64)|}).backward();
                }
            }
            """),
        new("weights of doubles",
            """
            public static class Frequencies
            {
                public static Tensor Weights(long[] counts)
                {
                    var total = counts.Sum();
                    return tensor(counts.Select(c => (double)total / c).ToArray())«¦.to(ScalarType.Float32)»;
                }
            }

            [Shape("B 9 -> B 4")]
            public sealed partial class Net { [Layer] private readonly Linear fc = Linear(9, 4); }

            public sealed class Run(Net net, Loss<Tensor, Tensor, Tensor> criterion)
            {
                public void Once(Tensor x, Tensor y) => criterion.call(net.call(x), y).backward();
            }

            public static class Program
            {
                public static void Main() => new Run(new Net(), CrossEntropyLoss(weight: Frequencies.Weights([4, 5, 6, 7])))
                    .Once(rand(3, 9), {|GEN1009:zeros(3, dtype: int64)|});
            }
            """),
        new("weights of positives over the wrong dimension",
            """
            public static class Weighting
            {
                public static Tensor Positive(Tensor labels)
                {
                    var positives = labels.sum(«1L¦0L»);
                    return (labels.shape[0] - positives) / (positives + 1);
                }
            }

            [Shape("B 20 -> B 6")]
            public sealed partial class Tagger { [Layer] private readonly Linear fc = Linear(20, 6); }

            public static class Program
            {
                public static void Main()
                {
                    var labels = ones(50, 6);
                    var criterion = BCEWithLogitsLoss(pos_weights: Weighting.Positive(labels));
                    {|GEN1009:criterion.call(new Tagger().call(randn(50, 20)), labels)|}.backward();
                }
            }
            """),
    ];
}
