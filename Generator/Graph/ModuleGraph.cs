using Gen.Model;

namespace Gen.Graph;

/// <summary>A module's computation: operations in the order in which they run. Value 0 is the module's input.</summary>
internal sealed record ModuleGraph(EquatableArray<Operation> Operations)
{
    /// <summary>The value that the module returns.</summary>
    public int Result => Operations.Count == 0 ? 0 : Operations[Operations.Count - 1].Output;
}

/// <summary>A layer applied to a value.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Path">Its name within the module: <c>network.1</c>.</param>
/// <param name="Field">The field that holds it, or the container it is in.</param>
/// <param name="Input">The value it reads.</param>
/// <param name="Output">The value it makes.</param>
/// <param name="IsRepeated">The layer stood in the chain before.</param>
internal sealed record Operation(LayerModel Layer, string Path, string Field, int Input, int Output, bool IsRepeated);
