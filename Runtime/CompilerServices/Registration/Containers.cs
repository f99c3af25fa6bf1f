using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>TorchSharp's containers, which hold modules and nothing else. A class derived from one may do more, and is asked
/// itself.</summary>
internal static class Containers
{
    public static bool IsContainer(nn.Module module) =>
        module.GetType() == typeof(Sequential) || IsList(module) || Is(module, typeof(ModuleDict<>));

    public static bool IsList(nn.Module module) => Is(module, typeof(ModuleList<>));

    private static bool Is(nn.Module module, Type definition) =>
        module.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == definition;
}
