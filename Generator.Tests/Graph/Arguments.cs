using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Tests.Graph;

/// <summary>Values as the parameters of .NET methods take them.</summary>
internal static class Arguments
{
    private static readonly object Refused = new();

    /// <summary>How far a value is from a parameter's type; null where it cannot be given.</summary>
    public static int? Distance(object? value, Type type)
    {
        if (type.IsByRefLike)
        {
            return null;
        }

        if (value is null)
        {
            return type.IsValueType && Nullable.GetUnderlyingType(type) is null ? null : 0;
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        return value.GetType() == type ? 0
            : (value is long && type == typeof(int)) || (value is int && type == typeof(long))
            || (value is float && type == typeof(double)) ? 1
            : type.IsInstanceOfType(value) ? 2
            : value is IConvertible and not string and not bool && type.IsPrimitive && type != typeof(bool) && type != typeof(char)
                ? value is double or float != (type == typeof(double) || type == typeof(float)) ? value is double or float ? null : 5 : 3
            : TryConvert(value, type) == Refused ? null

            // Of pow(Scalar) and pow(Tensor), C# takes the first for a number.
            : type == typeof(Tensor) ? 6 : IsListOf(value, type) ? 4 : 5;
    }

    /// <summary>A list of the very type that the parameter takes.</summary>
    private static bool IsListOf(object value, Type type) => value is not IEnumerable items || value is string
        || (type.IsArray ? type.GetElementType() : type.GetGenericArguments() is [var only] ? only : null) is not { } element
        || items.Cast<object?>().All(i => i?.GetType() == element);

    public static object? Convert(object? value, Type type)
    {
        if (value is null)
        {
            return null;
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        return TryConvert(value, type) is var converted && converted != Refused ? converted
            : throw new NotSupportedException($"{value.GetType()} as {type}");
    }

    /// <summary>The items of a list, an array, a tuple, a container of modules.</summary>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]),
        IEnumerable items => items.Cast<object?>(),
        _ => throw new NotSupportedException($"the items of {value}"),
    };

    private static object? TryConvert(object value, Type type)
    {
        if (type.IsInstanceOfType(value))
        {
            return value;
        }

        if (value is GraphInterpreter.EnumMember member)
        {
            return type.IsEnum && Enum.TryParse(type, member.Name, out var parsed) ? parsed : Refused;
        }

        if (value is IConvertible and not string and not bool && type.IsPrimitive && type != typeof(bool))
        {
            return System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }

        if (Implicit(value.GetType(), type) is { } conversion)
        {
            return conversion.Invoke(null, [value]);
        }

        var element = type.IsArray ? type.GetElementType()
            : type.IsGenericType && type.GetGenericArguments() is [var only] && type.IsAssignableFrom(typeof(List<>).MakeGenericType(only))
                ? only : null;
        if (element is not null && value is IEnumerable or ITuple && value is not Tensor)
        {
            var items = Items(value).Select(i => i is null ? null : TryConvert(i, Nullable.GetUnderlyingType(element) ?? element))
                .ToArray();
            if (items.Contains(Refused))
            {
                return Refused;
            }

            var array = Array.CreateInstance(element, items.Length);
            for (var i = 0; i < items.Length; i++)
            {
                array.SetValue(items[i], i);
            }

            return type.IsArray || type.IsInstanceOfType(array) ? array
                : Activator.CreateInstance(typeof(List<>).MakeGenericType(element), array);
        }

        if (value is ITuple row && type.IsAssignableTo(typeof(ITuple)) && type.GetGenericArguments() is { } parts
            && parts.Length == row.Length)
        {
            var items = parts.Select((p, i) => row[i] is { } item ? TryConvert(item, p) : null).ToArray();
            return items.Contains(Refused) ? Refused : Activator.CreateInstance(type, items);
        }

        return Refused;
    }

    private static MethodInfo? Implicit(Type from, Type to) => new[] { from, to }.SelectMany(t => t.GetMethods(BindingFlags.Public
        | BindingFlags.Static)).FirstOrDefault(m => m.Name == "op_Implicit" && m.ReturnType == to
            && m.GetParameters()[0].ParameterType == from);
}
