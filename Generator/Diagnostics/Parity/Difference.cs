using Microsoft.CodeAnalysis;

namespace Gen.Diagnostics.Parity;

/// <summary>
/// One way in which TorchSharp differs from PyTorch or from its own names: what it is about, when it applies, what happens and what to
/// write instead. The analyzer, the page docs/torchsharp-and-pytorch.md and the tests that run both go by these rows.
/// </summary>
/// <param name="Name">What is called, as written; the row's name.</param>
/// <param name="Of">The members: a type by its metadata name, and the member.</param>
/// <param name="Does">What happens, as the end of a sentence: <c>gives every element the same value</c>.</param>
internal sealed record Difference(string Name, IReadOnlyList<(string Type, string Member)> Of, string Does)
{
    /// <summary>The version that the rows were measured with.</summary>
    public const string Measured = "0.107";

    /// <summary>What the row is about.</summary>
    public string Library { get; init; } = $"TorchSharp {Measured}";

    /// <summary>A fix is offered.</summary>
    public bool IsFixable => (Write ?? WriteWithGen ?? Adds ?? Argument?.Write) is not null || AddsHere is not null || HasFix;

    /// <summary>A fix of its own, beside those that write what the row says.</summary>
    public bool HasFix { get; init; }

    public DiagnosticDescriptor Rule { get; init; } = Diagnostics.Descriptors.DoesSomethingElse;

    public DiagnosticSeverity? Severity { get; init; }

    public Condition When { get; init; } = Condition.Always;

    /// <summary>What to write instead, a sentence with placeholders for arguments.</summary>
    public string Instead { get; init; } = "";

    /// <summary>The call that means what this one says, with placeholders.</summary>
    public string? Write { get; init; }

    /// <summary>The same with what Gen's runtime has, for where it is referred to.</summary>
    public string? WriteWithGen { get; init; }

    /// <summary>An argument that is to be written.</summary>
    public string? Adds { get; init; }

    /// <summary>The arguments that are to be written, where that depends on the place.</summary>
    public Func<Use, string?>? AddsHere { get; init; }

    /// <summary>The one argument that is wrong, and what to write in its place.</summary>
    public (string Parameter, string Write)? Argument { get; init; }

    /// <summary>What to write there with Gen's runtime.</summary>
    public string? ArgumentWithGen { get; init; }

    /// <summary>The first version of TorchSharp without the difference.</summary>
    public Version? MendedIn { get; init; }

    /// <summary>The sentence after that.</summary>
    public string Advice => Instead.Length > 0 ? Instead : (Write ?? Argument?.Write ?? Adds) is { } written ? $"Write '{written}'." : "";

    /// <summary>The same with Gen's runtime.</summary>
    public string AdviceWithGen => (WriteWithGen ?? ArgumentWithGen) is { } written ? $"Write '{written}'." : Advice;

    public bool AppliesTo(Version torchSharp) => MendedIn is null || torchSharp < MendedIn;
}
