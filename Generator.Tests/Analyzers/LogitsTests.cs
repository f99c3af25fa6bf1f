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

    private static string Program(string body, string members = "") =>
        $"public static class Program {{ public static void Main() {{ {body} }} {members} }}\n";

    /// <summary>The model in one class, the loss in another.</summary>
    [Theory]
    [InlineData("var model = new Probabilities(); var loss = CrossEntropyLoss(); var l = loss.call(model.call(randn(2, 4)), zeros([2], "
        + "dtype: int64));")]
    [InlineData("var model = new Probabilities(); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = new Probabilities(); for (var epoch = 0; epoch < 3; epoch++) { var y = model.call(randn(2, 4)); var l = "
        + "functional.cross_entropy(y, zeros([2], dtype: int64)); }")]
    [InlineData("",
        "public static void Train(IEnumerable<Tensor> data) { var model = new Probabilities(); foreach (var batch in data) { var y = "
        + "model.call(batch); var l = CrossEntropyLoss().call(y, batch); } }")]
    [InlineData("Module<Tensor, Tensor> model = Build(); var l = functional.cross_entropy(model.call(randn(2, 4)), Targets());",
        "private static Probabilities Build() => new(); private static Tensor Targets() => zeros([2], dtype: int64);")]
    [InlineData("var model = Build(); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));",
        "private static Probabilities Build() { var built = new Probabilities(); return built; }")]
    [InlineData("var l = functional.cross_entropy(Model.call(randn(2, 4)), zeros([2], dtype: int64));",
        "private static readonly Probabilities Model = new();")]
    [InlineData("var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));",
        "private static Probabilities model = new();")]
    [InlineData("var l = functional.cross_entropy(Model.call(randn(2, 4)), zeros([2], dtype: int64));",
        "private static Probabilities Model { get; } = new();")]
    [InlineData("", "public static Tensor Train(Probabilities model, Tensor x, Tensor y) => functional.cross_entropy(model.call(x), y);")]
    [InlineData("",
        "public static Tensor Train(Probabilities model, Tensor x, Tensor y) { var logits = model.call(x); return "
        + "functional.cross_entropy(logits, y); }")]
    [InlineData("",
        "public static Tensor Train(Probabilities model, CrossEntropyLoss loss, Tensor x, Tensor y) { "
        + "return loss.call(model.call(x), y); }")]
    [InlineData("var model = Sequential(new Probabilities(), Identity()); var l = functional.cross_entropy(model.call(randn(2, 4)), "
        + "zeros([2], dtype: int64));")]
    [InlineData("",
        "public static Tensor Train(Probabilities model, Tensor x, Tensor y) { if (x.numel() == 0) { return zeros(1); } if (y.numel() == "
        + "0) { throw new ArgumentException(); } return functional.cross_entropy(model.call(x), y); }")]
    [InlineData("for (var i = 0; i < 9; i++) { var model = new Probabilities(); var y = randn(2, 4); if (DateTime.Now.Year < i) { "
        + "continue; } if (DateTime.Now.Day < i) { y = model.call(y); var l = functional.cross_entropy(y, zeros([2], dtype: int64)); } }")]
    public void GEN5001_a_model_that_ends_in_softmax(string body, string members = "") => Markup.Verify(Models + Program(body, members));

    [Theory]
    [InlineData("public sealed class Trainer(Probabilities model) { public Tensor Loss(Tensor x, Tensor y) => "
        + "functional.cross_entropy(model.call(x), y); }")]
    [InlineData("public sealed class Trainer { private readonly Loss<Tensor, Tensor, Tensor> loss = CrossEntropyLoss(); private readonly "
        + "Module<Tensor, Tensor> model; public Trainer() { model = new Probabilities(); } public void Step(Tensor x, Tensor y) => "
        + "loss.call(model.call(x), y).backward(); }")]
    [InlineData("public sealed class Trainer { public Probabilities? Model { get; set; } public async "
        + "System.Threading.Tasks.Task<Tensor> Loss(Tensor x, Tensor y) { await System.Threading.Tasks.Task.Yield(); return "
        + "functional.cross_entropy(Model!.call(x), y); } }")]
    [InlineData("public sealed class Scored : Module<Tensor, Tensor, Tensor> { private readonly Probabilities model = new(); public "
        + "Scored() : base(\"s\") => RegisterComponents(); public override Tensor forward(Tensor x, Tensor y) => "
        + "functional.cross_entropy(model.call(x), y); }")]
    public void GEN5001_a_model_that_a_class_keeps(string trainer) => Markup.Verify(Models + trainer);

    /// <summary>The mark is in the model's file, where a pragma or an .editorconfig counts; the loss is told beside it.</summary>
    [Fact]
    public void GEN5001_a_model_in_one_file_and_the_loss_in_another()
    {
        var compilation = Compilations.Of(Markup.Strip(Models),
            "public static class Training { public static Tensor Loss(Probabilities model, Tensor x, Tensor y) => "
            + "functional.cross_entropy(model.call(x), y); }");
        var found = Assert.Single(Compilations.Diagnose(compilation));
        Assert.Equal(("GEN5001", "Source.cs"), (found.Id, found.Location.SourceTree!.FilePath));
        Assert.Equal("softmax", found.Location.SourceTree.GetText().ToString(found.Location.SourceSpan));
        var loss = Assert.Single(found.AdditionalLocations);
        Assert.Equal(("Source1.cs", "functional.cross_entropy(model.call(x), y)"),
            (loss.SourceTree!.FilePath, loss.SourceTree.GetText().ToString(loss.SourceSpan)));
        Assert.Equal("softmax", found.Properties["Remove"]);
    }

    [Theory]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5001:Softmax(1)|}); var l = functional.cross_entropy(model.call(randn(2, 4)), "
        + "zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential((\"fc\", Linear(4, 3)), (\"out\", {|GEN5001:Softmax(1)|})); var l = "
        + "functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:functional.softmax(randn(2, 3), 1)|}; var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:randn(2, 3).softmax(1)|}; var l = CrossEntropyLoss().call(y, zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:randn(2, 3).softmax(1)|}.view(2, 3); var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(Model.call(randn(2, 4)), zeros([2], dtype: int64));",
        "private static readonly Sequential Model = Sequential(Linear(4, 3), {|GEN5001:Softmax(1)|});")]
    [InlineData("var l = functional.binary_cross_entropy_with_logits({|GEN5002:sigmoid(randn(2, 3))|}, rand(2, 3));")]
    [InlineData("var model = Sequential(Linear(4, 1), {|GEN5002:Sigmoid()|}); var l = BCEWithLogitsLoss().call(model.call(randn(2, 4)), "
        + "rand(2, 1));")]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5005:ReLU()|}); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), "
        + "zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5005:Dropout(0.2)|}); var l = CrossEntropyLoss().call(model.call(randn(2, "
        + "4)), zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential(Linear(4, 3), {|GEN5005:ReLU()|}, {|GEN5005:Dropout(0.2)|}); var l = "
        + "CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy({|GEN5005:sigmoid(randn(2, 3))|}, zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:randn(2, 4, 3).softmax(2)|}.movedim([2], [1]); var l = functional.cross_entropy(y, zeros([2, 4], "
        + "dtype: int64));")]
    [InlineData("var y = {|GEN5001:randn(3, 2).softmax(0)|}.mT; var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("var y = {|GEN5001:randn(2, 3, 1).softmax(1)|}.squeeze_(2); var l = functional.cross_entropy(y, zeros([2], dtype: "
        + "int64));")]
    [InlineData("var l = functional.binary_cross_entropy_with_logits({|GEN5002:sigmoid(randn(2, 3))|}.ravel(), rand(6));")]
    [InlineData("var l = functional.cross_entropy({|GEN5005:randn(2, 3).gelu_()|}, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy({|GEN5005:randn(2, 3).log_sigmoid()|}, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy({|GEN5005:functional.softmin(randn(2, 3), 1)|}, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy({|GEN5005:randn(2, 3).threshold(0.1, 0)|}, zeros([2], dtype: int64));")]
    [InlineData("var l = functional.binary_cross_entropy_with_logits({|GEN5005:functional.relu(randn(2, 3))|}, rand(2, 3));")]
    public void What_is_too_much_is_marked_where_it_is_written(string body, string members = "") => Markup.Verify(Program(body, members));

    [Theory]
    [InlineData("var model = new Probabilities(); var y = model.call(randn(2, 4)); var l = functional.nll_loss(y.log(), zeros([2], "
        + "dtype: int64));")]
    [InlineData("var model = new Probabilities(); var l = functional.mse_loss(model.call(randn(2, 4)), randn(2, 3));")]
    [InlineData("var model = new Logits(); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64)); var p = "
        + "model.call(randn(2, 4));")]
    [InlineData("var model = new Logits(); var y = model.call(randn(2, 4)); var p = softmax(y, 1); var l = functional.cross_entropy(y, "
        + "zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(randn(2, 3).log_softmax(1), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(30 * tanh(randn(2, 3) / 30), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(randn(2, 3).softmax(1).log(), zeros([2], dtype: int64));")]
    [InlineData("var l = functional.binary_cross_entropy(sigmoid(randn(2, 3)), rand(2, 3));")]
    [InlineData("var y = randn(2, 3); if (DateTime.Now.Year > 2000) { y = y.softmax(1); } var l = functional.cross_entropy(y, zeros([2], "
        + "dtype: int64));")]
    [InlineData("Module<Tensor, Tensor> model = DateTime.Now.Year > 2000 ? new Probabilities() : new Logits(); var l = "
        + "functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("var model = Sequential(Linear(4, 3), Dropout(0)); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], "
        + "dtype: int64));")]
    [InlineData("var l = functional.cross_entropy(Elsewhere(randn(2, 3)), zeros([2], dtype: int64));",
        "private static Tensor Elsewhere(Tensor x) => x.softmax(1);")]
    public void What_is_right_or_cannot_be_followed_is_not_spoken_of(string body, string members = "") =>
        Markup.Verify(Markup.Strip(Models) + Logits + Program(body, members));
}
