using Gen.Checking;
using Gen.Model;

namespace Gen.Emit;

/// <summary>Registration without reflection, and the move to another device or type.</summary>
internal static class RegistrationEmitter
{
    /// <summary>Ways into a module's state that must find it registered, where registration waits for the first use.</summary>
    private static readonly (string Signature, string Call)[] EntryPoints =
    [
        ("global::System.Collections.Generic.IEnumerable<(string name, global::TorchSharp.Modules.Parameter parameter)> named_parameters(bool recurse = true)", "named_parameters(recurse)"),
        ("global::System.Collections.Generic.IEnumerable<(string name, global::TorchSharp.torch.Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)", "named_buffers(recurse, include_nonpersistent)"),
        ("global::System.Collections.Generic.IEnumerable<(string name, global::TorchSharp.torch.nn.Module module)> named_children()", "named_children()"),
        ("global::System.Collections.Generic.IEnumerable<(string name, global::TorchSharp.torch.nn.Module module)> named_modules()", "named_modules()"),
        ("global::System.Collections.Generic.Dictionary<string, global::TorchSharp.torch.Tensor> state_dict(global::System.Collections.Generic.Dictionary<string, global::TorchSharp.torch.Tensor>? destination = null, string? prefix = null)", "state_dict(destination, prefix)"),
        ("global::TorchSharp.torch.nn.Module apply(global::System.Action<global::TorchSharp.torch.nn.Module> fn)", "apply(fn)"),
        ("bool has_parameter(string target)", "has_parameter(target)"),
        ("bool has_buffer(string target)", "has_buffer(target)"),
        ("global::TorchSharp.Modules.Parameter? get_parameter(string target)", "get_parameter(target)"),
        ("global::TorchSharp.torch.Tensor? get_buffer(string target)", "get_buffer(target)"),
    ];

    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var model = module.Model;
        var construction = Constructions.Of(model);
        if (!model.Occupied.Contains("RegisterComponents"))
        {
            sections.Add(() => writer.Line($"private bool {Names.Registered};"));
            sections.Add(() => RegisterComponents(writer, module, construction));
        }

        if (!model.Occupied.Contains("_toEpilog"))
        {
            sections.Add(() => Move(writer, model));
        }

        if (construction is Construction.BuiltInBaseRegisteredOnUse or Construction.OnUse)
        {
            sections.Add(() =>
            {
                writer.Line("// The user's constructor may assign layers until it ends: whoever asks for the state first registers them.");
                foreach (var (signature, call) in EntryPoints)
                {
                    writer.Line($"/// <inheritdoc/>").Line(Names.GeneratedCode);
                    writer.Block($"public override {signature}", () => writer.Line("RegisterComponents();").Line($"return base.{call};"));
                }
            });
        }
    }

    private static void RegisterComponents(SourceWriter writer, CheckedModule module, Construction construction)
    {
        var model = module.Model;
        writer.Line("/// <summary>Registers the layers under their keys, once and without reflection.</summary>");
        writer.Line(Names.GeneratedCode);
        writer.Block("protected override void RegisterComponents()", () =>
        {
            writer.Block($"if ({Names.Registered})", () => writer.Line("return;"));
            writer.Line().Line($"{Names.Registered} = true;");
            if (model.Type.Base is { TakesName: false })
            {
                writer.Line("base.RegisterComponents();");
            }

            if (construction == Construction.OnUse)
            {
                ConstructorEmitter.Assign(writer, Constructions.Built(module));
            }

            foreach (var state in model.States.Where(s => s.IsParameter))
            {
                writer.Line($"{Names.Registration}.Parameter(this, {Identifier.Literal(state.Key)}, {Identifier.Of(state.Name)});");
            }

            foreach (var layer in model.Layers)
            {
                writer.Line($"{Names.Registration}.Module(this, {Identifier.Literal(layer.Key)}, {Identifier.Of(layer.Name)});");
            }

            foreach (var state in model.States.Where(s => !s.IsParameter))
            {
                writer.Line($"{Names.Registration}.Buffer(this, {Identifier.Literal(state.Key)}, {Identifier.Of(state.Name)}, persistent: {(state.IsPersistent ? "true" : "false")});");
            }

            // A constructor of a base class may call this before the fields here are set: then it is done again.
            var required = model.Layers.Where(l => !l.IsOptional).Select(l => l.Name).Concat(model.States.Where(s => !s.IsOptional).Select(s => s.Name)).ToArray();
            if (required.Length > 0 && model.Type.Base is { TakesName: false })
            {
                writer.Line($"{Names.Registered} = {string.Join(" && ", required.Select(n => $"{Identifier.Of(n)} is not null"))};");
            }
        });
    }

    private static void Move(SourceWriter writer, ModuleModel model)
    {
        writer.Line("/// <summary>After a move, fields and registry hold the same objects.</summary>");
        writer.Line(Names.GeneratedCode);
        writer.Block($"protected override void _toEpilog({Names.ScalarType}? dtype, {Names.Device}? device, bool non_blocking)", () =>
        {
            writer.Line("RegisterComponents();");
            if (model.Type.Base is { TakesName: false })
            {
                writer.Line("base._toEpilog(dtype, device, non_blocking);");
            }
            else
            {
                writer.Line($"{Names.Registration}.MoveChildren(this, dtype, device, non_blocking);");
                writer.Line("""
                    foreach (var (key, parameter) in global::System.Linq.Enumerable.ToArray(named_parameters(recurse: false)))
                    {
                        if (ReplaceParameter(dtype, device, parameter, out var moved))
                        {
                            parameter.Dispose();
                            ConditionallyRegisterParameter(key, moved);
                        }
                    }

                    foreach (var (key, (buffer, persistent)) in global::System.Linq.Enumerable.ToArray<(string, (global::TorchSharp.torch.Tensor, bool))>(_internal_buffers))
                    {
                        if (ReplaceBuffer(dtype, device, buffer, out var moved))
                        {
                            ConditionallyRegisterBuffer(key, moved, persistent);
                        }
                    }

                    if (device is not null)
                    {
                        _deviceType = device.type;
                        _deviceIndex = device.index;
                    }
                    """);
            }

            foreach (var state in model.States)
            {
                var getter = state.IsParameter ? "get_parameter" : "get_buffer";
                var field = Identifier.Of(state.Name);
                var target = state.IsReadOnly ? $"global::System.Runtime.CompilerServices.Unsafe.AsRef(in {field})" : field;
                writer.Line($"{target} = ({state.Type}){getter}({Identifier.Literal(state.Key)}){(state.IsOptional ? "" : "!")};");
            }
        });
    }
}
