namespace Gen.Tests.Analyzers;

/// <summary>GEN5001, GEN5002 and GEN5005: what reaches a loss that takes logits.</summary>
public sealed class LogitsTests
{
    private const string Models = """
        [Shape("B 4 -> B 3")] public partial class Probabilities
        {
            [Layer(4, 3)] private readonly Linear fc;
            [Layer(1)] private readonly Softmax {|GEN5001:softmax|};
        }
        """;

    private const string Logits = """
        [Shape("B 4 -> B 3")] public partial class Logits
        {
            [Layer(4, 3)] private readonly Linear fc;
        }
        """;

    private static string Unmarked(string model) => model.Replace("{|GEN5001:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal);

    private static string Program(string body, string members = "") => $"public static class Program {{ public static void Main() {{ {body} }} {members} }}\n";

    /// <summary>The model in one class, the loss in another.</summary>
    [Theory]
    [InlineData("var model = new Probabilities(); var loss = CrossEntropyLoss(); var l = loss.call(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = new Probabilities(); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = new Probabilities(); for (var epoch = 0; epoch < 3; epoch++) { var y = model.call(randn(2, 4)); var l = functional.cross_entropy(y, zeros([2], dtype: int64)); }")]
    [InlineData("", "public static void Train(IEnumerable<Tensor> data) { var model = new Probabilities(); foreach (var batch in data) { var y = model.call(batch); var l = CrossEntropyLoss().call(y, batch); } }")]
    [InlineData("Module<Tensor, Tensor> model = Build(); var l = functional.cross_entropy(model.call(randn(2, 4)), Targets());", "private static Probabilities Build() => new(); private static Tensor Targets() => zeros(2);")]
    [InlineData("var model = Build(); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));", "private static Probabilities Build() { var built = new Probabilities(); return built; }")]
    [InlineData("var l = functional.cross_entropy(Model.call(randn(2, 4)), zeros([2], dtype: int64));", "private static readonly Probabilities Model = new();")]
    [InlineData("var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));", "private static Probabilities model = new();")]
    [InlineData("var l = functional.cross_entropy(Model.call(randn(2, 4)), zeros([2], dtype: int64));", "private static Probabilities Model { get; } = new();")]
    [InlineData("", "public static Tensor Train(Probabilities model, Tensor x, Tensor y) => functional.cross_entropy(model.call(x), y);")]
    [InlineData("", "public static Tensor Train(Probabilities model, Tensor x, Tensor y) { var logits = model.call(x); return functional.cross_entropy(logits, y); }")]
    [InlineData("", "public static Tensor Train(Probabilities model, CrossEntropyLoss loss, Tensor x, Tensor y) { return loss.call(model.call(x), y); }")]
    [InlineData("var model = Sequential(new Probabilities(), Identity()); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    public void GEN5001_a_model_that_ends_in_softmax(string body, string members = "") => Markup.Verify(Models + Program(body, members));

    [Theory]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5001:Softmax(1)|}); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential((\"fc\", Linear(4, 3)), (\"out\", {|GEN5001:Softmax(1)|})); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:functional.softmax(randn(2, 3), 1)|}; var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:randn(2, 3).softmax(1)|}; var l = CrossEntropyLoss().call(y, zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:randn(2, 3).softmax(1)|}.view(2, 3); var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(Model.call(randn(2, 4)), zeros([2], dtype: int64));", "private static readonly Sequential Model = Sequential(Linear(4, 3), {|GEN5001:Softmax(1)|});")]
    [InlineData("var l = functional.binary_cross_entropy_with_logits({|GEN5002:sigmoid(randn(2, 3))|}, rand(2, 3));")]
    [InlineData("var model = Sequential(Linear(4, 1), {|GEN5002:Sigmoid()|}); var l = BCEWithLogitsLoss().call(model.call(randn(2, 4)), rand(2, 1));")]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5005:ReLU()|}); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5005:Dropout(0.2)|}); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5005:ReLU()|}, {|GEN5005:Dropout(0.2)|}); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy({|GEN5005:sigmoid(randn(2, 3))|}, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.binary_cross_entropy_with_logits({|GEN5005:functional.relu(randn(2, 3))|}, rand(2, 3));")]
    public void What_is_too_much_is_marked_where_it_is_written(string body, string members = "") => Markup.Verify(Program(body, members));

    [Theory]
    [InlineData("var model = new Probabilities(); var y = model.call(randn(2, 4)); var l = functional.nll_loss(y.log(), zeros([2], dtype: int64));")]
    [InlineData("var model = new Probabilities(); var l = functional.mse_loss(model.call(randn(2, 4)), randn(2, 3));")]
    [InlineData("var model = new Logits(); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64)); var p = model.call(randn(2, 4));")]
    [InlineData("var model = new Logits(); var y = model.call(randn(2, 4)); var p = softmax(y, 1); var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(randn(2, 3).log_softmax(1), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(30 * tanh(randn(2, 3) / 30), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(randn(2, 3).softmax(1).log(), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.binary_cross_entropy(sigmoid(randn(2, 3)), rand(2, 3));")]
    [InlineData("var y = randn(2, 3); if (DateTime.Now.Year > 2000) { y = y.softmax(1); } var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("Module<Tensor, Tensor> model = DateTime.Now.Year > 2000 ? new Probabilities() : new Logits(); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential(Linear(4, 3), Dropout(0)); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(Elsewhere(randn(2, 3)), zeros([2], dtype: int64));", "private static Tensor Elsewhere(Tensor x) => x.softmax(1);")]
    public void What_is_right_or_cannot_be_followed_is_not_spoken_of(string body, string members = "") => Markup.Verify(Unmarked(Models) + Logits + Program(body, members));
}
