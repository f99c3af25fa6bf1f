using System.CommandLine;
using Gpt;

var steps = new Option<int>("--steps") { Description = "How many batches are shown.", DefaultValueFactory = _ => 1_200 };
var seed = new Option<int>("--seed") { Description = "Of the weights, the batches and what is written.", DefaultValueFactory = _ => 1 };
var prompt = new Option<string>("--prompt") { Description = "What is written on.", DefaultValueFactory = _ => "Shall I", Recursive = true };
var length = new Option<int>("--length") { Description = "How many characters are written.", DefaultValueFactory = _ => 400,
    Recursive = true };
var temperature = new Option<double>("--temperature") { Description = "Below 1: what is likely; above 1: what is daring.",
    DefaultValueFactory = _ => 0.8, Recursive = true };
var folder = new Option<string>("--out") { Description = "The folder for weights and curve.", DefaultValueFactory = _ => "gpt-out",
    Recursive = true };
AtLeast(steps, 1);
AtLeast(length, 0);
temperature.Validators.Add(r =>
{
    if (r.Tokens.Count > 0 && !(r.GetValueOrDefault<double>() is >= 0.01 and <= 100))
    {
        r.AddError($"--temperature {r.Tokens[0].Value}: must be from 0.01 to 100.");
    }
});
prompt.Validators.Add(r =>
{
    if (r.Tokens.Count > 0 && r.Tokens[0].Value.Length == 0)
    {
        r.AddError("--prompt: must have at least one character.");
    }
});

var root = new RootCommand("Trains a small GPT on Shakespeare's sonnets, whose module Gen generates.") { steps, seed, prompt, length,
    temperature, folder };
var write = new Command("write", "Writes with the weights in --out.");
root.Subcommands.Add(write);
root.SetAction((parsed, cancellation) => GuardAsync(() => Commands.Train(
    new(parsed.GetValue(steps), BatchSize: 32, LearningRate: 3e-3), parsed.GetValue(seed), Style(parsed), parsed.GetValue(folder)!,
    cancellation)));
write.SetAction((parsed, _) => GuardAsync(() => Commands.Write(Style(parsed), parsed.GetValue(folder)!)));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

Style Style(ParseResult parsed) => new(parsed.GetValue(prompt)!, parsed.GetValue(length), parsed.GetValue(temperature));

static void AtLeast(Option<int> option, int least) => option.Validators.Add(r =>
{
    if (r.Tokens.Count > 0 && int.TryParse(r.Tokens[0].Value, out var value) && value < least)
    {
        r.AddError($"{option.Name} {value}: must be at least {least}.");
    }
});

static async Task<int> GuardAsync(Action action)
{
    try
    {
        // On a thread of its own, so that Ctrl-C finds someone to tell.
        await Task.Run(action);
        return 0;
    }
    catch (OperationCanceledException)
    {
        await Console.Error.WriteLineAsync("Stopped; nothing was saved.");
        return 130;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException
        or StateMismatchException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
}
