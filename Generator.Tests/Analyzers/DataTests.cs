namespace Gen.Tests.Analyzers;

/// <summary>Tensors that come of arrays, sets of data, loaders and dictionaries.</summary>
public sealed class DataTests
{
    private const string Types = """
        [Shape("B 784 -> B 10")] public partial class Net
        {
            [Layer(784, 10)] private readonly Linear fc;
        }
        public sealed class Digits : torch.utils.data.Dataset
        {
            private readonly Tensor images = randn(100, 28, 28);
            private readonly Tensor labels = zeros([100], dtype: int64);
            public override long Count => 100;
            public override Dictionary<string, Tensor> GetTensor(long index) =>
                new() { { "image", images[index] }, { "label", labels[index] } };
        }
        public sealed class Rows(long count) : torch.utils.data.Dataset
        {
            public override long Count => count;
            public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["image"] = randn(784) };
        }
        public static class Training
        {
            public static void Epoch(Net net, torch.utils.data.Dataset data)
            {
                using var loader = new DataLoader(data, 32, shuffle: true);
                foreach (var batch in loader) { net.call(batch["image"]).sum().backward(); }
            }
        }

        """;

    [Theory]
    [InlineData("{|GEN1008:new Net().call(tensor(new float[,] { { 1, 2, 3 }, { 1, 2, 3 } }))|};")]
    [InlineData("var a = new float[8, 100]; a[0, 0] = 1; {|GEN1008:new Net().call(tensor(a))|};")]
    [InlineData("var a = new float[800]; {|GEN1008:new Net().call(tensor(a).reshape(8, 100))|};")]
    [InlineData("float[] a = Console.ReadLine()!.Select(c => (float)c).ToArray(); {|GEN1008:new Net().call(tensor(a))|};")]
    [InlineData("var a = new float[100]; {|GEN1008:new Net().call(from_array(a).unsqueeze(0))|};")]
    [InlineData("var (u, _, _) = unique(randn(8, 100)); {|GEN1008:new Net().call(u)|};")]
    [InlineData("{|GEN1008:new Net().call(meshgrid([arange(3), arange(4)])[0].to(float32))|};")]
    [InlineData("{|GEN1008:new Net().call(randn(8, 784).slice(1, 0, 100, 1))|};")]
    [InlineData("{|GEN1008:new Net().call(diag(randn(100)))|};")]
    [InlineData("{|GEN1008:new Net().call(multinomial(rand(8, 784), 3).to(float32))|};")]
    [InlineData("{|GEN1008:new Net().call(randn(8, 100).quantile(tensor(0.5f), 0))|};")]
    [InlineData("{|GEN1008:new Net().call(column_stack([randn(8, 3), randn(8, 4)]))|};")]
    [InlineData("{|GEN1008:new Net().call(view_as_real(polar(rand(8, 4), rand(8, 4))))|};")]
    [InlineData("{|GEN1003:randn(8, 784).copy_(randn(8, 785))|};")]
    [InlineData("{|GEN1006:randn(8, 10).sum(1).backward()|};")]
    [InlineData("var loss = {|GEN1006:randn(8).item<float>()|};")]
    [InlineData("var l = {|GEN5006:functional.mse_loss(randn(8, 10), randn(8, 1))|};")]
    [InlineData("var l = {|GEN5006:L1Loss().call(randn(10), randn(8, 10))|};")]
    [InlineData("var d = new Dictionary<string, Tensor> { [\"x\"] = randn(8, 100) }; {|GEN1008:new Net().call(d[\"x\"])|};")]
    [InlineData("var d = new Dictionary<string, Tensor>(); d.Add(\"x\", randn(8, 100)); {|GEN1008:new Net().call(d[\"x\"])|};")]
    [InlineData("var net = new Net(); using var loader = new DataLoader(new Digits(), 32, shuffle: true); "
        + "foreach (var batch in loader) { {|GEN1008:net.call(batch[\"image\"])|}; }")]
    [InlineData("Training.Epoch(new Net(), {|GEN1008:new Digits()|}); Training.Epoch(new Net(), new Rows(8));")]
    [InlineData("foreach (var set in new torch.utils.data.Dataset[] { new Rows(8), new Digits() }) "
        + "{ Training.Epoch(new Net(), {|GEN1008:set|}); }")]
    [InlineData("var net = new Net(); var set = torch.utils.data.TensorDataset(randn(100, 50)); "
        + "using var loader = torch.utils.data.DataLoader(set, 32, true); "
        + "foreach (var batch in loader) { {|GEN1008:net.call(batch[0])|}; }")]
    [InlineData("var net = new Net(); using var loader = new DataLoader(new Digits(), 32, shuffle: true); foreach (var batch in loader) "
        + "{ var l = {|GEN1009:functional.cross_entropy(net.call(batch[\"image\"].flatten(1)), batch[\"image\"].to(int64))|}; }")]
    [InlineData("IEnumerable<byte[]> all = Console.ReadLine()!.Select(c => new[] { (byte)c }); "
        + "var x = stack(all.Select(b => tensor(b).view(84, 84).to(float32)).ToArray(), dim: 2); {|GEN1008:new Net().call(x)|};")]
    [InlineData("var starts = Console.ReadLine()!.Select(c => (long)c).ToArray(); var series = randn(900); "
        + "{|GEN1008:new Net().call(cat(starts.Select(i => series.narrow(0, i, 100).unsqueeze(0)).ToArray()))|};")]
    [InlineData("var series = randn(900, 5); var x = stack(Enumerable.Range(0, 800).Select(i => series[i..(i + 30)]).ToArray()); "
        + "{|GEN1003:x.bmm(randn(800, 6, 5))|};")]
    [InlineData("var pairs = new List<(float[,] X, long Y)> { (new float[8, 100], 0), (new float[8, 100], 1) }; "
        + "for (var i = 0; i < DateTime.Now.Day; i++) { {|GEN1008:new Net().call(tensor(pairs[i % 2].X))|}; }")]
    [InlineData("var series = randn(900, 5); for (var i = 0; i < DateTime.Now.Day; i++) { {|GEN1002:series[i + 3].mm(randn(5, 5))|}; }")]
    [InlineData("using var loader = new DataLoader(new Digits(), 32, shuffle: true); foreach (var batch in loader) "
        + "{ var l = {|GEN5006:functional.mse_loss(batch[\"image\"].sum(1L), batch[\"image\"])|}; }")]
    [InlineData("var x = tensor(Console.ReadLine()!.Select(c => (float)c).ToArray()); {|GEN1002:bmm(x.to(float32), Unknown())|}; "
        + "static Tensor Unknown() => torch.load(\"x\");")]
    public void What_does_not_fit_is_said(string body) =>
        Markup.Verify(Types + $"public static class Program {{ public static void Main() {{ {body} }} }}");

