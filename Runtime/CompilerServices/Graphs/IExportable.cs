using System.ComponentModel;

namespace Gen.CompilerServices;

/// <summary>A module with <c>[Export]</c>. Generated code implements it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IExportable
{
    /// <summary>All that a call of the module computes, with its layers and the values that its constructor was given.</summary>
    ExportGraph ToGraph();
}
