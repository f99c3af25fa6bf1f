using System.Reflection;
using TorchSharp;

namespace Gen.Tests.Rules.Layers;

/// <summary>The factories of torch.nn, as TorchSharp has them.</summary>
internal static class Factories
{
    /// <summary>Static methods that build a module, by name; each overload is one.</summary>
    public static ILookup<string, MethodInfo> All { get; } = typeof(torch.nn)
        .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(m => typeof(torch.nn.Module).IsAssignableFrom(m.ReturnType))
        .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.ToString(), StringComparer.Ordinal)
        .ToLookup(m => m.Name);
}
