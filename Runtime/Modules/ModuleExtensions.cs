using System.IO.Enumeration;
using Gen.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen;

/// <summary>
/// Parameters by their keys, in any module of TorchSharp. In a pattern, <c>*</c> stands for any characters, also for none and for dots,
/// and <c>?</c> for one. The name of a module stands for all that it holds: <c>encoder</c> for <c>encoder.*</c>. Case matters.
/// </summary>
public static class ModuleExtensions
{
    /// <summary>The parameters whose keys match one of the patterns, in the module's order, each once.</summary>
    /// <param name="module">The module whose <c>named_parameters()</c> are looked at.</param>
    /// <param name="patterns">Such as <c>"encoder"</c>, <c>"*.bias"</c> or <c>"blocks.?.norm*"</c>.</param>
    /// <exception cref="ArgumentException">There is no pattern, or one matches no parameter.</exception>
    /// <example><c>model.MatchingParameters("head", "*.bias")</c></example>
    public static IReadOnlyList<Parameter> MatchingParameters(this nn.Module module, params string[] patterns)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Length == 0)
        {
            throw new ArgumentException("a pattern is needed; \"*\" matches every parameter.", nameof(patterns));
        }

        var all = module.named_parameters().ToArray();
        if (patterns.FirstOrDefault(p => !all.Any(n => Matches(p, n.name))) is { } useless)
        {
            throw new ArgumentException($"no parameter of {module.GetName()} matches \"{useless}\". {Keys(all)}", nameof(patterns));
        }

        return [.. all.Where(n => patterns.Any(p => Matches(p, n.name))).Select(n => n.parameter)];
    }

    /// <summary>
    /// Stops the training of the parameters that match: their <c>requires_grad</c> becomes <c>false</c>. The running statistics of a
    /// batch normalisation are no parameters; they stand still in <c>eval()</c> mode only.
    /// </summary>
    /// <param name="module">The module that holds them.</param>
    /// <param name="patterns">As of <see cref="MatchingParameters"/>.</param>
    /// <returns>How many parameters match.</returns>
    /// <exception cref="ArgumentException">There is no pattern, or one matches no parameter; nothing is changed.</exception>
    /// <example><c>model.Freeze("encoder");</c></example>
    public static int Freeze(this nn.Module module, params string[] patterns) => Require(module, patterns, gradient: false);

    /// <summary>Trains the parameters that match again: their <c>requires_grad</c> becomes <c>true</c>.</summary>
    /// <inheritdoc cref="Freeze"/>
    /// <example><c>model.Unfreeze("encoder.blocks.11");</c></example>
    public static int Unfreeze(this nn.Module module, params string[] patterns) => Require(module, patterns, gradient: true);

    /// <summary>
    /// Parts the parameters into those that weight decay is for and those that it is not: the parameters of normalisations, and all of
    /// fewer than two dimensions, such as biases. Each parameter is in one of the two, a tied one once.
    /// </summary>
    /// <param name="module">The module whose parameters are trained.</param>
    /// <param name="notDecayed">Patterns of further parameters without decay, as of <see cref="MatchingParameters"/>; often
    /// embeddings.</param>
    /// <exception cref="ArgumentException">A pattern matches no parameter.</exception>
    /// <example>
    /// <code>
    /// var (decayed, others) = model.WeightDecayGroups();
    /// var optimizer = torch.optim.AdamW(
    ///     [new AdamW.ParamGroup(decayed, new AdamW.Options { weight_decay = 0.1 }), new AdamW.ParamGroup(others, new AdamW.Options())],
    ///     lr: 1e-3, weight_decay: 0);
    /// </code>
    /// </example>
    public static (IReadOnlyList<Parameter> Decayed, IReadOnlyList<Parameter> NotDecayed) WeightDecayGroups(this nn.Module module,
        params string[] notDecayed)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(notDecayed);
        IEnumerable<Parameter> named = notDecayed.Length == 0 ? [] : module.MatchingParameters(notDecayed);
        var normalising = module.named_modules().Select(m => m.module).Append(module)
            .Where(m => m is NormBase or LayerNorm or GroupNorm).SelectMany(m => m.parameters(recurse: false));
        var without = named.Concat(normalising).Select(Internals.Identity).ToHashSet();
        var parts = module.parameters().ToLookup(p => p.dim() >= 2 && !without.Contains(Internals.Identity(p)));
        return ([.. parts[true]], [.. parts[false]]);
    }

    /// <summary>
    /// Loads a part of a checkpoint that <c>save</c> wrote into a part of a module: all of it, or nothing.
    /// </summary>
    /// <param name="module">The module to load into.</param>
    /// <param name="path">The file.</param>
    /// <param name="from">Only keys under this prefix are read, and the prefix is taken off: <c>"encoder"</c> for <c>encoder.*</c>. Empty
    /// for all keys.</param>
    /// <param name="into">The submodule that is loaded, such as <c>"backbone"</c>. Empty for the module itself.</param>
    /// <param name="strict">Whether the keys that are read must be just the keys of what is loaded. Shapes must fit in any case.</param>
    /// <returns>How many tensors were loaded.</returns>
    /// <exception cref="ArgumentException">The file has no key under <paramref name="from"/>, or the module has no submodule
    /// <paramref name="into"/>.</exception>
    /// <exception cref="StateMismatchException">A shape does not fit, or, where <paramref name="strict"/>, a key.</exception>
    /// <exception cref="InvalidDataException">The file ends too early, or is no checkpoint.</exception>
    /// <example><c>classifier.LoadPart("pretrained.weights", from: "encoder", into: "backbone");</c></example>
    public static int LoadPart(this nn.Module module, string path, string from = "", string into = "", bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(into);
        var target = Submodule(module, into);
        var prefix = from.Length == 0 || from.EndsWith('.') ? from : $"{from}.";
        using var reader = new BinaryReader(File.OpenRead(path));
        using var checkpoint = new Checkpoint(reader);
        checkpoint.Read(e => e.Key.StartsWith(prefix, StringComparison.Ordinal));
        var part = checkpoint.Entries.Values.Where(e => e.Tensor is not null).ToDictionary(e => e.Key[prefix.Length..], e => e.Tensor!);
        if (part.Count == 0)
        {
            throw new ArgumentException($"no key of {path} is under \"{from}\". Its keys begin with "
                + $"{Some(checkpoint.Entries.Keys.Select(k => k.Split('.')[0]).Distinct())}.", nameof(from));
        }

        var (_, unexpected) = ModuleLoading.LoadStateDict(target, part, strict, null);
        return part.Count - unexpected.Count;
    }

    private static int Require(nn.Module module, string[] patterns, bool gradient)
    {
        var found = module.MatchingParameters(patterns);
        foreach (var parameter in found)
        {
            parameter.requires_grad = gradient;
        }

        return found.Count;
    }

    private static bool Matches(string pattern, string key) => FileSystemName.MatchesSimpleExpression(pattern, key, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression($"{pattern}.*", key, ignoreCase: false);

    private static string Keys((string Name, Parameter)[] all) => all.Length == 0 ? "It has no parameters."
        : $"Its keys are {Some(all.Select(n => n.Name))}.";

    /// <summary>The module that is to be loaded; empty for the module itself.</summary>
    internal static nn.Module Submodule(nn.Module module, string into) => into.Length == 0 ? module
        : module.named_modules().FirstOrDefault(m => m.name == into).module
            ?? throw new ArgumentException($"{module.GetName()} holds no module \"{into}\". It holds "
                + $"{Some(module.named_children().Select(c => c.name))}.", nameof(into));

    internal static string Some(IEnumerable<string> names)
    {
        var shown = names.Take(11).ToList();
        return shown.Count == 0 ? "nothing" : string.Join(", ", shown.Take(10)) + (shown.Count > 10 ? ", ..." : "");
    }
}
