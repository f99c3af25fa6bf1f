using System.Runtime.InteropServices;

namespace Gen.Distributed.Engines;

/// <summary>The MPI library of the machine: found by name, told apart by what it exports, called by address.</summary>
/// <remarks>
/// The two families differ in their handles: in Open MPI they are addresses of exported objects, in MPICH (and Intel MPI, MVAPICH) numbers
/// of 32 bits. Both fit into an <c>nint</c>: an argument of 32 bits is the lower half of its register or slot.
/// </remarks>
internal sealed unsafe class MpiLibrary
{
    private const int MostCharacters = 8192;
    private static readonly string[] OpenMpiNames = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib"];
    private static readonly string[] MpichNames = ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.12.dylib"];

    private readonly nint library;
    private readonly bool isOpenMpi;

    private MpiLibrary(nint library, string file)
    {
        this.library = library;
        File = file;
        isOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _);
        Name = NameOf(Version());
        if (!isOpenMpi && !IsMpichFamily(Version()))
        {
            throw new PlatformNotSupportedException(
                $"{file} is {Name}. Gen.Distributed knows Open MPI, and MPICH with what is compatible with it (Intel MPI, MVAPICH).");
        }
    }

    /// <summary>The name by which it was found.</summary>
    public string File { get; }

    /// <summary>Its own name and version: <c>Open MPI 4.1.4</c>.</summary>
    public string Name { get; }

    /// <summary>The communicator of all processes.</summary>
    public nint World => isOpenMpi ? Export("ompi_mpi_comm_world") : 0x44000000;

    /// <summary>The handler that lets functions return their error codes.</summary>
    public nint ErrorsReturn => isOpenMpi ? Export("ompi_mpi_errors_return") : 0x54000001;

    /// <summary>In place of the send buffer: the numbers are reduced where they are.</summary>
    public nint InPlace => isOpenMpi ? 1 : -1;

    /// <summary>The library that belongs to the launcher; else any that is installed; null where there is none.</summary>
    /// <param name="chosen">A name or path that the user chose.</param>
    /// <param name="openMpiFirst">Whether Open MPI is tried first.</param>
    /// <exception cref="DllNotFoundException">The chosen one cannot be loaded.</exception>
    public static MpiLibrary? Find(string? chosen, bool openMpiFirst)
    {
        if (chosen is not null)
        {
            return Open(chosen) is { } one ? new(one, chosen) : throw new DllNotFoundException(
                $"the MPI library {chosen}, which ProcessGroupOptions.Library or GEN_MPI_LIBRARY names, cannot be loaded.");
        }

        foreach (var name in openMpiFirst ? OpenMpiNames.Concat(MpichNames) : MpichNames.Concat(OpenMpiNames))
        {
            if (Open(name) is { } found)
            {
                return new(found, name);
            }
        }

        return null;
    }

    /// <summary>The address of a function.</summary>
    public nint Function(string name) => Export(name);

    /// <summary>The handle of an element type; null where MPI does not reduce it.</summary>
    public nint? TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => Handle("ompi_mpi_float", 0x4c00040a),
        ScalarType.Float64 => Handle("ompi_mpi_double", 0x4c00080b),
        ScalarType.Byte => Handle("ompi_mpi_uint8_t", 0x4c00013b),
        ScalarType.Int8 => Handle("ompi_mpi_int8_t", 0x4c000137),
        ScalarType.Int16 => Handle("ompi_mpi_int16_t", 0x4c000238),
        ScalarType.Int32 => Handle("ompi_mpi_int32_t", 0x4c000439),
        ScalarType.Int64 => Handle("ompi_mpi_int64_t", 0x4c00083a),
        _ => null,
    };

    /// <summary>The handle of the type of raw bytes.</summary>
    public nint Bytes => Handle("ompi_mpi_byte", 0x4c00010d);

    /// <summary>The handle of an operation.</summary>
    public nint OperationOf(ReduceOp op) => op switch
    {
        ReduceOp.Sum => Handle("ompi_mpi_op_sum", 0x58000003),
        ReduceOp.Min => Handle("ompi_mpi_op_min", 0x58000002),
        ReduceOp.Max => Handle("ompi_mpi_op_max", 0x58000001),
        ReduceOp.Product => Handle("ompi_mpi_op_prod", 0x58000004),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "MPI has no such operation."),
    };

    /// <summary>What MPI says of an error code.</summary>
    public string ErrorText(int code)
    {
        var text = stackalloc byte[MostCharacters];
        int length;
        ((delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string"))(code, text, &length);
        return Marshal.PtrToStringUTF8((nint)text, length);
    }

    private nint Handle(string openMpi, nint mpich) => isOpenMpi ? Export(openMpi) : mpich;

    private nint Export(string name) => NativeLibrary.GetExport(library, name);

    private string Version()
    {
        var text = stackalloc byte[MostCharacters];
        int length;
        ((delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_library_version"))(text, &length);
        return Marshal.PtrToStringUTF8((nint)text, length).TrimEnd('\0');
    }

    private static bool IsMpichFamily(string version) =>
        version.Contains("MPICH", StringComparison.OrdinalIgnoreCase) || version.StartsWith("Intel(R) MPI", StringComparison.Ordinal)
        || version.StartsWith("MVAPICH", StringComparison.Ordinal);

    /// <summary><c>Open MPI v4.1.4, package: ...</c> and <c>MPICH Version:\t4.0.2\n...</c> as one short name.</summary>
    private static string NameOf(string version) => string.Join(' ', version.Split(',', '\n')[0].Replace("Version:", "").Replace(" v", " ")
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Loads the library with its symbols visible to others: Open MPI's plugins use those of the library.</summary>
    private static nint? Open(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        const int Now = 2;
        var global = OperatingSystem.IsMacOS() ? 8 : 0x100;
        return DlOpen(name, Now | global) is var library and not 0 ? library : null;
    }

    [DllImport("libc", EntryPoint = "dlopen", BestFitMapping = false)]
    private static extern nint DlOpen([MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);
}
