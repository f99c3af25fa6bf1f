using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>TorchSharp's containers, which hold modules and nothing else. A class derived from one may do more, and is asked
/// itself.</summary>
internal static class Containers
{
    public static bool IsContainer(nn.Module module)
    {
        var type = module.GetType();
        return type == typeof(Sequential)
            || (type.IsGenericType && type.GetGenericTypeDefinition() is var definition
                && (definition == typeof(ModuleList<>) || definition == typeof(ModuleDict<>)));
    }
}
