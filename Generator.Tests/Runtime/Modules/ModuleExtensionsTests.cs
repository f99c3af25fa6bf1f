using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Modules;

/// <summary>Parameters by their keys: groups, freezing, loading in parts.</summary>
[Collection("TorchSharp")]
public sealed class ModuleExtensionsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gen").FullName;

    private string File => Path.Combine(folder, "model.weights");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("encoder", "encoder.fc.weight, encoder.fc.bias, encoder.norm.weight, encoder.norm.bias, encoder.table")]
    [InlineData("*.bias", "encoder.fc.bias, encoder.norm.bias, head.bias")]
    [InlineData("*norm*", "encoder.norm.weight, encoder.norm.bias")]
    [InlineData("encoder.?c", "encoder.fc.weight, encoder.fc.bias")]
    [InlineData("head.weight", "head.weight")]
    [InlineData("*", "encoder.fc.weight, encoder.fc.bias, encoder.norm.weight, encoder.norm.bias, encoder.table, head.weight, head.bias")]
    public void A_pattern_matches_keys(string pattern, string keys)
    {
        using var model = new Tagger();
        Assert.Equal(keys.Split(", ").Order(StringComparer.Ordinal), Keys(model, model.MatchingParameters(pattern)));
    }

    [Theory]
    [InlineData("encodr")]
    [InlineData("encode")]
    [InlineData("Encoder")]
    [InlineData("")]
    public void A_pattern_that_matches_nothing_is_an_error_that_names_the_keys(string pattern)
    {
        using var model = new Tagger();
        var message = Assert.Throws<ArgumentException>(() => model.Freeze("head", pattern)).Message;
        Assert.Contains($"no parameter of Tagger matches \"{pattern}\". Its keys are ", message, StringComparison.Ordinal);
        Assert.Contains("encoder.fc.weight", message, StringComparison.Ordinal);
        Assert.All(model.parameters(), p => Assert.True(p.requires_grad));
        Assert.Throws<ArgumentException>(() => model.Freeze());
    }

    [Fact]
    public void What_is_frozen_does_not_train_until_it_is_unfrozen()
    {
        using var scope = NewDisposeScope();
        using var model = new Tagger();
        Assert.Equal(5, model.Freeze("encoder"));
        var before = model.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        Step(model);
        Assert.All(model.state_dict(), s => Assert.Equal(
            s.Key.StartsWith("encoder", StringComparison.Ordinal), s.Value.allclose(before[s.Key], rtol: 0, atol: 0)));
        Assert.Equal(2, model.Unfreeze("encoder.fc"));
        Step(model);
        Assert.False(model.state_dict()["encoder.fc.weight"].allclose(before["encoder.fc.weight"], rtol: 0, atol: 0));
        Assert.True(model.state_dict()["encoder.norm.weight"].allclose(before["encoder.norm.weight"], rtol: 0, atol: 0));
    }

    [Fact]
    public void Weight_decay_is_for_matrices_outside_normalisations()
    {
        using var scope = NewDisposeScope();
        using var model = new Tagger();
        var (decayed, others) = model.WeightDecayGroups();
        Assert.Equal(["encoder.fc.weight", "encoder.table", "head.weight"], Keys(model, decayed));
        Assert.Equal(["encoder.fc.bias", "encoder.norm.bias", "encoder.norm.weight", "head.bias"], Keys(model, others));
        var (fewer, more) = model.WeightDecayGroups("*.table");
        Assert.Equal(["encoder.fc.weight", "head.weight"], Keys(model, fewer));
        Assert.Equal(5, more.Count);

        // With a learning rate of 1 and no gradient, AdamW multiplies by 1 - weight_decay.
        using var optimizer = torch.optim.AdamW(
            [new AdamW.ParamGroup(decayed, lr: 1, weight_decay: 0.5), new AdamW.ParamGroup(others, lr: 1, weight_decay: 0)], lr: 1);
        var before = model.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        foreach (var parameter in model.parameters())
        {
            parameter.grad = zeros_like(parameter);
        }

        optimizer.step();
        foreach (var (key, value) in model.state_dict())
        {
            var factor = key is "encoder.fc.weight" or "encoder.table" or "head.weight" ? 0.5 : 1;
            Assert.True(value.allclose(before[key] * factor), key);
        }
    }

    [Fact]
    public void A_normalisation_over_two_dimensions_is_not_decayed_and_a_tied_parameter_is_in_one_group_once()
    {
        using var norm = LayerNorm([4, 5]);
        var (decayed, others) = norm.WeightDecayGroups();
        Assert.Empty(decayed);
        Assert.Equal(2, others.Count);
        using var tied = new Tied();
        var (matrices, rest) = tied.WeightDecayGroups();
        Assert.Single(matrices);
        Assert.Empty(rest);
    }

    [Fact]
    public void A_part_of_a_checkpoint_is_loaded_into_a_part_of_a_module()
    {
        using var scope = NewDisposeScope();
        using var trained = new Tagger();
        using var fresh = new Classifier();
        trained.save(File);
        Assert.Equal(5, fresh.LoadPart(File, from: "encoder", into: "backbone"));
        Assert.True(fresh.state_dict()["backbone.fc.weight"].allclose(trained.state_dict()["encoder.fc.weight"], rtol: 0, atol: 0));
        using var encoder = new TagEncoder();
        Assert.Equal(5, encoder.LoadPart(File, from: "encoder."));
        Assert.True(encoder.state_dict()["table"].allclose(trained.state_dict()["encoder.table"], rtol: 0, atol: 0));
        using var again = new Tagger();
        Assert.Equal(7, again.LoadPart(File));
    }

    [Fact]
    public void A_part_that_does_not_fit_changes_nothing_and_says_why()
    {
        using var scope = NewDisposeScope();
        using var trained = new Tagger();
        using var fresh = new Classifier();
        trained.save(File);
        var before = fresh.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        var error = Assert.Throws<ArgumentException>(() => fresh.LoadPart(File, from: "decoder", into: "backbone"));
        Assert.Contains("no key of", error.Message, StringComparison.Ordinal);
        Assert.Contains("Its keys begin with encoder, head.", Assert.Throws<ArgumentException>(() => fresh.LoadPart(File, "enc")).Message,
            StringComparison.Ordinal);
        Assert.Contains("Classifier holds no module \"body\". It holds backbone, scores.",
            Assert.Throws<ArgumentException>(() => fresh.LoadPart(File, "encoder", "body")).Message, StringComparison.Ordinal);
        var mismatch = Assert.Throws<StateMismatchException>(() => fresh.LoadPart(File, "encoder", "scores"));
        Assert.Equal(["weight", "bias"], mismatch.MissingKeys);
        var shape = Assert.Throws<StateMismatchException>(() => fresh.LoadPart(File, "head", "scores", strict: false));
        Assert.Equal(new StateDifference("weight", "(2, 8)", "(3, 8)"), shape.Differences[0]);
        Assert.Throws<FileNotFoundException>(() => fresh.LoadPart(Path.Combine(folder, "none")));
        using (var stream = System.IO.File.OpenWrite(File))
        {
            stream.SetLength(stream.Length - 1);
        }

        Assert.Throws<InvalidDataException>(() => fresh.LoadPart(File, "head", "scores", strict: false));
        Assert.All(fresh.state_dict(), s => Assert.True(s.Value.allclose(before[s.Key], rtol: 0, atol: 0), s.Key));
    }

    private static IEnumerable<string> Keys(Module model, IEnumerable<Parameter> parameters) => parameters
        .Select(p => model.named_parameters().Single(n => n.parameter.Handle == p.Handle).name).Order(StringComparer.Ordinal);

    private static void Step(Module<Tensor, Tensor> model)
    {
        using var optimizer = torch.optim.SGD(model.parameters().Where(p => p.requires_grad), 0.1);
        model.call(randint(10, [4, 3])).square().sum().backward();
        optimizer.step();
        optimizer.zero_grad();
    }
}

[Shape("B T -> B T 8")]
public sealed partial class TagEncoder
{
    [Parameter] private readonly Parameter table = Parameter(randn(10, 8));
    [Layer(8, 8)] private readonly Linear fc;
    [Layer(8)] private readonly LayerNorm norm;

    private Tensor Forward(Tensor x) => norm.call(fc.call(table[x]));
}

[Shape("B T -> B T 3")]
public sealed partial class Tagger
{
    [Layer] private readonly TagEncoder encoder = new();
    [Layer(8, 3)] private readonly Linear head;
}

[Shape("B T -> B 2")]
public sealed partial class Classifier
{
    [Layer] private readonly TagEncoder backbone = new();
    [Layer(8, 2)] private readonly Linear scores;

    private Tensor Forward(Tensor x) => scores.call(backbone.call(x).mean([1]));
}

[Shape("B T -> B T 10")]
public sealed partial class Tied
{
    [Layer(10, 8)] private readonly Embedding words;
    [Layer] private readonly Linear scores = Linear(8, 10, hasBias: false);

    public Tied() => scores.weight = words.weight!;
}
