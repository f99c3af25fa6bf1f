namespace Gen.Tests.Analyzers;

/// <content>Labels, element types and losses.</content>
internal static partial class ProjectBugs
{
    private static readonly ProjectBug[] Targets =
    [
        new("one hot for classes",
            """
            [Shape("B 4 -> B 3")]
            public sealed partial class Iris
            {
                [Layer(4, 16)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                [Layer(16, 3)] private readonly Linear fc2;
                [Layer] private readonly LogSoftmax log = LogSoftmax(1);
            }

            public static class Labels
            {
                public static Tensor Encode(this IReadOnlyList<string> names, params string[] classes)
                {
                    var indices = tensor(names.Select(n => (long)Array.IndexOf(classes, n)).ToArray());
                    return «functional.one_hot(indices, 3)¦indices»;
                }
            }

            public sealed class Experiment(Iris model)
            {
                private readonly NLLLoss criterion = NLLLoss();
                public Tensor Loss(Tensor x, Tensor y) => criterion.call(model.call(x), y);
            }

            public static class Program
            {
                public static void Main()
                {
                    var labels = new[] { "setosa", "virginica", "setosa" }.Encode("setosa", "versicolor", "virginica");
                    new Experiment(new Iris()).Loss(rand(3, 4), {|GEN1009:labels|}).backward();
                }
            }
            """),
        new("actions gathered without a column",
            """
            [Shape("B 4 -> B 2")]
            public sealed partial class QNetwork
            {
                [Layer(4, 64)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                [Layer(64, 2)] private readonly Linear fc2;
            }

            public sealed record Transition(Tensor State, long Action, float Reward, Tensor Next);

            public sealed class Memory
            {
                private readonly List<Transition> kept = [];
                public void Add(Transition t) => kept.Add(t);
                public (Tensor States, Tensor Actions, Tensor Rewards, Tensor Next) Sample(int n)
                {
                    var chosen = kept.OrderBy(_ => Random.Shared.Next()).Take(n).ToList();
                    return (stack(chosen.Select(t => t.State)), tensor(chosen.Select(t => t.Action).ToArray()),
                        tensor(chosen.Select(t => t.Reward).ToArray()), stack(chosen.Select(t => t.Next)));
                }
            }

            public sealed class Agent(QNetwork online, QNetwork target)
            {
                public Tensor Loss(Memory memory)
                {
                    var (states, actions, rewards, next) = memory.Sample(8);
                    var q = {|GEN1002:online.call(states).gather(1, actions«¦.unsqueeze(1)»)|}«¦.squeeze(1)»;
                    return functional.smooth_l1_loss(q, rewards + (0.99f * target.call(next).max(1).values.detach()));
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var memory = new Memory();
                    for (var i = 0; i < 20; i++) { memory.Add(new Transition(rand(4), i % 2, 1, rand(4))); }
                    new Agent(new QNetwork(), new QNetwork()).Loss(memory).backward();
                }
            }
            """),
        new("labels of int",
            """
            [Shape("B 2 -> B 3")]
            public sealed partial class Spirals
            {
                [Layer(2, 32)] private readonly Linear fc1;
                [Layer] private readonly Tanh tanh;
                [Layer(32, 3)] private readonly Linear fc2;
            }

            public sealed record Point(float X, float Y, int Arm);

            public sealed class Points(IReadOnlyList<Point> points)
            {
                public Tensor X => tensor(points.SelectMany(p => new[] { p.X, p.Y }).ToArray()).view(-1, 2);
                public Tensor Y => tensor(points.Select(p => «p.Arm¦(long)p.Arm»).ToArray());
            }

            public sealed class Trainer(Spirals model, Points data)
            {
                public void Run()
                {
                    using var optimizer = optim.SGD(model.parameters(), 0.1);
                    for (var i = 0; i < 2; i++)
                    {
                        optimizer.zero_grad();
                        var loss = {|GEN1009:functional.cross_entropy(model.call(data.X), {|GEN4010:data.Y|})|};
                        loss.backward();
                        optimizer.step();
                    }
                }
            }

            public static class Program
            {
                public static void Main() => new Trainer(new Spirals(), new Points([new(1, 2, 0), new(2, 1, 1), new(0, 1, 2)])).Run();
            }
            """),
        new("numbers of double",
            """
            public sealed class Regression : Module<Tensor, Tensor>
            {
                private readonly Module<Tensor, Tensor> layers = Sequential(Linear(4, 8), ReLU(), Linear(8, 1));
                public Regression() : base("Regression") => RegisterComponents();
                public override Tensor forward(Tensor input) => layers.call(input);
            }

            public sealed class Csv(string text)
            {
                private double[][] Rows() => [.. text.Split('\n').Select(l => l.Split(',').Select(double.Parse).ToArray())];

                public (Tensor X, Tensor Y) Read()
                {
                    var rows = Rows();
                    var x = tensor(rows.SelectMany(r => r.Take(4)).ToArray()).view(rows.Length, 4);
                    var y = tensor(rows.Select(r => r[4]).ToArray()).view(rows.Length, 1);
                    return «(x, y)¦(x.to(float32), y.to(float32))»;
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var model = new Regression();
                    var (x, y) = new Csv("1,2,3,4,5\n2,3,4,5,6").Read();
                    Console.WriteLine(functional.l1_loss({|GEN1012:model.call(x)|}, y).item<float>());
                }
            }
            """),
        new("argmax before the loss",
            """
            [Shape("B 16 -> B 4")]
            public sealed partial class Gestures
            {
                [Layer(16, 32)] private readonly Linear fc1;
                [Layer] private readonly GELU gelu;
                [Layer(32, 4)] private readonly Linear fc2;

                public Tensor Predict(Tensor x) => fc2.call(gelu.call(fc1.call(x))).argmax(1);
            }

            public sealed class Trainer(Gestures model)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(model.parameters(), 1e-3);

                public (float Loss, float Accuracy) Step(Tensor x, Tensor y)
                {
                    optimizer.zero_grad();
                    var predicted = model.Predict(x);
                    var loss = {|GEN1012:functional.cross_entropy(«predicted¦model.call(x)», y)|};
                    loss.backward();
                    optimizer.step();
                    return (loss.item<float>(), predicted.eq(y).to(float32).mean().item<float>());
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var trainer = new Trainer(new Gestures());
                    trainer.Step(rand(10, 16), {|GEN1009:randint(0, 4, 10)|});
                }
            }
            """),
        new("ids of float",
            """
            public sealed record Rating(float User, float Film, float Stars);

            [Shape("int64: B, int64: B -> B")]
            public sealed partial class Factors(int users, int films)
            {
                [Layer] private readonly Embedding user = Embedding(users, 16);
                [Layer] private readonly Embedding film = Embedding(films, 16);
                private Tensor Forward(Tensor users, Tensor films) => (user.call(users) * film.call(films)).sum(1L);
            }

            public static class Ratings
            {
                public static (Tensor Users, Tensor Films, Tensor Stars) ToTensors(this IEnumerable<Rating> ratings)
                {
                    var table = tensor(ratings.SelectMany(r => new[] { r.User, r.Film, r.Stars }).ToArray()).view(-1, 3);
                    var columns = table.unbind(1);
                    return (columns[0]«¦.to(int64)», columns[1]«¦.to(int64)», columns[2]);
                }
            }

            public static class Program
            {
                public static void Main()
                {
                    var model = new Factors(10, 20);
                    var (users, films, stars) = new List<Rating> { new(1, 2, 5), new(3, 19, 1) }.ToTensors();
                    functional.mse_loss({|GEN1012:model.call(users, films)|}, stars).backward();
                }
            }
            """),
        new("one label for many outputs",
            """
            [Shape("B 300 -> B tags")]
            public sealed partial class Tags(int tags)
            {
                [Layer(300, 64)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                [Layer] private readonly Linear fc2 = Linear(64, tags);
            }

            public sealed record Post(float[] Vector, int[] Tags);

            public static class Posts
            {
                public static Tensor Targets(this IReadOnlyList<Post> posts, int tags)
                {
                    var targets = zeros(posts.Count, tags);
                    for (var i = 0; i < posts.Count; i++)
                    {
                        foreach (var tag in posts[i].Tags) { targets[i, tag] = 1; }
                    }

                    return targets«.argmax(1).to(float32)¦»;
                }
            }

            public sealed class Trainer
            {
                private readonly Tags model = new(12);

                public Tensor Loss(IReadOnlyList<Post> posts)
                {
                    var x = stack(posts.Select(p => tensor(p.Vector)));
                    return {|GEN1009:functional.binary_cross_entropy_with_logits(model.call(x), posts.Targets(12))|};
                }
            }

            public static class Program
            {
                public static void Main() => new Trainer().Loss([new(new float[300], [1, 4]), new(new float[300], [0])]).backward();
            }
            """),
        new("gate of other width",
            """
            public sealed partial class Tower : Module<Tensor, Tensor>
            {
                private readonly Module<Tensor, Tensor> layers;
                public Tower(int input, int output) : base("Tower")
                {
                    layers = Sequential(Linear(input, 64), ReLU(), Linear(64, output));
                    RegisterComponents();
                }

                public override Tensor forward(Tensor input) => functional.normalize(layers.call(input), dim: 1);
            }

            public sealed class TwoTowers
            {
                private readonly Tower users = new(20, 32), items = new(50, «64¦32»);

                public Tensor Scores(Tensor user, Tensor item)
                {
                    var (u, i) = (users.call(user), items.call(item));
                    return ({|GEN1003:u * i|}).sum(-1L);
                }

                public Tensor Loss(Tensor user, Tensor item, Tensor clicked) =>
                    functional.binary_cross_entropy_with_logits(Scores(user, item), clicked);
            }

            public static class Program
            {
                public static void Main()
                {
                    var towers = new TwoTowers();
                    towers.Loss(rand(16, 20), rand(16, 50), ones(16)).backward();
                }
            }
            """),
    ];
}
