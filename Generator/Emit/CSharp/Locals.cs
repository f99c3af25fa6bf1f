using System.Text.RegularExpressions;
using Gen.Checks;
using Gen.Model;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>The names of what generated methods declare: none that the user gave to something that is used there.</summary>
internal static class Locals
{
    /// <summary>The name, with an underscore before it for as long as it is taken.</summary>
    public static string Of(CheckedModule module, string name)
    {
        var model = module.Model;
        var texts = module.Guards.SelectMany(g => g.Cases).SelectMany(c => c).Select(b => b.Text).OfType<string>().ToArray();
        while (IsTaken(name))
        {
            name = "_" + name;
        }

        return name;

        bool IsTaken(string candidate) =>
            model.Forward.Inputs.Any(i => i.Name == candidate)
            || model.Layers.Any(l => l.Name == candidate)
            || model.States.Any(s => s.Name == candidate)
            || model.Constructor.Names.Any(p => p.Field == candidate)
            || texts.Any(t => Regex.IsMatch(t, $@"\b{Regex.Escape(candidate)}\b"));
    }

    /// <summary>A member in <c>forward</c>.</summary>
    public static string Member(ModuleModel model, string name) => Member(name, [.. model.Forward.Inputs.Select(i => i.Name)]);

    /// <summary>A member, also where a parameter of the generated method has its name.</summary>
    public static string Member(string name, params string[] parameters) =>
        parameters.Contains(name) ? $"this.{Identifier.Of(name)}" : Identifier.Of(name);
}
