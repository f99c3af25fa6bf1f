using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>On which device tensors and modules are.</content>
internal sealed partial class Evaluator
{
    private bool? movesUnderCondition;

    /// <summary>A device that is named, or one of two by a condition, which no two ways are taken for.</summary>
    private static bool IsTarget(Expression node) => node switch
    {
        Expression.Constant { Value: Value.Enumeration { Type: "Device" } } => true,
        Expression.Choice choice => IsTarget(choice.Then) && IsTarget(choice.Otherwise) && !AsksForDevice(choice.Condition),
        Expression.Call { Owner: Owner.Torch, Method: BodyModel.Device, Arguments: [{ Value: var named }, ..] } =>
            IsName(named) || named is Expression.Choice { Condition: var condition, Then: var then, Otherwise: var otherwise }
                && IsName(then) && IsName(otherwise) && !AsksForDevice(condition),
        _ => false,
    };

    /// <summary>What is chosen by the device of a tensor goes with that tensor.</summary>
    private static bool AsksForDevice(Expression condition) =>
        condition.Nodes().Any(static n => n is Expression.Read { Owner: Owner.Tensor or Owner.Module }
            or Expression.Read { Property: "type" }
            or Expression.Call { Owner: Owner.Tensor or Owner.Module });

    private static bool IsName(Expression node) =>
        node is Expression.Constant { Value: Value.Text or Value.Enumeration { Type: "DeviceType" } };

    private static Device? TargetOf(Expression node, Expression? index = null) => node switch
    {
        Expression.Choice choice => Device.Either(TargetOf(choice.Then, index), TargetOf(choice.Otherwise, index)),
        Expression.Constant { Value: Value.Text { Characters: var text } } => Device.Named(Indexed(text, index)),
        Expression.Constant { Value: Value.Enumeration { Member: var member } } => Device.Named(Indexed(member, index)),
        Expression.Call call => TargetOf(call.Arguments[0].Value, call.Arguments.Count > 1 ? call.Arguments[1].Value : null),
        _ => null,
    };

    private static string Indexed(string device, Expression? index) =>
        index is Expression.Constant { Value: Value.Integer { Dim.Constant: { } number and >= 0 } } ? $"{device}:{Text(number)}" : device;

    /// <summary>A module after a call of <c>to</c>, <c>cuda</c> and the like; whoever holds it sees that.</summary>
    private AbstractValue Move(AbstractValue.Module module, Expression.Call call,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments)
    {
        var named = arguments.Select(a => (a.Key, a.Value)).ToArray();
        var given = named.FirstOrDefault(static a => a.Key is "device" or "deviceType" or "other").Value;
        var device = ModuleMethods.DeviceOf(call.Method) is { } own
            ? Device.Named(named.FirstOrDefault(static a => a.Key == "deviceIndex").Value is AbstractValue.Size
                { Dim.Constant: { } index and >= 0 } ? $"{own}:{Text(index)}" : own)
            : given is null ? module.Device
            : given is AbstractValue.Tensor tensor ? tensor.Device : Placement.DeviceOf(given, named);
        var moved = module with { Device = device };
        Replace(module, moved);
        return moved;
    }

    /// <summary>Code that is not followed may move the modules that it gets, or all, where it gets a function.</summary>
    private void Forget(IEnumerable<AbstractValue> values)
    {
        foreach (var value in values.ToArray())
        {
            switch (value)
            {
                case AbstractValue.Module { Device: not null } module:
                    Replace(module, module with { Device = null });
                    break;
                case AbstractValue.Items items:
                    Forget(items.Values);
                    break;
                case AbstractValue.Object made:
                    ForgetObject(made);
                    break;
                case AbstractValue.Function function:
                    foreach (var name in LoopVariables.SetBy(function))
                    {
                        function.Closure.Unsettle(name);
                    }

                    Forget(active.SelectMany(static f => f.Snapshot().Values)
                        .Where(static v => v is AbstractValue.Module or AbstractValue.Object));
                    break;
            }
        }
    }

