using System.ComponentModel;
using System.Globalization;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Makes the exceptions of the guards in generated code, in the words of the compiler's messages with the actual
/// numbers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ShapeGuard
{
    /// <summary>A tensor does not fit its declared shape.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name.</param>
    /// <param name="parameter">The input's name, or <c>result</c>.</param>
    /// <param name="shape">The shape string it must fit.</param>
    /// <param name="actual">The tensor.</param>
    /// <param name="bound">The sizes of names that earlier inputs have bound, and those of the constructor.</param>
    public static ShapeMismatchException Mismatch(nn.Module module, string name, string parameter, string shape, Tensor actual,
        params (string Name, long Size)[] bound)
    {
        var sizes = actual.shape;
        var known = Known(bound);
        var declared = ShapeParser.ParseShape(shape).Shape ?? Shape.UnknownRank;
        var reason = Reason(declared, sizes, known);
        return Failure.At(new ShapeMismatchException(name,
            $"{parameter} must be {declared} but is [{string.Join(", ", sizes.Select(Number))}]: {reason}{Bindings(known)}.", parameter),
            module, name);
    }

    /// <summary>A tensor is of an element type, or of a kind of them.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="type">The type as a shape string states it.</param>
    public static bool IsOf(Tensor tensor, string type) =>
        ElementTypes.Parse(type) is { } stated && ElementTypes.OfMember(tensor.dtype.ToString()).Is(stated);

    /// <summary>A tensor is not of its declared element type.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name.</param>
    /// <param name="parameter">The input's name, or <c>result</c>.</param>
    /// <param name="type">The type as the shape string states it.</param>
    /// <param name="actual">The tensor.</param>
    public static ShapeMismatchException ElementType(nn.Module module, string name, string parameter, string type, Tensor actual) =>
        Failure.At(new ShapeMismatchException(name,
            $"{parameter} must be {type} but is {ElementTypes.OfMember(actual.dtype.ToString()).Text()}.", parameter), module, name);

    /// <summary>A list does not have the number of tensors that are declared.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name.</param>
    /// <param name="needs">How many are declared.</param>
    /// <param name="has">How many there are.</param>
    public static ShapeMismatchException Count(nn.Module module, string name, int needs, int has) =>
        Failure.At(
            new ShapeMismatchException(name, string.Create(CultureInfo.InvariantCulture,
                $"the result must be {needs} tensors but is {has}."), "result"), module, name);

    /// <summary>A size of the constructor that a declared shape names.</summary>
    /// <param name="module">The module's name.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="size">Its value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ShapeMismatchException">It is below 1.</exception>
    public static long Size(string module, string name, long size) => size >= 1 ? size
        : throw new ShapeMismatchException(module, string.Create(CultureInfo.InvariantCulture,
            $"{name} must be 1 or more but is {size}."), name);

    /// <summary>A fact that the module relies on does not hold.</summary>
    public static ShapeMismatchException Fact(nn.Module module, string name, string fact, params (string Name, long Size)[] bound) =>
        Failure.At(new ShapeMismatchException(name, $"{fact} does not hold{Bindings(Known(bound))}.", null), module, name);

    /// <summary>What a layer or an operation needs does not hold.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name.</param>
    /// <param name="what">The layer or operation.</param>
    /// <param name="fact">What it needs.</param>
    /// <param name="bound">The sizes of names.</param>
    public static ShapeMismatchException Need(nn.Module module, string name, string what, string fact,
        params (string Name, long Size)[] bound) =>
        Failure.At(new ShapeMismatchException(name, $"'{what}' needs {fact}, which does not hold{Bindings(Known(bound))}.", null), module,
            name);

    /// <summary>An error of the native library, or an index that C# refuses, said in the sizes that code on the way there needs where one
    /// of these does not hold.</summary>
    /// <param name="error">The error.</param>
    /// <param name="failure">What it is for the user, if it is one of the native library; else null.</param>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name.</param>
    /// <param name="needs">What the layers and operations need, and whether that holds.</param>
    /// <param name="bound">The sizes of names.</param>
    /// <returns>What to throw in the place of the error; null where it is thrown on as it is.</returns>
    public static Exception? Failed(Exception error, ModuleFailedException? failure, nn.Module module, string name,
        (string What, string Fact, bool Holds)[] needs, params (string Name, long Size)[] bound)
    {
        var isExplained = failure is not null
            || (error is IndexOutOfRangeException or ArgumentOutOfRangeException && Failure.IsOf(error, module));
        var broken = !isExplained ? []
            : needs.Where(n => !n.Holds).Select(n => $"'{n.What}' needs {n.Fact}").Distinct().ToArray();
        return broken.Length == 0
            ? failure
            : Failure.At(new ShapeMismatchException(name,
                $"{string.Join(", ", broken)}, "
                + $"{(broken.Length == 1 ? "which does not hold" : "none of which holds")}{Bindings(Known(bound))}.", null,
                failure ?? error), module, name);
    }

    private static Dictionary<string, long> Known((string Name, long Size)[] bound) =>
        bound.GroupBy(b => b.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Size, StringComparer.Ordinal);

    private static string Reason(Shape declared, long[] sizes, Dictionary<string, long> known)
    {
        var needed = declared.Dims.Count;
        if (declared.HasVariadic ? sizes.Length < needed : sizes.Length != needed)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"it needs {needed} dimension{(needed == 1 ? "" : "s")}{(declared.HasVariadic ? " or more" : "")} and has {sizes.Length}");
        }

        for (var i = 0; i < needed; i++)
        {
            if (declared.Dims[i].AsName is { } name && !known.ContainsKey(name))
            {
                known.Add(name, sizes[sizes.Length - needed + i]);
            }
        }

        for (var i = 0; i < needed; i++)
        {
            var at = sizes.Length - needed + i;
            var dim = declared.Dims[i];
            if (dim.Evaluate(n => known.TryGetValue(n, out var size) ? size : null) is { } expected && expected != sizes[at])
            {
                var written = dim.Constant is null ? $"{dim} = {Number(expected)}" : Number(expected);
                return string.Create(CultureInfo.InvariantCulture, $"dimension {at} must be {written} but is {sizes[at]}");
            }
        }

        return "it does not fit";
    }

    private static string Bindings(Dictionary<string, long> known) =>
        known.Count == 0 ? "" : $" ({string.Join(", ", known.Select(k => $"{k.Key}={Number(k.Value)}"))})";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
