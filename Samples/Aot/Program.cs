using Aot;

// Everything that TorchSharp does by reflection, and that a trimmed program therefore loses, done by a Gen module.
var failures = 0;
using var scope = NewDisposeScope();
random.manual_seed(1);
var model = new SentenceModel();
var x = randint(0, 50, [2, 7], dtype: ScalarType.Int64);

var keys = model.state_dict().Keys.ToArray();
Check($"{keys.Length} entries are registered, {SentenceModel.ParameterCount} parameters",
    keys.Length == 20 && model.parameters().Sum(p => p.numel()) == SentenceModel.ParameterCount);

TrainOneStep();
model.to(ScalarType.Float64);
Check("after a move to float64 every parameter is float64", model.parameters().All(p => p.dtype == ScalarType.Float64));
Check("and every buffer", model.buffers().All(b => b.dtype == ScalarType.Float64));
Check("the tied weights are one tensor still", model.parameters().Sum(p => p.numel()) == SentenceModel.ParameterCount);
var expected = model.call(x);
Check("and the module runs", expected.dtype == ScalarType.Float64);

using var stream = new MemoryStream();
using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
{
    model.save(writer);
}

stream.Position = 0;
var other = new SentenceModel().to(ScalarType.Float64);
Check("another module gives something else", !other.call(x).allclose(expected));
other.load(stream);
Check("saved and loaded it gives the same", other.call(x).Equals(expected));

try
{
    other.load_state_dict(new() { ["head.weight"] = zeros(1) });
    Check("a state that does not fit is refused", false);
}
catch (StateMismatchException e)
{
    Check("a state that does not fit is refused: " + e.Message.Split('\n')[0], e.Differences.Single().Key == "head.weight");
}

using var byHand = new ByHand();
Console.WriteLine($"by hand: {byHand.state_dict().Count} entries");
return failures;

void TrainOneStep()
{
    using var optimizer = optim.SGD(model.parameters(), 0.05);
    var before = Loss();
    before.backward();
    optimizer.step();
    var after = Loss().item<float>();
    Check($"a training step lowers the loss: {before.item<float>():F4} to {after:F4}", after < before.item<float>());
}

Tensor Loss() => functional.cross_entropy(model.call(x).view(-1, 50), x.view(-1));

void Check(string what, bool holds)
{
    Console.WriteLine($"{(holds ? "ok" : "FAILED")}: {what}");
    failures += holds ? 0 : 1;
}
