using Export;
using Gpt;
using Seed;

// dotnet run --project Samples/Export -c Release -- folder steps rounds
var folder = args is [var name, ..] ? name : "export-out";
var steps = args is [_, var many, ..] ? int.Parse(many) : 200;
var rounds = args is [_, _, var often, ..] ? int.Parse(often) : 20;

random.manual_seed(1);
Directory.CreateDirectory(folder);
using var classifier = new MnistClassifier();
Training.Run(classifier, steps, Console.Out);

// A GPT that has learned nothing yet computes as long as one that has.
using var gpt = new CharacterGpt(vocabulary: 61, context: 128, width: 256, heads: 8, depth: 4);

classifier.ExportOnnx(Path.Combine(folder, "classifier.onnx"));
classifier.ExportPyTorch(folder);
gpt.ExportOnnx(Path.Combine(folder, "gpt.onnx"));
gpt.ExportPyTorch(folder);
foreach (var file in Directory.EnumerateFiles(folder).Order())
{
    Console.WriteLine($"{Path.GetFileName(file),-32}{new FileInfo(file).Length,10:N0} bytes");
}

Console.WriteLine();
Console.WriteLine("model       batch  TorchSharp  ONNX Runtime  times as fast  largest difference");
foreach (var batch in new[] { 1, 8, 64 })
{
    using var images = randn(batch, 1, 28, 28);
    Comparison.Print("classifier", Path.Combine(folder, "classifier.onnx"), classifier, images, rounds, Console.Out);
}

foreach (var batch in new[] { 1, 4 })
{
    using var text = randint(61, [batch, 128]);
    Comparison.Print("gpt", Path.Combine(folder, "gpt.onnx"), gpt, text, rounds, Console.Out);
}
