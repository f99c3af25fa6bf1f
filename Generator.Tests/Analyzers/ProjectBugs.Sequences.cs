namespace Gen.Tests.Analyzers;

/// <content>Texts, signals and series: lengths, states, directions, batches first.</content>
internal static partial class ProjectBugs
{
    private static readonly ProjectBug[] Sequences =
    [
        new("logits of every token",
            """
            public sealed record Config(int Vocabulary, int Width, int Context);

            [Shape("int64: B T -> B T config.Vocabulary")]
            public sealed partial class Bigram(Config config)
            {
                [Layer] private readonly Embedding tokens = Embedding(config.Vocabulary, config.Width);
                [Layer] private readonly Linear head = Linear(config.Width, config.Vocabulary);
            }

            public sealed class Corpus(long[] text, Config config)
            {
                private readonly Tensor data = tensor(text);

                public (Tensor X, Tensor Y) Batch(int size)
                {
                    var starts = randint(0, text.Length - config.Context - 1, size).data<long>().ToArray();
                    var x = stack(starts.Select(i => data.narrow(0, i, config.Context)).ToArray());
                    var y = stack(starts.Select(i => data.narrow(0, i + 1, config.Context)).ToArray());
                    return (x, y);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var config = new Config(65, 32, 16);
                    var (model, corpus) = (new Bigram(config), new Corpus(new long[200], config));
                    for (var step = 0; step < 2; step++)
                    {
                        var (x, y) = corpus.Batch(4);
                        var logits = model.call(x);
                        var loss = {|GEN1009:functional.cross_entropy(logits«¦.view(-1, config.Vocabulary)», y«¦.flatten()»)|};
                        loss.backward();
                    }
                }
            }
            """),
        new("table of positions",
            """
            public sealed partial class Encoder(int vocabulary, int d, int longest)
            {
                [Layer] private readonly Embedding tokens = Embedding(vocabulary, d);
                [Parameter] private readonly Parameter positions = Parameter(randn(longest, d) * 0.02);
                [Layer] private readonly LayerNorm norm = LayerNorm(d);

                private Tensor Forward(Tensor ids) =>
                    norm.call({|GEN1003:tokens.call(ids) + «positions¦positions.narrow(0, 0, ids.shape[1])»|});
            }

            public sealed class Tokenizer
            {
                public const int Longest = 24;
                public Tensor Encode(IReadOnlyList<string> texts)
                {
                    var ids = new long[texts.Count, Longest];
                    for (var i = 0; i < texts.Count; i++)
                    {
                        for (var j = 0; j < Math.Min(Longest, texts[i].Length); j++) { ids[i, j] = texts[i][j] % 128; }
                    }

                    return tensor(ids);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var encoder = new Encoder(128, 32, 64);
                    var ids = new Tokenizer().Encode(["to be", "or not to be"]);
                    Console.WriteLine(encoder.call(ids).shape[1]);
                }
            }
            """),
        new("targets longer than inputs",
            """
            public sealed partial class Decoder(int vocabulary, int d)
            {
                [Layer] private readonly Embedding words = Embedding(vocabulary, d);
                [Layer] private readonly GRU gru = GRU(d, d, batchFirst: true);
                [Layer] private readonly Linear head = Linear(d, vocabulary);

                [Shape("int64: B S, 1 B d -> B S vocabulary")]
                private Tensor Forward(Tensor words, Tensor state)
                {
                    var (outputs, _) = gru.call(this.words.call(words), state);
                    return head.call(outputs);
                }
            }

            public sealed class Translation(Decoder decoder)
            {
                public Tensor Loss(Tensor target, Tensor state)
                {
                    var logits = decoder.call(target[.., ..^1], state);
                    return Compare(logits, «target¦target[.., 1..]»);
                }

                private static Tensor Compare(Tensor logits, Tensor words) =>
                    functional.cross_entropy(logits.reshape(-1, logits.shape[2]), words.reshape(-1), ignore_index: 0);
            }

            public static class Program
            {
                public static void Main()
                {
                    var translation = new Translation(new Decoder(500, 32));
                    translation.Loss({|GEN1009:randint(1, 500, new long[] { 8, 12 })|}, zeros(1, 8, 32)).backward();
                }
            }
            """),
        new("state of another batch",
            """
            public sealed class Forecaster : Module<Tensor, Tensor, Tensor, Tensor>
            {
                private readonly LSTM lstm;
                private readonly Linear head;
                public Forecaster(int hidden) : base("Forecaster")
                {
                    lstm = LSTM(3, hidden, numLayers: 2, batchFirst: true);
                    head = Linear(hidden, 1);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x, Tensor h, Tensor c)
                {
                    var (outputs, _, _) = lstm.call(x, (h, c));
                    return head.call(outputs[.., -1]);
                }
            }

            public sealed class Training(int hidden)
            {
                private readonly Forecaster model = new(hidden);
                public Tensor Step(Tensor x, Tensor y, int batch)
                {
                    var (h, c) = (zeros(2, batch, hidden), zeros(2, batch, hidden));
                    return functional.mse_loss(model.call(x, h, c), y);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var (train, test) = ((rand(32, 20, 3), rand(32, 1)), (rand(7, 20, 3), rand(7, 1)));
                    var training = new Training(16);
                    training.Step(train.Item1, train.Item2, 32);
                    training.Step(test.Item1, test.Item2, {|GEN1003:«32¦7»|});
                }
            }
            """),
        new("both directions in one head",
            """
            public sealed record Sizes(int Words, int Embedding, int Hidden, int Classes);

            public sealed partial class TextClassifier(Sizes sizes)
            {
                [Layer] private readonly Embedding words = Embedding(sizes.Words, sizes.Embedding);
                [Layer] private readonly LSTM lstm = LSTM(sizes.Embedding, sizes.Hidden, batchFirst: true, bidirectional: true);
                [Layer] private readonly Linear head = Linear(«sizes.Hidden¦2 * sizes.Hidden», sizes.Classes);

                private Tensor Forward(Tensor ids)
                {
                    var (outputs, _, _) = lstm.call(words.call(ids));
                    return {|GEN1001:head.call(outputs.mean([1]))|};
                }
            }

            public sealed class Reviews : torch.utils.data.Dataset
            {
                public override long Count => 12;
                public override Dictionary<string, Tensor> GetTensor(long index) =>
                    new() { ["ids"] = randint(0, 1000, 40), ["label"] = tensor(index % 2) };
            }

            public static class Program
            {
                public static void Main()
                {
                    var model = new TextClassifier(new Sizes(1000, 32, 64, 2));
                    foreach (var batch in new DataLoader(new Reviews(), 6))
                    {
                        functional.cross_entropy(model.call(batch["ids"]), batch["label"]).backward();
                    }
                }
            }
            """),
        new("batches in the place of time",
            """
            public sealed partial class Recurrent(int features, int hidden)
            {
                [Layer] private readonly GRU gru = GRU(features, hidden«¦, batchFirst: true»);
                [Layer] private readonly Linear head = Linear(hidden, 1);

                private Tensor Forward(Tensor x, Tensor state)
                {
                    var (outputs, _) = {|GEN1003:gru.call(x, state)|};
                    return head.call(outputs.select(1, -1));
                }

                public Tensor Begin(long batch) => zeros(1, batch, hidden);
            }

            public sealed class Stocks(int days, int window)
            {
                private readonly Tensor prices = rand(days, 5);
                public Tensor Windows() => stack(Enumerable.Range(0, days - window).Select(i => prices[i..(i + window)]).ToArray());
            }

            public static class Program
            {
                public static void Main()
                {
                    var model = new Recurrent(5, 16);
                    var x = new Stocks(100, 30).Windows();
                    Console.WriteLine(model.call(x, model.Begin(x.shape[0])).shape[0]);
                }
            }
            """),
        new("windows and their targets",
            """
            [Shape("B W 7 -> B W 7")]
            public sealed partial class Weather
            {
                [Layer] private readonly LSTM lstm = LSTM(7, 32, batchFirst: true);
                [Layer] private readonly Linear head = Linear(32, 7);
            }

            public sealed class Windows(Tensor series, int length) : torch.utils.data.Dataset
            {
                public override long Count => series.shape[0] - length;
                public override Dictionary<string, Tensor> GetTensor(long index) => new()
                {
                    ["x"] = series.narrow(0, index, length),
                    ["y"] = series[index + length],
                };
            }

            public sealed class Trainer(Weather model)
            {
                public Tensor Loss(Dictionary<string, Tensor> batch)
                {
                    var y = model.call(batch["x"])«¦[.., -1]»;
                    return functional.mse_loss(y, batch["y"]);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var trainer = new Trainer(new Weather());
                    using var loader = new DataLoader(new Windows(rand(100, 7), 24), 16, shuffle: true);
                    foreach (var batch in loader) { trainer.Loss({|GEN5006:batch|}).backward(); }
                }
            }
            """),
        new("signal with channels last",
            """
            [Shape("B 6 T -> B 4", Where = "T >= 16")]
            public sealed partial class Activity
            {
                [Layer] private readonly Conv1d conv1 = Conv1d(6, 32, 5, padding: 2);
                [Layer] private readonly ReLU relu;
                [Layer] private readonly AdaptiveAvgPool1d pool = AdaptiveAvgPool1d(1);
                [Layer] private readonly Flatten flatten;
                [Layer(-1, 4)] private readonly Linear fc;
            }

            public sealed class Sensor : torch.utils.data.Dataset
            {
                private readonly List<(float[,] Signal, long Kind)> recordings = [];

                public Sensor(int count) { for (var i = 0; i < count; i++) { recordings.Add((new float[128, 6], i % 4)); } }

                public override long Count => recordings.Count;

                public override Dictionary<string, Tensor> GetTensor(long index)
                {
                    var (signal, kind) = recordings[(int)index];
                    return new() { ["signal"] = tensor(signal)«¦.t()», ["kind"] = tensor(kind) };
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var model = new Activity();
                    using var loader = new DataLoader(new Sensor(20), 5);
                    foreach (var batch in loader)
                    {
                        functional.cross_entropy({|GEN1008:model.call(batch["signal"])|}, batch["kind"]).backward();
                    }
                }
            }
            """),
        new("texts of other lengths",
            """
            public sealed record Text(long[] Words, long Topic);

            [Shape("int64: B T -> B 8")]
            public sealed partial class Topics
            {
                [Layer(5000, 32)] private readonly Embedding words;
                [Layer(32, 8)] private readonly Linear head;
                private Tensor Forward(Tensor ids) => head.call(words.call(ids).mean([1]));
            }

            public sealed class Collate(int longest)
            {
                public Tensor Pad(long[] words)
                {
                    var ids = tensor(words);
                    return cat([ids, zeros(«longest¦longest - ids.shape[0]», dtype: int64)]);
                }

                public (Tensor Ids, Tensor Topics) Batch(params Text[] texts) =>
                    (stack(texts.Select(t => Pad(t.Words)).ToArray()), tensor(texts.Select(t => t.Topic).ToArray()));
            }

            public static class Program
            {
                public static void Main()
                {
                    var collate = new Collate(6);
                    var (ids, topics) = {|GEN1003:collate.Batch(new Text([4, 5], 1), new Text([7, 1, 3, 2], 0))|};
                    functional.cross_entropy(new Topics().call(ids), topics).backward();
                }
            }
            """),
        new("ctc of batches first",
            """
            [Shape("B T 80 -> B T 29")]
            public sealed partial class Acoustic
            {
                [Layer(80, 64)] private readonly Linear fc;
                [Layer] private readonly GELU gelu;
                [Layer(64, 29)] private readonly Linear letters;
            }

            public sealed class Speech(Acoustic model)
            {
                private readonly CTCLoss ctc = CTCLoss(blank: 0, zero_infinity: true);

                public Tensor Loss(Tensor spectrogram, Tensor text, Tensor lengths)
                {
                    var log = functional.log_softmax(model.call(spectrogram), 2)«¦.transpose(0, 1)»;
                    var frames = full([spectrogram.shape[0]], spectrogram.shape[1], dtype: int64);
                    return ctc.call(log, text, frames, lengths);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var speech = new Speech(new Acoustic());
                    var text = randint(1, 29, new long[] { 4, 12 });
                    speech.Loss({|GEN1009:rand(4, 50, 80)|}, text, full([4], 12, dtype: int64)).backward();
                }
            }
            """),
    ];
}
