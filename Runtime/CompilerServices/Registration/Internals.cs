using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>
/// What a module of TorchSharp shows to nobody but itself: its registry and its native half. A derived class, since only
/// that may name the handle's type; accessors instead of reflection, so that it works trimmed too.
/// </summary>
internal abstract class Internals : nn.Module
{
    private Internals()
        : base(nameof(Internals))
    {
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_submodules")]
    public static extern ref OrderedDict<string, nn.Module> Modules(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
    public static extern ref OrderedDict<string, Parameter> Parameters(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    public static extern ref OrderedDict<string, (Tensor, bool)> Buffers(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_deviceType")]
    public static extern ref DeviceType DeviceType(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_deviceIndex")]
    public static extern ref int DeviceIndex(nn.Module module);

    /// <summary>The parameters of the native half, each in a new wrapper.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "_named_parameters")]
    public static extern (string Name, Parameter Parameter)[] NativeParameters(nn.Module module);

    /// <summary>The buffers of the native half, each in a new wrapper.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "_named_buffers")]
    public static extern (string Name, Tensor Buffer)[] NativeBuffers(nn.Module module);

    public static bool Replace(ScalarType? dtype, Device? device, Parameter parameter, out Parameter? moved) =>
        ReplaceParameter(dtype, device, parameter, out moved);

    public static bool Replace(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? moved) =>
        ReplaceBuffer(dtype, device, buffer, out moved);

    /// <summary>Which tensor of libtorch this is: two wrappers of one tensor have it in common, two views of one storage do not.</summary>
    public static nint Identity(Tensor tensor) => Marshal.ReadIntPtr(tensor.Handle);

    public static bool IsDisposed(nn.Module module) => Handle(module).IsInvalid;

    /// <summary>The native flag of this module alone.</summary>
    public static void Train(nn.Module module, bool on)
    {
        THSNN_Module_train(Handle(module), on);
        CheckForErrors();
    }

    /// <summary>Moves a tensor in place: every wrapper of it, whoever holds it, is moved with it.</summary>
    public static void MoveInPlace(Tensor tensor, ScalarType dtype, Device device, bool nonBlocking)
    {
        // Module::to of libtorch replaces the data behind a registered tensor; a module of its own gets at it.
        using var mover = nn.Identity();
        THSNN_Module_register_buffer(Handle(mover), "moved", tensor.Handle);
        CheckForErrors();
        THSNN_Module_to_device_dtype(Handle(mover), (sbyte)dtype, (long)device.type, device.index, nonBlocking);
        CheckForErrors();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref HType Handle(nn.Module module);

    [DllImport("LibTorchSharp")]
    private static extern void THSNN_Module_train(HType module, [MarshalAs(UnmanagedType.U1)] bool on);

    [DllImport("LibTorchSharp")]
    private static extern void THSNN_Module_register_buffer(HType module, [MarshalAs(UnmanagedType.LPStr)] string name, nint tensor);

    [DllImport("LibTorchSharp")]
    private static extern void THSNN_Module_to_device_dtype(HType module, sbyte dtype, long deviceType, long deviceIndex,
        [MarshalAs(UnmanagedType.U1)] bool nonBlocking);
}
