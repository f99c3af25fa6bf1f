using System.Diagnostics;
using System.Globalization;
using Cookbook;

var recipes = new Dictionary<string, Func<(string Summary, Figures Figures)>>
{
    ["dqn"] = () => Cook(DqnRecipe.Model(), m => m.Summary(), m => DqnRecipe.Train(m)),
    ["sentiment"] = () => Cook(SentimentRecipe.Model(), m => m.Summary(), m => SentimentRecipe.Train(m)),
    ["unet"] = () => Cook(UNetRecipe.Model(), m => m.Summary(), m => UNetRecipe.Train(m)),
    ["gpt"] = () => Cook(GptRecipe.Model(), m => m.Summary(), m => GptRecipe.Train(m)),
    ["vae"] = () => Cook(VaeRecipe.Model(), m => m.Summary(), m => VaeRecipe.Train(m)),
    ["crnn"] = () => Cook(CrnnRecipe.Model(), m => m.Summary(), m => CrnnRecipe.Train(m)),
    ["towers"] = () => Cook(TwoTowersRecipe.Model(), m => m.Summary(), m => TwoTowersRecipe.Train(m)),
    ["graph"] = () => Cook(GraphRecipe.Model(), m => m.Summary(), m => GraphRecipe.Train(m)),
};

var unknown = args.Where(a => !recipes.ContainsKey(a)).ToArray();
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"There is no recipe {string.Join(", ", unknown)}; there are {string.Join(", ", recipes.Keys)}.");
    return 1;
}

// The tensors are so small that a second thread would mostly wait for the first.
set_num_threads(1);
foreach (var name in args.Length > 0 ? args : [.. recipes.Keys])
{
    random.manual_seed(1);
    var watch = Stopwatch.StartNew();
    var (summary, figures) = recipes[name]();
    Console.WriteLine(summary);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name}: loss {figures.Loss.Before:F3} -> {figures.Loss.After:F3}, {figures.MetricName} "
        + $"{figures.Metric.Before:F2} -> {figures.Metric.After:F2}, {watch.Elapsed.TotalSeconds:F1} s\n"));
}

return 0;

static (string Summary, Figures Figures) Cook<T>(T model, Func<T, ModuleSummary> summary, Func<T, Figures> train)
    where T : Module
{
    using (model)
    {
        return (summary(model).ToString(), train(model));
    }
}
