using Gen.Checking;
using Gen.Model;

namespace Gen.Emit;

/// <summary>When a module's layers are built and registered.</summary>
internal enum Construction
{
    /// <summary>In the generated constructor.</summary>
    InConstructor,

    /// <summary>By the base constructor, after the field initializers: a primary constructor, nothing assigned later.</summary>
    InBaseConstructor,

    /// <summary>Built by the base constructor, registered on first use: the user's constructor may assign layers.</summary>
    BuiltInBaseRegisteredOnUse,

    /// <summary>Built and registered on first use: the user chose the base class and wrote the constructor.</summary>
    OnUse,
}

internal static class Constructions
{
    public static Construction Of(ModuleModel module) => (module.Constructor.Kind, module.Type.Base) switch
    {
        (ConstructorKind.None, null or { TakesName: true } or { HasParameterlessConstructor: true }) => Construction.InConstructor,
        (ConstructorKind.Primary, null) => Construction.InBaseConstructor,
        (ConstructorKind.Explicit, null) => Construction.BuiltInBaseRegisteredOnUse,
        _ => Construction.OnUse,
    };

    /// <summary>The layers that generated code builds, with their calls.</summary>
    public static IEnumerable<(LayerModel Layer, string Call)> Built(CheckedModule module)
    {
        foreach (var layer in module.Model.Layers.Where(l => l is { Origin: LayerOrigin.Attribute, Callee: not null }))
        {
            var arguments = layer.CallArguments.Select(a => (a.Parameter, Text: Size(module, layer, a.Parameter) ?? a.Text)).ToArray();
            if (arguments.All(a => a.Text is not null))
            {
                yield return (layer, $"{layer.Callee}({string.Join(", ", arguments.Select(a => $"{Identifier.Of(a.Parameter)}: {a.Text}"))})");
            }
        }
    }

    private static string? Size(CheckedModule module, LayerModel layer, string parameter) =>
        module.Inferred.FirstOrDefault(i => i.Layer == layer.Name && i.Parameter == parameter) is { } inferred
            ? inferred.Size.ToString(System.Globalization.CultureInfo.InvariantCulture) + "L"
            : null;
}
