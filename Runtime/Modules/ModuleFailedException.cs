using System.Runtime.InteropServices;

namespace Gen;

/// <summary>
/// An error of the native library in a module: says which module, and what it was given. The library's own error is
/// <see cref="Exception.InnerException"/>, with all it says. It is an <see cref="ExternalException"/> as TorchSharp's own, so that code
/// that catches these catches it too.
/// </summary>
public sealed class ModuleFailedException : ExternalException
{
    private readonly string reason;

    internal ModuleFailedException(string path, string reason, IReadOnlyList<string> inputs, Exception inner)
        : base(reason, inner)
    {
        this.reason = reason;
        Path = path;
        Inputs = inputs;
        HResult = inner.HResult;
    }

    /// <summary>The outermost module, and the names on the way in: <c>Gpt2.transformer.h.3.attn</c>.</summary>
    public string Path { get; internal set; }

    /// <summary>The shapes and types that went in: <c>input [4, 8] Float32</c>.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <inheritdoc/>
    public override string Message => $"{Path}: {reason}. It was given {string.Join(", ", Inputs)}.";
}
