namespace Gen.Diagnostics.Parity;

/// <summary>Every difference that is reported where it applies.</summary>
internal static partial class Differences
{
    private const string Torch = "TorchSharp.torch";
    private const string Tensor = "TorchSharp.torch+Tensor";
    private const string Factories = "TorchSharp.torch+nn";
    private const string Functional = "TorchSharp.torch+nn+functional";
    private const string Initialisation = "TorchSharp.torch+nn+init";
    private const string Optimizers = "TorchSharp.torch+optim";
    private const string Schedulers = "TorchSharp.torch+optim+lr_scheduler";
    private const string Loading = "TorchSharp.torch+utils+data";
    private const string Modules = "TorchSharp.Modules.";

    public static IReadOnlyList<Difference> All =>
        all ??= [.. Initialisers, .. Layers, .. Losses, .. Training, .. Tensors, .. Data, .. Distributions, .. Defaults];

    private static IReadOnlyList<Difference>? all;

    private static (string Type, string Member)[] In(string type, params string[] members) => [.. members.Select(m => (type, m))];

    private static (string Type, string Member)[] Of(params (string Type, string Member)[] members) => members;
}
