using Gen.Model;
using Gen.Shapes;

namespace Gen.Reading;

/// <summary>Reads the header of a safetensors file, and the index of several, from its JSON.</summary>
internal static class CheckpointReader
{
    /// <summary>The longest header that the format's own loader takes.</summary>
    public const int Longest = 100_000_000;

    private const string Metadata = "__metadata__";

    /// <summary>What the build writes in the place of a header that it cannot read.</summary>
    private const string Damaged = "damaged: ";

    private static readonly Dictionary<string, (ElementType Type, int Bytes)> Types = new(StringComparer.Ordinal)
    {
        ["BOOL"] = (ElementType.Boolean, 1), ["U8"] = (ElementType.UInt8, 1), ["I8"] = (ElementType.Int8, 1),
        ["I16"] = (ElementType.Int16, 2), ["I32"] = (ElementType.Int32, 4), ["I64"] = (ElementType.Int64, 8),
        ["F16"] = (ElementType.Float16, 2), ["BF16"] = (ElementType.BFloat16, 2), ["F32"] = (ElementType.Float32, 4),
        ["F64"] = (ElementType.Float64, 8), ["C64"] = (ElementType.Complex64, 8),

        // The format has these, and TorchSharp does not.
        ["U16"] = (ElementType.Unknown, 2), ["U32"] = (ElementType.Unknown, 4), ["U64"] = (ElementType.Unknown, 8),
        ["F8_E4M3"] = (ElementType.Unknown, 1), ["F8_E5M2"] = (ElementType.Unknown, 1),
    };

    /// <summary>The tensors that a header names, or why it is none.</summary>
    public static CheckpointHeader Header(string text)
    {
        if (text.StartsWith(Damaged, StringComparison.Ordinal))
        {
            return CheckpointHeader.Wrong(text.Substring(Damaged.Length));
        }

        var (tensors, keys) = (new List<KeyValuePair<string, CheckpointTensor>>(), new HashSet<string>(StringComparer.Ordinal));
        try
        {
            var json = new JsonText(text);
            json.Object(key =>
            {
                if (!keys.Add(key))
                {
                    throw new FormatException($"the key \"{key}\" is there twice");
                }

                if (key == Metadata)
                {
                    json.Object(_ => json.String());
                }
                else
                {
                    tensors.Add(new(key, Tensor(json, key)));
                }
            });
            json.End();
            return new(tensors);
        }
        catch (FormatException e)
        {
            return CheckpointHeader.Wrong(e.Message);
        }
    }

    /// <summary>The files that an index names, or why it is none.</summary>
    public static (IReadOnlyList<string> Files, string? Error) Index(string text)
    {
        var (files, hasMap) = (new List<string>(), false);
        try
        {
            var json = new JsonText(text);
            json.Object(name =>
            {
                if (name == "weight_map")
                {
                    hasMap = true;
                    json.Object(_ => files.Add(json.String()));
                }
                else
                {
                    json.Value();
                }
            });
            json.End();
            return (files.Distinct().ToArray(), hasMap ? null : "its index has no \"weight_map\"");
        }
        catch (FormatException e)
        {
            return ([], e.Message);
        }
    }

    private static CheckpointTensor Tensor(JsonText json, string key)
    {
        var (type, shape, offsets) = ((string?)null, (long[]?)null, (long[]?)null);
        json.Object(name =>
        {
            switch (name)
            {
                case "dtype" when type is null:
                    type = json.String();
                    break;
                case "shape" when shape is null:
                    shape = json.Numbers();
                    break;
                case "data_offsets" when offsets is null:
                    offsets = json.Numbers();
                    break;
                default:
                    throw new FormatException($"\"{key}\" has a wrong \"{name}\"");
            }
        });
        if (type is null || shape is null)
        {
            throw new FormatException($"\"{key}\" has no dtype or no shape");
        }

        if (!Types.TryGetValue(type, out var known))
        {
            throw new FormatException($"\"{key}\" has the unknown type {type}");
        }

        return offsets is not null && !(offsets is [var begin, var end] && Bytes(shape, known.Bytes) == end - begin)
            ? throw new FormatException($"\"{key}\" has other bytes than its shape needs")
            : new(type, known.Type, shape.ToEquatableArray());
    }

    private static long Bytes(long[] shape, int each)
    {
        try
        {
            return shape.Aggregate((long)each, static (product, size) => checked(product * size));
        }
        catch (OverflowException)
        {
            return -1;
        }
    }
}
