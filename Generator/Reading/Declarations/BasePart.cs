using Gen.Model;
using Gen.Symbols;

namespace Gen.Reading;

/// <summary>The head of the generated part of a class as C#: the class, the types around it, its base, and its own <c>call</c>.</summary>
internal static class BasePart
{
    /// <summary>A part that gives a class its base, and what the base asks for; also <c>call</c>, where it has one of its own.</summary>
    public static string Of(TypeModel type, ForwardModel forward, bool hasCall)
    {
        var inputs = string.Join(", ", forward.Inputs.Select(i => $"{i.Type} {Identifier.Of(i.Name)}"));
        var members = forward.Kind == ForwardKind.Own ? "" : $"public override {forward.Result} forward({inputs}) => throw null!;";
        members += hasCall ? " " + Call(forward) : "";
        var part = type.Containers.Reverse().Aggregate($"{Header(type.Header)}{Base(type, forward)} {{ {members} }}",
            static (inner, outer) => $"{Header(outer)} {{ {inner} }}");
        return (type.Namespace.Length == 0 ? part : $"namespace {type.Namespace} {{ {part} }}") + "\n";
    }

    public static string Base(TypeModel type, ForwardModel forward) => type.Base is not null
        ? ""
        : $" : {Names.GeneratedModule}<{string.Join(", ", forward.Inputs.Select(i => i.Type).Append(forward.Result))}>";

    public static string Header(TypeHeader type)
    {
        var parameters = type.TypeParameters.Count == 0 ? "" : $"<{string.Join(", ", type.TypeParameters.Select(Identifier.Of))}>";
        return $"partial {type.Keyword} {Identifier.Of(type.Name)}{parameters}";
    }

    /// <summary>TorchSharp's <c>call</c> says nothing of shapes, knows no optional parameters, and names them <c>input1</c>,
    /// <c>input2</c>.</summary>
    public static bool HasOwnCall(TypeModel type, ForwardModel forward) =>
        forward.Kind is ForwardKind.Method or ForwardKind.Chain && type.Base is null or { TakesName: true };

    public static string Call(ForwardModel forward) =>
        $"public new {forward.Result} call({Parameters(forward)}) => "
        + $"base.call({string.Join(", ", forward.Inputs.Select(i => Identifier.Of(i.Name)))});";

    public static string Parameters(ForwardModel forward) =>
        string.Join(", ", forward.Inputs.Select(i => $"{i.Type} {Identifier.Of(i.Name)}{(i.Default is { } value ? $" = {value}" : "")}"));
}
