using Gen.Checks;
using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

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

    /// <summary>
    /// Built by TorchSharp's own constructor, registered on first use: the user chose the base class and wrote the constructor.
    /// </summary>
    OnUse,
}

/// <summary>Who has the state below a module.</summary>
internal enum Basis
{
    /// <summary>The runtime's <c>GeneratedModule</c>.</summary>
    Runtime,

    /// <summary><c>torch.nn.Module</c> itself.</summary>
    TorchSharp,

    /// <summary>A Gen module.</summary>
    Generated,

    /// <summary>A class that the user wrote, or that TorchSharp has.</summary>
    HandWritten,
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

    public static Basis BasisOf(ModuleModel module) => module.Type.Base switch
    {
        null => Basis.Runtime,
        { TakesName: true } => Basis.TorchSharp,
        { Module: { IsHandWritten: false } } => Basis.Generated,
        { Type: var type } when type.StartsWith(Names.GeneratedModule + "<", StringComparison.Ordinal) => Basis.Runtime,
        _ => Basis.HandWritten,
    };

    /// <summary>The layers that generated code builds, with their calls; null for one of which an error leaves a size open.</summary>
    public static IEnumerable<(LayerModel Layer, string Call)> Built(CheckedModule module)
    {
        foreach (var layer in module.Model.Layers.Where(l => l is { Origin: LayerOrigin.Attribute, Callee: not null }))
        {
            var arguments =
                layer.CallArguments.Select(a => (a.Parameter,
                    Text: Size(module, layer, a.Parameter) ?? (IsHole(layer, a.Parameter) ? null : a.Text))).ToArray();
            yield return (layer, arguments.All(a => a.Text is not null)
                ? $"{layer.Callee}({string.Join(", ", arguments.Select(a => $"{Identifier.Of(a.Parameter)}: {a.Text}"))})"
                : "null!");
        }
    }

    /// <summary>A size that -1 stands for.</summary>
    private static bool IsHole(LayerModel layer, string parameter) =>
        layer.Arguments.Any(a => a.Parameter == parameter && LayerEvaluator.IsHole(layer, a));

    private static string? Size(CheckedModule module, LayerModel layer, string parameter) =>
        module.Inferred.FirstOrDefault(i => i.Layer == layer.Name && i.Parameter == parameter) is { } inferred
            ? inferred.Size.Constant is { } number ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) + "L"
                : DimText.ToCSharp(inferred.Size, GuardEmitter.Kept)
            : null;
}
