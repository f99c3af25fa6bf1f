using Gen.Model;

namespace Gen.Model;

/// <summary>The body of <c>Forward</c> once more, where each tensor is freed after its last use.</summary>
/// <param name="Usings">The using directives of its file.</param>
/// <param name="Parameters">Its parameters as written.</param>
/// <param name="Scope">The name of the scope that frees.</param>
/// <param name="Steps">What it does.</param>
/// <param name="Stores">It puts tensors where they outlive the call.</param>
/// <param name="GivesNew">What it returns is never what it is given.</param>
/// <param name="GivesHeld">What it returns may be held by something.</param>
internal sealed record FreeingBody(EquatableArray<string> Usings, string Parameters, string Scope, EquatableArray<FreeingStep> Steps,
    bool Stores, bool GivesNew, bool GivesHeld)
{
    /// <summary>The numbers of the syntax nodes whose values something may hold: they are freed at the end.</summary>
    public EquatableArray<int> Held { get; init; }
}

internal abstract record FreeingStep
{
    /// <summary>A statement in C#.</summary>
    internal sealed record Line(string Text) : FreeingStep;

    /// <summary>The end of a value under a name; the others may be the same object.</summary>
    internal sealed record Free(string Value, EquatableArray<string> Others) : FreeingStep;

    internal sealed record Block(string Header, EquatableArray<FreeingStep> Steps) : FreeingStep;
}

/// <summary>A statement with one computation in it, by what it reads and sets of tensors.</summary>
internal abstract record Instruction
{
    /// <summary><c>var t1 = conv1.call(x);</c></summary>
    /// <param name="Left"><c>var t1</c>; null where nothing is set.</param>
    /// <param name="Sets">The names that get a value.</param>
    /// <param name="Value">What is computed.</param>
    /// <param name="Uses">The names that it reads.</param>
    /// <param name="Same">The names that may stand for the very object that comes out.</param>
    internal sealed record Run(string? Left, IReadOnlyList<string> Sets, string Value, IReadOnlyList<string> Uses,
        IReadOnlyList<string> Same) : Instruction;

    internal sealed record Branch(string Header, IReadOnlyList<string> Uses, IReadOnlyList<Instruction> Then,
        IReadOnlyList<Instruction>? Otherwise) : Instruction;

    internal sealed record Loop(string Header, IReadOnlyList<string> Uses, IReadOnlyList<Instruction> Body) : Instruction;

    /// <summary>A local function.</summary>
    /// <param name="Header">All of it, or what stands before its block.</param>
    /// <param name="Lines">The statements of its block; null where it has none.</param>
    internal sealed record Function(string Header, IReadOnlyList<string>? Lines) : Instruction;

    /// <summary><c>return</c> and <c>throw</c>.</summary>
    internal sealed record Leave(string Text, IReadOnlyList<string> Uses) : Instruction;

    /// <summary><c>break</c> and <c>continue</c>.</summary>
    internal sealed record Jump(string Text) : Instruction;
}
