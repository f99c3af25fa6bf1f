using System.Globalization;
using System.Text;
using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>
/// Writes a model as a file. The weights are written from where they are, one after the other; where they have too many bytes for one
/// message, into a second file beside it.
/// </summary>
internal static class OnnxFile
{
    private const int Buffer = 1 << 20;
    private const int Alignment = 4096;

    public static void Write(string path, OnnxModel model, long largest)
    {
        var isExternal = model.Initializers.Sum(static i => i.Length) > largest;
        var location = $"{Path.GetFileName(path)}.data";
        WholeFile.Write(isExternal ? [($"{path}.data", Weights), (path, Model)] : [(path, Model)]);

        void Weights(Stream stream)
        {
            foreach (var initializer in Large(model))
            {
                stream.SetLength(Aligned(stream.Length));
                stream.Position = stream.Length;
                Write(initializer, stream);
            }
        }

        void Model(Stream stream) => Write(model, stream, isExternal ? location : null);
    }

    private static IEnumerable<OnnxInitializer> Large(OnnxModel model) => model.Initializers.Where(static i => i.Length >= Alignment);

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    private static void Write(OnnxModel model, Stream stream, string? location)
    {
        var (before, after) = (new OnnxWire(), new OnnxWire());
        foreach (var node in model.Nodes)
        {
            before.Message(1, wire => Node(wire, node));
        }

        before.Text(2, model.Name);
        foreach (var input in model.Inputs)
        {
            after.Message(11, wire => Value(wire, input));
        }

        foreach (var output in model.Outputs)
        {
            after.Message(12, wire => Value(wire, output));
        }

        var offset = 0L;
        var tensors = new List<(OnnxWire Head, OnnxInitializer? Data)>();
        foreach (var initializer in model.Initializers)
        {
            var tensor = new OnnxWire();
            foreach (var dim in initializer.Value.Dims)
            {
                tensor.Number(1, dim.Constant!.Value);
            }

            tensor.Number(2, OnnxTypes.Of(initializer.Value.Type)).Text(8, initializer.Value.Name);
            var isApart = location is not null && initializer.Length >= Alignment;
            if (isApart)
            {
                offset = Aligned(offset);
                foreach (var (key, value) in new[] { ("location", location!), ("offset", Text(offset)),
                    ("length", Text(initializer.Length)) })
                {
                    tensor.Message(13, entry => entry.Text(1, key).Text(2, value));
                }

                tensor.Number(14, 1);
                offset += initializer.Length;
                tensors.Add((new OnnxWire().Message(5, tensor), null));
            }
            else
            {
                // The bytes themselves follow when the file is written.
                var raw = new OnnxWire().Head(9, initializer.Length);
                var head = new OnnxWire().Head(5, tensor.Length + raw.Length + initializer.Length);
                tensors.Add((head, null));
                tensors.Add((tensor, null));
                tensors.Add((raw, initializer));
            }
        }

        var length = before.Length + after.Length + tensors.Sum(static t => t.Head.Length + (t.Data?.Length ?? 0));
        new OnnxWire().Number(1, OnnxTypes.VersionOf(model.Opset)).Text(2, "Gen").Head(7, length).WriteTo(stream);
        before.WriteTo(stream);
        foreach (var (head, data) in tensors)
        {
            head.WriteTo(stream);
            if (data is not null)
            {
                Write(data, stream);
            }
        }

        after.WriteTo(stream);
        new OnnxWire().Message(8, opset => opset.Text(1, "").Number(2, model.Opset)).WriteTo(stream);
    }

    private static void Write(OnnxInitializer initializer, Stream stream)
    {
        if (initializer.Tensor is null)
        {
            stream.Write(initializer.Bytes);
        }
        else if (initializer.Length > 0)
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            initializer.Tensor.detach().cpu().contiguous().WriteBytesToStream(stream, Buffer);
        }
    }

    private static void Node(OnnxWire wire, OnnxNode node)
    {
        foreach (var input in node.Inputs)
        {
            wire.Text(1, input?.Name ?? "");
        }

        foreach (var output in node.Outputs)
        {
            wire.Text(2, output.Name);
        }

        wire.Text(3, node.Name).Text(4, node.Operator);
        foreach (var (name, value) in node.Attributes)
        {
            wire.Message(5, attribute => Attribute(attribute.Text(1, name), value));
        }
    }

    private static void Attribute(OnnxWire wire, object value)
    {
        switch (value)
        {
            case double real:
                wire.Real(2, (float)real).Number(20, 1);
                break;
            case long number:
                wire.Number(3, number).Number(20, 2);
                break;
            case string text:
                wire.Text(4, text).Number(20, 3);
                break;
            case IReadOnlyList<long> numbers:
                foreach (var number in numbers)
                {
                    wire.Number(8, number);
                }

                wire.Number(20, 7);
                break;
            case IReadOnlyList<string> texts:
                foreach (var text in texts)
                {
                    wire.Bytes(9, Encoding.UTF8.GetBytes(text));
                }

                wire.Number(20, 8);
                break;
            case OnnxBlock block:
                wire.Message(6, graph => Block(graph, block)).Number(20, 5);
                break;
            default:
                throw new InvalidOperationException($"an attribute of {value.GetType()}");
        }
    }

    private static void Block(OnnxWire wire, OnnxBlock block)
    {
        foreach (var node in block.Nodes)
        {
            wire.Message(1, inner => Node(inner, node));
        }

        wire.Text(2, block.Name);
        foreach (var input in block.Inputs)
        {
            wire.Message(11, inner => Value(inner, input));
        }

        foreach (var output in block.Outputs)
        {
            wire.Message(12, inner => Value(inner, output));
        }
    }

    private static void Value(OnnxWire wire, OnnxValue value) => wire.Text(1, value.Name).Message(2, type => type.Message(1, tensor =>
        tensor.Number(1, OnnxTypes.Of(value.Type)).Message(2, shape =>
        {
            foreach (var dim in value.Dims)
            {
                shape.Message(1, one =>
                {
                    if (dim.Constant is { } number)
                    {
                        one.Number(1, number);
                    }
                    else if (!OnnxBuilder.IsInner(dim))
                    {
                        one.Text(2, dim.ToString());
                    }
                });
            }
        })));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
