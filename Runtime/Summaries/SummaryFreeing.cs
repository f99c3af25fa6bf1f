using System.ComponentModel;

namespace Gen.CompilerServices;

/// <summary>When the code of a module frees what its layers gave, in generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum SummaryFreeing
{
    /// <summary>As soon as the next value is there.</summary>
    Next,

    /// <summary>The same, and what it was given when its first layer has run.</summary>
    Within,

    /// <summary>After its last use.</summary>
    LastUse,

    /// <summary>When <c>forward</c> ends.</summary>
    End,

    /// <summary>Never.</summary>
    Never,
}
