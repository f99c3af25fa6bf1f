using Gen.Model;
using Gen.Rules;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What made a tensor on the default device.</summary>
/// <param name="At">Where.</param>
/// <param name="Name">The operation.</param>
internal sealed record Creation(Anchor At, string Name);

/// <summary>Two devices that are not the same.</summary>
/// <param name="First">That of an operand.</param>
/// <param name="Second">That of another one, or of the weights.</param>
/// <param name="IsOfLayer">The second is that of the weights.</param>
internal sealed record Apart(string First, string Second, bool IsOfLayer)
{
    /// <summary>The one that the program chooses by a condition; empty where it chooses none.</summary>
    public string Chosen { get; init; } = "";
}

/// <summary>On which device the result of an operator is, and which of its operands are apart.</summary>
internal sealed record Placement(Device? Device, Creation? Made = null)
{
    public static Placement Unknown { get; } = new((Device?)null);

    /// <summary>Two operands that are not on one device.</summary>
    public Apart? Apart { get; private init; }

    /// <summary>What was made on the default device, and stays there when the module is moved.</summary>
    public Creation? LeftBehind { get; private init; }

    /// <summary>Where the result of an operation is, by the arguments of its call, the tensor before the dot first.</summary>
    public static Placement Of(OperationRule rule, string name, IReadOnlyList<(string Key, AbstractValue Value)> arguments, Anchor place)
    {
        var tensors = new List<AbstractValue.Tensor>();
        AbstractValue? stated = null;
        foreach (var (key, value) in arguments)
        {
            tensors.AddRange(TraceBuilder.Tensors(value));
            stated ??= key is "device" or "deviceType" && value is not AbstractValue.Null ? value : null;
        }

        switch (rule.Devices)
        {
            case DeviceRule.Unknown:
                return Unknown;
            case DeviceRule.Cpu:
                return new(Device.Named("cpu"));
            case DeviceRule.Mps:
                return new(Device.Named("mps"));
            case DeviceRule.Cuda:
                return new(stated is null ? Device.Named("cuda") : DeviceOf(stated, arguments));
            case DeviceRule.Moved when arguments.FirstOrDefault(static a => a.Key == "other").Value is { } other:
                return new((other as AbstractValue.Tensor)?.Device);
            case not DeviceRule.Paired when stated is not null:
                return new(DeviceOf(stated, arguments));
            case DeviceRule.First or DeviceRule.Moved or DeviceRule.Made when tensors.Count > 0:
                return new(tensors[0].Device, tensors[0].Made);
            case DeviceRule.Made:
                return new(Device.Default, new Creation(place, name));
            case DeviceRule.First or DeviceRule.Moved:
                return Unknown;
            default:
                var together = Of(rule.Devices, tensors);
                return rule.IsInPlace && tensors.Count > 0 && together.Apart is null
                    ? together with { Device = tensors[0].Device, Made = tensors[0].Made } : together;
        }
    }

    /// <summary>The device that an argument names, with its number where another argument tells that.</summary>
    public static Device? DeviceOf(AbstractValue named, IReadOnlyList<(string Key, AbstractValue Value)> arguments) => named switch
    {
        AbstractValue.Target target => target.Device,
        AbstractValue.Text { Characters: { } text } => Device.Named(text),
        AbstractValue.Enumeration { Member: var type } => Device.Named(
            arguments.FirstOrDefault(static a => a.Key == "deviceIndex").Value is AbstractValue.Size { Dim.Constant: { } index and >= 0 }
                ? $"{type}:{index}" : type),
        _ => null,
    };

    /// <param name="rule">The rule for the devices of the operator.</param>
    /// <param name="operands">The tensors that it takes.</param>
    /// <param name="home">Where the weights of a layer are; null where it has none, or that is not known.</param>
    public static Placement Of(DeviceRule rule, IReadOnlyList<AbstractValue.Tensor> operands, Device? home = null)
    {
        var all = new List<(Device? Device, Creation? Made)>(operands.Count + 1);
        foreach (var operand in operands)
        {
            if (!MayStay(operand, rule))
            {
                all.Add((operand.Device, operand.Made));
            }
        }

        if (home is not null)
        {
            all.Add((home, null));
        }

        // Most often nothing is known of any of them.
        if (all.Count > 0 && all.TrueForAll(static o => o.Device is null))
        {
            return Unknown;
        }

        for (var i = 0; i < all.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                // Without data many operations do not ask for the device.
                if (Device.Apart(all[j].Device, all[i].Device) is { } apart && (rule == DeviceRule.Paired
                    || (!all[i].Device!.IsMeta && !all[j].Device!.IsMeta)))
                {
                    return Unknown with
                    {
                        Apart = new(apart.First, apart.Second, IsOfLayer: home is not null && i == all.Count - 1)
                        {
                            Chosen = all[j].Device!.IsChosen ? apart.First : all[i].Device!.IsChosen ? apart.Second : "",
                        },
                    };
                }
            }
        }

        var left = all.Any(static o => o.Device is { IsModule: true })
            ? all.Select(static o => o.Device is { IsDefault: true } ? o.Made : null).FirstOrDefault(static m => m is not null) : null;

        // Those that may stay on the CPU tell nothing of the others.
        var known = all.Where(static o => o.Device is not null).OrderBy(static o => o.Device!.IsDefault).FirstOrDefault();
        if (all.Any(o => o.Device is { IsMeta: true }) && all.Any(o => !Equals(o.Device, known.Device)))
        {
            return Unknown;
        }

        return all.Count == 0 && operands.Count > 0 && operands.All(static o => o.Device is { IsCpu: true })
            ? new(operands[0].Device, operands[0].Made)
            : new Placement(known.Device, known.Made) { LeftBehind = left };
    }

    /// <summary>A number on the CPU goes with tensors on any device.</summary>
    private static bool MayStay(AbstractValue.Tensor tensor, DeviceRule rule) => tensor.Shape.Rank switch
    {
        0 => tensor.Device is null or { IsCpu: true },
        null => rule == DeviceRule.Paired && tensor.Device is null or { IsCpu: true },
        _ => false,
    };
}
