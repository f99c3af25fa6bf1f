using System.Globalization;

namespace GenGpt._1;

// dotnet run -c Release                        learns Shakespeare's sonnets in 300 steps
// dotnet run -c Release -- my-text.txt 2000    learns a text of yours, in as many steps as you say
internal static class Program
{
    private const int Context = 64;
    private const string Weights = "gpt.weights";

    private static int Main(string[] args)
    {
        var steps = 300;
        if (args.Length > 2 || (args.Length > 0 && !File.Exists(args[0]))
            || (args.Length == 2 && (!int.TryParse(args[1], out steps) || steps < 1)))
        {
            Console.Error.WriteLine("usage: [TEXT-FILE [STEPS]]");
            return 1;
        }

        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        manual_seed(1);
        var text = args.Length > 0 ? Text.Read(args[0]) : Text.Sonnets();
        if (text.Test.shape[0] <= Context)
        {
            Console.Error.WriteLine($"{args[0]}: the text must have more than {10 * Context} characters.");
            return 1;
        }

        using var model = new CharacterGpt(text.Vocabulary, Context, width: 128, heads: 4, depth: 3);
        Console.WriteLine(model.Summary());

        var options = new TrainingOptions(steps, BatchSize: 32, LearningRate: 3e-3);
        foreach (var progress in Training.Run(model, text, options, CancellationToken.None))
        {
            if (progress.TestLoss is { } test)
            {
                Console.WriteLine($"step {progress.Step}: loss {progress.Loss:F3}, test loss {test:F3}");
            }
        }

        model.save(Weights);

        // It writes on where the text begins.
        var prompt = string.Concat(text.Train[..8].data<long>().Select(text.Decode));
        Console.WriteLine($"saved to {Weights}\n\n{Writer.Write(model, text, prompt, length: 400, temperature: 0.8)}");
        return 0;
    }
}