    [Theory]
    [InlineData("var net = new Net(); using var loader = new DataLoader(new Digits(), 32, shuffle: true); foreach (var batch in loader) "
        + "{ var l = functional.cross_entropy(net.call(batch[\"image\"].flatten(1)), batch[\"label\"]); }")]
    [InlineData("var a = new float[784]; new Net().call(tensor(a).unsqueeze(0));")]
    [InlineData("var d = new Dictionary<string, Tensor> { [\"x\"] = randn(8, 100) }; d[\"x\"] = randn(8, 784); new Net().call(d[\"x\"]);")]
    [InlineData("var d = new Dictionary<string, Tensor> { [\"x\"] = randn(8, 100) }; d[Console.ReadLine()!] = randn(8, 784); "
        + "new Net().call(d[\"x\"]);")]
    [InlineData("var d = new Dictionary<string, Tensor> { [\"x\"] = randn(8, 100) }; d.Clear(); d[\"y\"] = randn(8, 784); "
        + "new Net().call(d[\"y\"]);")]
    [InlineData("randn(1, 1).backward(); var x = randn(1).item<float>(); randn(8).backward([ones(8)]);")]
    [InlineData("var l = functional.mse_loss(randn(8, 10), tensor(0f)) + functional.mse_loss(randn(8, 1), randn(8, 1));")]
    [InlineData("var q = randn(784, 100).quantile(tensor(new[] { 0.5f }), 1); new Net().call(q);")]
    [InlineData("var pairs = new List<(float[,] X, long Y)> { (new float[8, 784], 0), (new float[8, 100], 1) }; "
        + "for (var i = 0; i < 1; i++) { new Net().call(tensor(pairs[i * DateTime.Now.Day].X)); }")]
    [InlineData("var l = functional.mse_loss(randn(1, 7, 1), randn(7, 1));")]
    public void What_runs_is_not_spoken_of(string body) =>
        Markup.Verify(Types + $"public static class Program {{ public static void Main() {{ {body} }} }}");
}
