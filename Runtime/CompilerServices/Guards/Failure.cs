using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Says where an exception comes from, module by module on its way out.</summary>
internal static class Failure
{
    /// <summary>The key in <see cref="Exception.Data"/> under which exceptions of other types carry the path.</summary>
    public const string PathKey = "Gen.Path";

    private static readonly ConditionalWeakTable<Exception, Place> Places = [];

    /// <summary>An exception that a guard of the module throws.</summary>
    public static T At<T>(T error, nn.Module module, string name)
        where T : Exception
    {
        Places.AddOrUpdate(error, new Place(module, name, ""));
        return error;
    }

    /// <summary>An exception passes a module.</summary>
    /// <returns>An error of the native library gets a type of its own, once. All others are thrown on as they are, and carry the
    /// path.</returns>
    public static ModuleFailedException? Of(Exception error, nn.Module module, string name, nn.Module? at,
        params ReadOnlySpan<(string Name, object? Value)> inputs)
    {
        if (Places.TryGetValue(error, out var known))
        {
            if (!ReferenceEquals(known.Module, module) && Find(module, known.Module, []) is { } found)
            {
                Places.AddOrUpdate(error, known = new Place(module, name, Join(found, known.Path)));
                Tell(error, known);
            }

            return null;
        }

        var place = new Place(module, name, at is null ? "" : Find(module, at, []) ?? "");
        if (error.GetType() == typeof(ExternalException) || error is SEHException)
        {
            var failure = new ModuleFailedException(place.ToString(), Words(error), Describe(inputs), error);
            Places.AddOrUpdate(failure, place);
            return failure;
        }

        Places.AddOrUpdate(error, place);
        Tell(error, place);
        return null;
    }

    /// <summary>The exception arose in the code of the module itself.</summary>
    public static bool IsOf(Exception error, nn.Module module) =>
        Places.TryGetValue(error, out var place) && ReferenceEquals(place.Module, module) && place.Path.Length == 0;

    private static void Tell(Exception error, Place place)
    {
        switch (error)
        {
            case ShapeMismatchException mismatch:
                mismatch.Path = place.ToString();
                break;
            case ModuleFailedException failure:
                failure.Path = place.ToString();
                break;
            default:
                error.Data[PathKey] = place.ToString();
                break;
        }
    }

    /// <summary>The name of a module within another; null where it is not within it.</summary>
    private static string? Find(nn.Module module, nn.Module sought, HashSet<nn.Module> seen)
    {
        foreach (var (name, child) in module.named_children())
        {
            if (ReferenceEquals(child, sought))
            {
                return name;
            }

            if (seen.Add(child) && Find(child, sought, seen) is { } path)
            {
                return Join(name, path);
            }
        }

        return null;
    }

    private static string Join(string outer, string inner) => outer.Length == 0 ? inner : inner.Length == 0 ? outer : $"{outer}.{inner}";

    /// <summary>What libtorch says, without the frames of C++ that follow.</summary>
    private static string Words(Exception error) => error.Message.Split("\nException raised from", 2)[0].Trim().TrimEnd('.');

    private static string[] Describe(ReadOnlySpan<(string Name, object? Value)> inputs)
    {
        var texts = new List<string>();
        foreach (var (name, value) in inputs)
        {
            texts.Add($"{name} {Describe(value)}");
        }

        return [.. texts];
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        Tensor tensor => Sizes(tensor),
        IConvertible => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
        _ when Tensors.In(value).Select(Sizes).ToArray() is { Length: > 0 } tensors => $"({string.Join(", ", tensors)})",
        _ => value.GetType().Name,
    };

    private static string Sizes(Tensor tensor) => tensor.IsInvalid
        ? "disposed"
        : $"[{string.Join(", ", tensor.shape.Select(s => s.ToString(System.Globalization.CultureInfo.InvariantCulture)))}] "
            + $"{tensor.dtype}";

    /// <param name="Module">The outermost module that the exception has passed.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Path">The path in it.</param>
    private sealed record Place(nn.Module Module, string Name, string Path)
    {
        public override string ToString() => Join(Name, Path);
    }
}