    private static bool IsContainer(AbstractValue.Module module) =>
        module.Layer.TypeName is "Sequential" or "ModuleList" or "ModuleDict" or "ParameterList" or "ParameterDict";

    /// <summary>Whoever holds the module holds what it is now, in lists too. One that nobody holds is part of another: then nothing is
    /// known of where modules are.</summary>
    private void Replace(AbstractValue.Module old, AbstractValue now)
    {
        var lists = new List<(AbstractValue Before, AbstractValue Now)>();
        var isHeld = false;
        foreach (var frame in active.SelectMany(static f => f.Chain).Distinct())
        {
            frame.Replace(In);
        }

        if (!isHeld && now is AbstractValue.Unknown)
        {
            foreach (var frame in active.SelectMany(static f => f.Chain).Distinct())
            {
                frame.Replace(static v => v is AbstractValue.Module module && IsContainer(module) ? AbstractValue.Anything : v);
            }
        }
        else if (!isHeld && (old.Path != old.Field || old.Path.Contains('.')))
        {
            var all = active.SelectMany(static f => f.Snapshot().Values).OfType<AbstractValue.Module>().Where(m => m.Device is not null);
            foreach (var frame in active.SelectMany(static f => f.Chain).Distinct())
            {
                frame.Replace(v => all.Contains(v) ? (AbstractValue.Module)v with { Device = null } : v);
            }
        }

        AbstractValue In(AbstractValue value)
        {
            if (ReferenceEquals(value, old))
            {
                isHeld = true;
                return now;
            }

            if (value is not AbstractValue.Items items)
            {
                return value;
            }

            // What was one list is one list still.
            if (lists.FirstOrDefault(l => ReferenceEquals(l.Before, items)).Now is { } known)
            {
                return known;
            }

            var values = items.Values.Select(In).ToArray();
            var changed = values.Zip(items.Values, ReferenceEquals).All(static s => s) ? items : items with { Values = values };
            lists.Add((items, changed));
            return changed;
        }
    }

    /// <summary>GEN1013 and GEN4012. False where tensors are apart.</summary>
    private bool Check(Placement placement, string name, Anchor place, IReadOnlyList<AbstractValue.Tensor> operands)
    {
        if (placement is { Apart: { } apart } && (apart.Chosen.Length == 0 || !MovesUnderCondition))
        {
            walk.Fail(new(FindingKind.DevicesApart, place, name, apart.First, apart.Second, apart.Chosen)
            {
                IsOfDefaultDevice = operands.Any(static o => o.Device is { IsDefault: true }),
                Also = Way(operands),
            });
            return false;
        }

        walk.LeaveBehind(placement, name);
        return true;
    }

    /// <summary>Where a condition moves a tensor, and another one chooses a device, they may be the same.</summary>
    internal bool MovesUnderCondition => movesUnderCondition ??= body.Methods.Any(static m => m.Body is { } statements
        && Moving.GetValue(statements, static s => new(Moves(s))).Value);

    private static readonly ConditionalWeakTable<Statement, StrongBox<bool>> Moving = new();

    private static bool Moves(Statement statements) =>
        statements.Statements().OfType<Statement.If>().SelectMany(static i => i.Otherwise is { } otherwise ? [i.Then, otherwise]
            : new[] { i.Then }).Any(static s => s.Nodes().Any(NamesDevice))
        || statements.Nodes().OfType<Expression.Choice>().Any(static c => !IsTarget(c)
            && c.Then.Nodes().Concat(c.Otherwise.Nodes()).Any(NamesDevice));

    private static bool NamesDevice(Expression node) => node switch
    {
        Expression.Call { Owner: Owner.Tensor or Owner.Module, Method: var method } => ModuleMethods.Moves(method) || method == "mps",
        Expression.Call { Arguments: var arguments } =>
            arguments.Any(static a => a is { Parameter: "device", IsDefault: false }),
        _ => false,
    };
}
