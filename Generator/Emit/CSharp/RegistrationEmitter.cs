using Gen.Checks;
using Gen.Model;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>Registration without reflection, the move to another device or type, and the ways into the state.</summary>
internal static class RegistrationEmitter
{
    private const string MoveArguments = "dtype, device, non_blocking";

    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var model = module.Model;
        if (!model.Occupied.Contains("RegisterComponents"))
        {
            sections.Add(() => writer.Line($"private volatile bool {Names.Registered};"));
            sections.Add(() => RegisterComponents(writer, model));
        }

        var basis = Constructions.BasisOf(model);
        if (!model.Occupied.Contains("_toEpilog") && (basis is Basis.TorchSharp or Basis.HandWritten || model.States.Count > 0))
        {
            sections.Add(() => Move(writer, model, basis));
        }

        if (basis is Basis.TorchSharp or Basis.HandWritten)
        {
            var entries =
                EntryPoints.All.Where(e => !model.Occupied.Contains(e.Name)
                    && !(e.Hides && model.Type.Base?.Overrides.Contains(e.Name) == true)).ToArray();
            for (var i = 0; i < entries.Length; i++)
            {
                var entry = entries[i];
                var comment = i == 0 ? "// Whoever asks for the state finds it registered, each tensor once, and in linear time." : null;
                sections.Add(() => Enter(writer, model, entry, comment));
            }
        }
    }

    private static void RegisterComponents(SourceWriter writer, ModuleModel model)
    {
        var basis = Constructions.BasisOf(model);
        var members = model.States.Where(s => s.IsParameter).Select(s => (s.Name, s.IsReadOnly, s.IsOptional))
            .Concat(model.Layers.Select(l => (l.Name, l.IsReadOnly, l.IsOptional)))
            .Concat(model.States.Where(s => !s.IsParameter).Select(s => (s.Name, s.IsReadOnly, s.IsOptional))).ToArray();
        var isFixed = members.All(m => m.IsReadOnly);
        var follow = isFixed ? "" : $", follow: {Names.Registered}";
        writer.Line(
            $"/// <summary>Registers the layers under their keys, without reflection{(isFixed ? "" : "; what a field holds by now is "
                + "followed")}.</summary>");
        writer.Line(Names.GeneratedCode);
        writer.Block("protected override void RegisterComponents()", () =>
        {
            if (basis is Basis.Generated or Basis.HandWritten)
            {
                writer.Line("base.RegisterComponents();");
            }

            if (isFixed)
            {
                writer.Block($"if ({Names.Registered})", () => writer.Line("return;"));
                writer.Line();
            }

            foreach (var state in model.States.Where(s => s.IsParameter))
            {
                writer.Line($"{Names.Registration}.Parameter(this, {Identifier.Literal(state.Key)}, {Identifier.Of(state.Name)}{follow});");
            }

            foreach (var layer in model.Layers)
            {
                writer.Line($"{Names.Registration}.Module(this, {Identifier.Literal(layer.Key)}, {Identifier.Of(layer.Name)}{follow});");
            }

            foreach (var state in model.States.Where(s => !s.IsParameter))
            {
                writer.Line(
                    $"{Names.Registration}.Buffer(this, {Identifier.Literal(state.Key)}, {Identifier.Of(state.Name)}, persistent: "
                    + $"{(state.IsPersistent ? "true" : "false")}{follow});");
            }

            // Where a constructor, of a base class or of this one, has not yet set all fields, this is done again, and the keys put in
            // order.
            var required = members.Where(m => !m.IsOptional).Select(m => $"{Identifier.Of(m.Name)} is not null").ToArray();
            var mayBeEarly = basis is Basis.Generated or Basis.HandWritten || model.Constructor.Kind == ConstructorKind.Explicit;
            if (mayBeEarly && members.Length > 1)
            {
                var keys = model.States.Where(s => s.IsParameter).Select(s => s.Key).Concat(model.Layers.Select(l => l.Key))
                    .Concat(model.States.Where(s => !s.IsParameter).Select(s => s.Key));
                writer.Line($"{Names.Registration}.Order(this, {string.Join(", ", keys.Select(Identifier.Literal))});");
            }

            writer.Line($"{Names.Registered} = {(mayBeEarly && required.Length > 0 ? string.Join(" && ", required) : "true")};");
        });
    }

    private static void Move(SourceWriter writer, ModuleModel model, Basis basis)
    {
        writer.Line("/// <summary>After a move, fields and registry hold the same objects.</summary>");
        writer.Line(Names.GeneratedCode);
        writer.Block($"protected override void _toEpilog({Names.ScalarType}? dtype, {Names.Device}? device, bool non_blocking)", () =>
        {
            if (basis is Basis.TorchSharp or Basis.HandWritten)
            {
                var keys = model.States.Select(s => $", {Identifier.Literal(s.Key)}");
                writer.Line("RegisterComponents();");
                writer.Line(basis == Basis.TorchSharp
                    ? $"{Names.Movement}.Move(this, {MoveArguments});"
                    : $"{Names.Movement}.Move(this, {MoveArguments}, () => base._toEpilog({MoveArguments}){string.Concat(keys)});");
            }
            else
            {
                writer.Line($"base._toEpilog({MoveArguments});");
            }

            foreach (var state in model.States)
            {
                var field = Locals.Member(state.Name, "dtype", "device", "non_blocking");
                var target = state.IsReadOnly ? $"global::System.Runtime.CompilerServices.Unsafe.AsRef(in {field})" : field;
                writer.Line($"{target} = {Names.Movement}.Moved(this, {Identifier.Literal(state.Key)}, {field});");
            }
        });
    }

    private static void Enter(SourceWriter writer, ModuleModel model, EntryPoint entry, string? comment)
    {
        if (comment is not null)
        {
            writer.Line(comment);
        }

        // What a base class does in its own way stays so.
        var body = entry.Body is null || model.Type.Base?.Overrides.Contains(entry.Name) == true ? $"base.{entry.Name}({entry.Arguments})"
            : entry.Body;
        writer.Line("/// <inheritdoc/>").Line(Names.GeneratedCode);
        writer.Block($"public {(entry.Hides ? "new" : "override")} {entry.Signature}",
            () => writer.Line("RegisterComponents();").Line(entry.ReturnsNothing ? $"{body};" : $"return {body};"));
    }
}
