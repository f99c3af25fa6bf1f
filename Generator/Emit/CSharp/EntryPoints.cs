using Gen.Symbols;

namespace Gen.Emit;

/// <summary>A way into a module's state, which TorchSharp lets a module override, or hide where it does not.</summary>
/// <param name="Name">The method.</param>
/// <param name="Signature">The method with its result and parameters.</param>
/// <param name="Arguments">What is handed on.</param>
/// <param name="Body">How the runtime does it; null for what TorchSharp does well once all is registered.</param>
internal sealed record EntryPoint(string Name, string Signature, string Arguments, string? Body)
{
    /// <summary>TorchSharp's own is no virtual method.</summary>
    public bool Hides { get; init; }

    public bool ReturnsNothing => Signature.StartsWith("void ", StringComparison.Ordinal);
}

/// <summary>
/// The ways into a module's state. <c>Gen.GeneratedModule</c> overrides them for the modules that have it as base; where the
/// user chose another one, the generated part does.
/// </summary>
internal static class EntryPoints
{
    private const string Many = "global::System.Collections.Generic.IEnumerable";
    private const string Keys = "global::System.Collections.Generic.IList<string>";
    private const string State = $"global::System.Collections.Generic.Dictionary<string, {Names.Tensor}>";

    public static readonly IReadOnlyList<EntryPoint> All =
    [
        new("named_parameters", $"{Many}<(string name, {Names.Parameter} parameter)> named_parameters(bool recurse = true)", "recurse",
            $"{Names.ModuleState}.NamedParameters(this, recurse)"),
        new("named_buffers",
            $"{Many}<(string name, {Names.Tensor} buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)",
            "recurse, include_nonpersistent", $"{Names.ModuleState}.NamedBuffers(this, recurse, include_nonpersistent)"),
        new("named_children", $"{Many}<(string name, {Names.Module} module)> named_children()", "", null),
        new("named_modules", $"{Many}<(string name, {Names.Module} module)> named_modules()", "", null),
        new("state_dict", $"{State} state_dict({State}? destination = null, string? prefix = null)", "destination, prefix",
            $"{Names.ModuleState}.StateDict(this, destination, prefix)"),
        new("load_state_dict",
            $"({Keys} missing_keys, {Keys} unexpected_keyes) load_state_dict({State} source, bool strict = true, {Keys}? skip = null)",
            "source, strict, skip", $"{Names.ModuleLoading}.LoadStateDict(this, source, strict, skip)"),
        new("load",
            $"{Names.Module} load(global::System.IO.BinaryReader reader, bool strict = true, {Keys}? skip = null, "
            + $"global::System.Collections.Generic.Dictionary<string, bool>? loadedParameters = null)",
            "reader, strict, skip, loadedParameters", $"{Names.ModuleLoading}.Load(this, reader, strict, skip, loadedParameters)"),
        new("save", $"{Names.Module} save(string location, {Keys}? skip = null)", "location, skip",
            $"{Names.ModuleSaving}.Save(this, location, skip)") { Hides = true },
        new("save", $"{Names.Module} save(global::System.IO.BinaryWriter writer, {Keys}? skip = null)", "writer, skip",
            $"{Names.ModuleSaving}.Save(this, writer, skip)") { Hides = true },
        new("save", $"{Names.Module} save(global::System.IO.Stream stream, {Keys}? skip = null)", "stream, skip",
            $"{Names.ModuleSaving}.Save(this, stream, skip)") { Hides = true },
        new("ToString", "string ToString()", "", $"{Names.ModuleTree}.Print(this)"),
        new("train", "void train(bool train = true)", "train", $"{Names.ModuleState}.Train(this, train)"),
        new("apply", $"{Names.Module} apply(global::System.Action<{Names.Module}> fn)", "fn", null),
        new("has_parameter", "bool has_parameter(string target)", "target", null),
        new("has_buffer", "bool has_buffer(string target)", "target", null),
        new("get_parameter", $"{Names.Parameter}? get_parameter(string target)", "target", null),
        new("get_buffer", $"{Names.Tensor}? get_buffer(string target)", "target", null),
    ];
}
