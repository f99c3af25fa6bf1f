using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Operators as they are written.</summary>
internal static class Operators
{
    public static string Of(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => "+",
        BinaryOperatorKind.Subtract => "-",
        BinaryOperatorKind.Multiply => "*",
        BinaryOperatorKind.Divide => "/",
        BinaryOperatorKind.Remainder => "%",
        BinaryOperatorKind.And => "&",
        BinaryOperatorKind.Or => "|",
        BinaryOperatorKind.ExclusiveOr => "^",
        BinaryOperatorKind.ConditionalAnd => "&&",
        BinaryOperatorKind.ConditionalOr => "||",
        BinaryOperatorKind.Equals => "==",
        BinaryOperatorKind.NotEquals => "!=",
        BinaryOperatorKind.LessThan => "<",
        BinaryOperatorKind.LessThanOrEqual => "<=",
        BinaryOperatorKind.GreaterThan => ">",
        BinaryOperatorKind.GreaterThanOrEqual => ">=",
        BinaryOperatorKind.LeftShift => "<<",
        BinaryOperatorKind.RightShift => ">>",
        _ => "?",
    };

    public static string Of(UnaryOperatorKind kind) => kind switch
    {
        UnaryOperatorKind.Minus => "-",
        UnaryOperatorKind.Plus => "+",
        UnaryOperatorKind.Not => "!",
        UnaryOperatorKind.BitwiseNegation => "~",
        _ => "?",
    };

    /// <summary>The member of <c>ScalarType</c> that a field of <c>torch</c> stands for: <c>float32</c>, <c>@long</c>.</summary>
    public static string ElementType(string field) => field switch
    {
        "float32" or "@float" or "float" => "Float32",
        "float64" or "double" => "Float64",
        "float16" or "half" => "Float16",
        "bfloat16" => "BFloat16",
        "int64" or "long" => "Int64",
        "int32" or "int" => "Int32",
        "int16" or "short" => "Int16",
        "int8" => "Int8",
        "uint8" => "Byte",
        "bool" => "Bool",
        "complex64" or "cfloat" => "ComplexFloat32",
        "complex128" or "cdouble" => "ComplexFloat64",
        _ => field,
    };
}
