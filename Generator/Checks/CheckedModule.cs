using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checks;

/// <summary>A module after the walk: what its layers take and give, what it costs, and what there is to say.</summary>
internal sealed record CheckedModule
{
    public required ModuleModel Model { get; init; }

    /// <summary>A row for each operation of the chain; where there is no chain, for each layer.</summary>
    public required EquatableArray<CheckedLayer> Layers { get; init; }

    /// <summary>What a call runs, way by way.</summary>
    public required Graph.Trace Trace { get; init; }

    /// <summary>The declared shapes of the inputs; null where none are declared or they do not parse.</summary>
    public required EquatableArray<Shape>? Inputs { get; init; }

    /// <summary>The declared results, or else the computed one; null where neither is known.</summary>
    public required EquatableArray<Shape>? Outputs { get; init; }

    /// <summary>The element types that are stated for inputs and results; unknown where none is.</summary>
    public required ShapeSignature? Signature { get; init; }

    /// <summary>The elements of the registered parameters; unknown where they cannot be counted.</summary>
    public required Dim ParameterCount { get; init; }

    /// <summary>The multiply-adds by the conventional rule; unknown where they cannot be counted.</summary>
    public required Dim MultiplyAdds { get; init; }

    /// <summary>The multiply-adds by torchinfo's rule.</summary>
    public required Dim TorchinfoMultiplyAdds { get; init; }

    /// <summary>The names that a call binds, in the order in which the shape names them.</summary>
    public required EquatableArray<string> FreeNames { get; init; }

    /// <summary>What is checked at run time: the author's facts, then what could not be proved.</summary>
    public required EquatableArray<Fact> Conditions { get; init; }

    /// <summary>The constructor's sizes that a declared shape names, which are taken to be 1 or more.</summary>
    public required EquatableArray<string> PositiveSizes { get; init; }

    /// <summary>What is checked at run time where some code needs it.</summary>
    public required EquatableArray<Guard> Guards { get; init; }

    /// <summary>Shapes are checked at run time.</summary>
    public bool IsGuarded { get; init; } = true;

    /// <summary>The declared result could not be proved and is checked at run time.</summary>
    public required bool GuardsOutput { get; init; }

    /// <summary>The sizes that stand for <c>-1</c>, by layer and parameter.</summary>
    public required EquatableArray<InferredSize> Inferred { get; init; }

    /// <summary>The generated members that hide one of a base class.</summary>
    public required EquatableArray<string> Hides { get; init; }

    public required EquatableArray<Finding> Findings { get; init; }
}
