using System.Buffers;
using System.Text;
using System.Text.Json;
using Gen.Shapes;

namespace Gen.Summaries;

/// <summary>The summary as JSON, written without reflection. A figure that depends on sizes not given is its expression, an unknown one
/// null.</summary>
internal static class Json
{
    public static string Of(ModuleSummary summary)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("name", summary.Name);
            json.WriteString("signature", summary.Signature);
            json.WriteString("sizes", summary.Given);
            Figure(json, "parameters", summary.ParameterElements);
            Figure(json, "trainableParameters", summary.ParameterElements - Dim.Of(summary.FrozenParameters));
            json.WriteNumber("frozenParameters", summary.FrozenParameters);
            Figure(json, "multiplyAdds", summary.Cost);
            Figure(json, "torchinfoMultiplyAdds", summary.TorchinfoCost);
            Figure(json, "inputBytes", summary.Inputs);
            Figure(json, "peakActivationBytes", summary.Timeline.Peak?.Bytes ?? Dim.Unknown);
            json.WriteString("peakLayer", summary.PeakLayer);
            Figure(json, "peakTrainingBytes", summary.Training.Peak?.Bytes ?? Dim.Unknown);
            json.WriteString("peakTrainingLayer", summary.PeakTrainingLayer);
            json.WriteStartArray("layers");
            foreach (var layer in summary.Layers)
            {
                Layer(json, layer);
            }

            json.WriteEndArray();
            Graph(json, summary.Flow);
            json.WriteStartArray("memory");
            foreach (var moment in summary.Memory)
            {
                json.WriteStartObject();
                json.WriteString("step", moment.Step);
                json.WriteNumber("bytes", moment.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan).ReplaceLineEndings("\n");
    }

    private static void Layer(Utf8JsonWriter json, LayerSummary layer)
    {
        json.WriteStartObject();
        json.WriteString("name", layer.Name);
        json.WriteString("type", layer.TypeName);
        json.WriteString("construction", layer.Type);
        json.WriteNumber("depth", layer.Depth);
        json.WriteNumber("index", layer.Index);
        json.WriteString("inputShape", layer.InputShape);
        json.WriteString("outputShape", layer.OutputShape);
        Figure(json, "parameters", layer.ParameterElements);
        Figure(json, "trainableParameters", layer.ParameterElements - Dim.Of(layer.FrozenParameters));
        json.WriteNumber("frozenParameters", layer.FrozenParameters);
        Figure(json, "multiplyAdds", layer.Cost);
        Figure(json, "torchinfoMultiplyAdds", layer.TorchinfoCost);
        Figure(json, "activationBytes", layer.OutputBytes);
        json.WriteBoolean("hasLayers", layer.HasLayers);
        json.WriteBoolean("repeated", layer.IsRepeated);
        json.WriteBoolean("tied", layer.IsTied);
        json.WriteBoolean("unused", layer.IsUnused);
        json.WriteEndObject();
    }

    private static void Graph(Utf8JsonWriter json, Flow flow)
    {
        json.WriteStartObject("graph");
        json.WriteStartArray("nodes");
        foreach (var node in flow.Nodes)
        {
            json.WriteStartObject();
            json.WriteNumber("id", node.Id);
            json.WriteString("kind", Lower(node.Kind));
            json.WriteString("name", node.Name);
            json.WriteString("type", node.Type);
            json.WriteString("shape", node.Shape);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (var edge in flow.Edges)
        {
            json.WriteStartObject();
            json.WriteNumber("from", edge.From);
            json.WriteNumber("to", edge.To);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Lower(FlowKind kind) => kind switch
    {
        FlowKind.Input => "input",
        FlowKind.Output => "output",
        FlowKind.Operation => "operation",
        _ => "layer",
    };

    private static void Figure(Utf8JsonWriter json, string name, Dim dim)
    {
        if (dim.IsUnknown)
        {
            json.WriteNull(name);
        }
        else if (dim.Constant is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteString(name, dim.ToString());
        }
    }
}
