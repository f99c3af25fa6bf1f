using System.Globalization;
using System.Reflection;
using Gen.Evaluation;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;
using Device = Gen.Shapes.Device;

namespace Gen.Tests.Rules.Operations;

/// <summary>
/// Every overload of an operation that has a rule, with some of its tensors on the meta device and the others on the CPU: where the rule
/// finds them apart, TorchSharp throws; where TorchSharp runs, the result is where the rule says. In processes of their own.
/// </summary>
public sealed class DeviceJudgeTests
{
    [Theory]
    [InlineData("Tensor")]
    [InlineData("torch")]
    [InlineData("functional")]
    public void The_rules_for_devices_agree_with_TorchSharp(string owner)
    {
        var operations = JudgedOperations.All.Select(g => g.Key)
            .Where(k => k.StartsWith(owner + ".", StringComparison.Ordinal)
                && !JudgedOperations.Guarded.Contains(k.Split('.')[1].TrimEnd('_')))
            .Order(StringComparer.Ordinal).ToArray();
        var lines = new List<string>();
        for (var from = 0; from < operations.Length;)
        {
            var done = OwnProcess.Lines("devices", 20, 3, operations[from..]);
            lines.AddRange(done);

            // What ends the process is left out.
            from += done.Length + 1;
        }

        var told = lines.Select(l => l.Split('\t')).ToArray();
        Assert.Equal([], told.Where(t => t[3].Length > 0).Select(t => $"{t[0]}: {t[3]}"));
        Assert.InRange(told.Length, operations.Length * 95 / 100, operations.Length);
        Assert.InRange(told.Sum(t => int.Parse(t[2], CultureInfo.InvariantCulture)), owner == "functional" ? 20 : 300, int.MaxValue);
    }

    /// <summary>What the process does: a line for each operation that it was told to try: how often it ran, how often the rule refused what
    /// TorchSharp refuses, and where they differ.</summary>
    public static int Run(int cases, int seed)
    {
        foreach (var operation in Console.In.ReadLine()!.Split(' '))
        {
            var (ran, foreseen, contradictions) = (0, 0, new List<string>());
            var random = new Random(seed);
            var overloads = JudgedOperations.All[operation].ToArray();
            for (var i = 0; i < cases; i++)
            {
                using var scope = NewDisposeScope();
                Try(operation.Split('.')[0] == "functional", overloads[random.Next(overloads.Length)], random, contradictions, ref ran,
                    ref foreseen);
            }

            Console.Out.WriteLine($"{operation}\t{ran}\t{foreseen}\t{string.Join(" | ", contradictions.Take(3))}");
            Console.Out.Flush();
        }

        return 0;
    }

    private static void Try(bool isFunctional, MethodInfo method, Random random, List<string> contradictions, ref int ran, ref int foreseen)
    {
        var @case = OperationCases.Random(method, random);
        if (@case.Run() is null)
        {
            return;
        }

        var moved = @case.Copy(t => random.Next(2) == 0 ? t.to(META) : t);
        var placement = Placement.Of(OperationRules.Find(isFunctional, method.Name)!, method.Name, moved.Arguments(Value),
            Anchor.Forward);
        var devices = moved.Devices();
        if (devices is null)
        {
            foreseen += placement.Apart is null ? 0 : 1;
            return;
        }

        ran++;
        if (placement.Apart is not null)
        {
            contradictions.Add($"{moved}: the rule finds them apart");
        }
        else if (placement.Device is { } told && devices.Any(d => Device.Apart(told, Device.Named(d.ToString())) is not null))
        {
            contradictions.Add($"{moved}: on {string.Join(", ", devices)}, the rule says {told}");
        }
    }

    private static AbstractValue Value(object? value) => value switch
    {
        Tensor tensor => new AbstractValue.Tensor(Shape.Of([.. tensor.shape.Select(Dim.Of)]), AbstractValue.Lost.Provenance)
        {
            Device = Device.Named(tensor.device_type.ToString()),
        },
        Tensor[] tensors => new AbstractValue.Items([.. tensors.Select(Value)]),
        null => new AbstractValue.Null(),
        torch.Device device => new AbstractValue.Target(Device.Named(device.type.ToString())!),
        _ => AbstractValue.Anything,
    };
}
