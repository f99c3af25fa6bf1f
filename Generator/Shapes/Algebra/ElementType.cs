namespace Gen.Shapes;

/// <summary>What the elements of a tensor are: one type, or one of several of which it is not known which.</summary>
[Flags]
internal enum ElementType
{
    /// <summary>Any of them.</summary>
    Unknown = 0,
    UInt8 = 1 << 0,
    Int8 = 1 << 1,
    Int16 = 1 << 2,
    Int32 = 1 << 3,
    Int64 = 1 << 4,
    Float16 = 1 << 5,
    BFloat16 = 1 << 6,
    Float32 = 1 << 7,
    Float64 = 1 << 8,
    Complex64 = 1 << 9,
    Complex128 = 1 << 10,
    Boolean = 1 << 11,

    /// <summary>The module's: float32 until <c>to</c> says otherwise.</summary>
    Module = 1 << 12,
    Integer = UInt8 | Int8 | Int16 | Int32 | Int64,
    Float = Float16 | BFloat16 | Float32 | Float64 | Module,
    Complex = Complex64 | Complex128,
}

/// <summary>Element types as sets, and their names.</summary>
internal static class ElementTypes
{
    public const int Count = 13;

    /// <summary>Each of them, written out: what a parameter takes that takes all.</summary>
    public const ElementType Any = (ElementType)((1 << Count) - 1);

    /// <summary>Single types and kinds, by their names in a shape string.</summary>
    private static readonly (string Name, ElementType Type)[] Names =
    [
        ("uint8", ElementType.UInt8), ("int8", ElementType.Int8), ("int16", ElementType.Int16), ("int32", ElementType.Int32),
        ("int64", ElementType.Int64), ("float16", ElementType.Float16), ("bfloat16", ElementType.BFloat16),
        ("float32", ElementType.Float32), ("float64", ElementType.Float64), ("complex64", ElementType.Complex64),
        ("complex128", ElementType.Complex128), ("bool", ElementType.Boolean), ("int", ElementType.Integer),
        ("float", ElementType.Float), ("complex", ElementType.Complex),
    ];

    /// <summary>The type or kind of a name; null where there is none such.</summary>
    public static ElementType? Parse(string name)
    {
        foreach (var (known, type) in Names)
        {
            if (known == name)
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>The names that a shape string may state.</summary>
    public static string Stated => string.Join(", ", Names.Select(n => n.Name));

    /// <summary>The type that a member of <c>ScalarType</c> stands for; unknown where that is none.</summary>
    public static ElementType OfMember(string member) => member switch
    {
        "Byte" => ElementType.UInt8,
        "Int8" => ElementType.Int8,
        "Int16" => ElementType.Int16,
        "Int32" => ElementType.Int32,
        "Int64" => ElementType.Int64,
        "Float16" => ElementType.Float16,
        "BFloat16" => ElementType.BFloat16,
        "Float32" => ElementType.Float32,
        "Float64" => ElementType.Float64,
        "ComplexFloat32" => ElementType.Complex64,
        "ComplexFloat64" => ElementType.Complex128,
        "Bool" => ElementType.Boolean,
        _ => ElementType.Unknown,
    };

    /// <summary>The member of <c>ScalarType</c> of one type.</summary>
    public static string Member(this ElementType type) => type switch
    {
        ElementType.UInt8 => "Byte",
        ElementType.Complex64 => "ComplexFloat32",
        ElementType.Complex128 => "ComplexFloat64",
        ElementType.Boolean => "Bool",
        ElementType.Module => "Float32",
        _ => type.ToString(),
    };

    /// <summary>It is certainly of that kind.</summary>
    public static bool Is(this ElementType type, ElementType kind) => type != ElementType.Unknown && (type & ~kind) == 0;

    /// <summary>It may be of that kind.</summary>
    public static bool MayBe(this ElementType type, ElementType kind) => type == ElementType.Unknown || (type & kind) != 0;

    /// <summary>One of the two.</summary>
    public static ElementType Or(this ElementType a, ElementType b) =>
        a == ElementType.Unknown || b == ElementType.Unknown || (a | b) == Any ? ElementType.Unknown : a | b;

    /// <summary>It is one type.</summary>
    public static bool IsOne(this ElementType type) => type != ElementType.Unknown && (type & (type - 1)) == 0;

    /// <summary>Each type that it may be.</summary>
    public static IEnumerable<ElementType> Members(this ElementType type)
    {
        for (var i = 0; i < Count; i++)
        {
            if (type.MayBe((ElementType)(1 << i)))
            {
                yield return (ElementType)(1 << i);
            }
        }
    }

    /// <summary>The bytes of an element, for the memory of tensors; where it is not known how wide it is those of float32, or of a
    /// pair.</summary>
    public static int Bytes(this ElementType type) => type switch
    {
        _ when type == ElementType.Unknown || (type & ElementType.Module) != 0 => 4,
        _ when type.Is(ElementType.UInt8 | ElementType.Int8 | ElementType.Boolean) => 1,
        _ when type.Is(ElementType.Int16 | ElementType.Float16 | ElementType.BFloat16) => 2,
        _ when type.Is(ElementType.Integer) && (type & ElementType.Int64) != 0 => 8,
        _ when type.Is(ElementType.Float64 | ElementType.Complex64) => 8,
        _ when type.Is(ElementType.Complex128) => 16,
        _ when type.Is(ElementType.Complex) => 8,
        _ => 4,
    };

    /// <summary>The name in a message: <c>int64</c>, <c>float32 or float64</c>.</summary>
    public static string Text(this ElementType type)
    {
        if (type == ElementType.Unknown)
        {
            return "any type";
        }

        type = (type & ElementType.Module) == 0 ? type : (type & ~ElementType.Module) | ElementType.Float32;
        var kinds = Names.Skip(Names.Length - 3).Where(k => (k.Type & ~ElementType.Module & ~type) == 0).ToArray();
        var rest = kinds.Aggregate(type, (t, k) => t & ~k.Type);
        return string.Join(" or ", kinds.Select(k => k.Name)
            .Concat(Names.Take(Count - 1).Where(n => (rest & n.Type) != 0).Select(n => n.Name)));
    }
}
