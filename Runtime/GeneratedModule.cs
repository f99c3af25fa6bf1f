using System.ComponentModel;
using TorchSharp;

namespace Gen;

/// <summary>The base of a generated module with one input: a <c>torch.nn.Module</c> that needs no arguments.</summary>
/// <typeparam name="T">The type of input 1.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract class GeneratedModule<T, TResult> : torch.nn.Module<T, TResult>
{
    /// <summary>Names the module after its class and builds the layers that the attributes describe; the field initializers have run by now.</summary>
    protected GeneratedModule()
        : base(nameof(Gen))
    {
        name = GetType().Name;
        BuildLayers();
    }

    /// <summary>Overridden by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void BuildLayers()
    {
    }
}

/// <summary>The base of a generated module with two inputs: a <c>torch.nn.Module</c> that needs no arguments.</summary>
/// <typeparam name="T1">The type of input 1.</typeparam>
/// <typeparam name="T2">The type of input 2.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract class GeneratedModule<T1, T2, TResult> : torch.nn.Module<T1, T2, TResult>
{
    /// <summary>Names the module after its class and builds the layers that the attributes describe; the field initializers have run by now.</summary>
    protected GeneratedModule()
        : base(nameof(Gen))
    {
        name = GetType().Name;
        BuildLayers();
    }

    /// <summary>Overridden by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void BuildLayers()
    {
    }
}

/// <summary>The base of a generated module with three inputs: a <c>torch.nn.Module</c> that needs no arguments.</summary>
/// <typeparam name="T1">The type of input 1.</typeparam>
/// <typeparam name="T2">The type of input 2.</typeparam>
/// <typeparam name="T3">The type of input 3.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract class GeneratedModule<T1, T2, T3, TResult> : torch.nn.Module<T1, T2, T3, TResult>
{
    /// <summary>Names the module after its class and builds the layers that the attributes describe; the field initializers have run by now.</summary>
    protected GeneratedModule()
        : base(nameof(Gen))
    {
        name = GetType().Name;
        BuildLayers();
    }

    /// <summary>Overridden by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void BuildLayers()
    {
    }
}

/// <summary>The base of a generated module with four inputs: a <c>torch.nn.Module</c> that needs no arguments.</summary>
/// <typeparam name="T1">The type of input 1.</typeparam>
/// <typeparam name="T2">The type of input 2.</typeparam>
/// <typeparam name="T3">The type of input 3.</typeparam>
/// <typeparam name="T4">The type of input 4.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract class GeneratedModule<T1, T2, T3, T4, TResult> : torch.nn.Module<T1, T2, T3, T4, TResult>
{
    /// <summary>Names the module after its class and builds the layers that the attributes describe; the field initializers have run by now.</summary>
    protected GeneratedModule()
        : base(nameof(Gen))
    {
        name = GetType().Name;
        BuildLayers();
    }

    /// <summary>Overridden by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void BuildLayers()
    {
    }
}

/// <summary>The base of a generated module with five inputs: a <c>torch.nn.Module</c> that needs no arguments.</summary>
/// <typeparam name="T1">The type of input 1.</typeparam>
/// <typeparam name="T2">The type of input 2.</typeparam>
/// <typeparam name="T3">The type of input 3.</typeparam>
/// <typeparam name="T4">The type of input 4.</typeparam>
/// <typeparam name="T5">The type of input 5.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract class GeneratedModule<T1, T2, T3, T4, T5, TResult> : torch.nn.Module<T1, T2, T3, T4, T5, TResult>
{
    /// <summary>Names the module after its class and builds the layers that the attributes describe; the field initializers have run by now.</summary>
    protected GeneratedModule()
        : base(nameof(Gen))
    {
        name = GetType().Name;
        BuildLayers();
    }

    /// <summary>Overridden by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void BuildLayers()
    {
    }
}

/// <summary>The base of a generated module with six inputs: a <c>torch.nn.Module</c> that needs no arguments.</summary>
/// <typeparam name="T1">The type of input 1.</typeparam>
/// <typeparam name="T2">The type of input 2.</typeparam>
/// <typeparam name="T3">The type of input 3.</typeparam>
/// <typeparam name="T4">The type of input 4.</typeparam>
/// <typeparam name="T5">The type of input 5.</typeparam>
/// <typeparam name="T6">The type of input 6.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
public abstract class GeneratedModule<T1, T2, T3, T4, T5, T6, TResult> : torch.nn.Module<T1, T2, T3, T4, T5, T6, TResult>
{
    /// <summary>Names the module after its class and builds the layers that the attributes describe; the field initializers have run by now.</summary>
    protected GeneratedModule()
        : base(nameof(Gen))
    {
        name = GetType().Name;
        BuildLayers();
    }

    /// <summary>Overridden by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void BuildLayers()
    {
    }
}
