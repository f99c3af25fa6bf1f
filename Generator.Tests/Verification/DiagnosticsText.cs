#if !USE_VERIFY
using System.Text;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Verification;

/// <summary>Diagnostics as Verify.SourceGenerators writes them: JSON without quotes, empty members left out.</summary>
internal static class DiagnosticsText
{
    public static string Of(IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder("{\n  Diagnostics: [\n");
        text.AppendJoin(",\n", diagnostics.Select(Item));
        return text.Append("\n  ]\n}").ToString();
    }

    private static string Item(Diagnostic diagnostic)
    {
        var descriptor = diagnostic.Descriptor;
        var members = Members("      ",
            ("Location", diagnostic.Location == Location.None ? "" : diagnostic.Location.GetLineSpan().ToString()),
            ("Message", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)),
            ("Severity", diagnostic.Severity.ToString()),
            ("WarningLevel", diagnostic.WarningLevel == 0 ? "" : diagnostic.WarningLevel.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var inner = Members("        ",
            ("Id", descriptor.Id),
            ("Title", Text(descriptor.Title)),
            ("Description", Text(descriptor.Description)),
            ("HelpLink", descriptor.HelpLinkUri),
            ("MessageFormat", Text(descriptor.MessageFormat)),
            ("Category", descriptor.Category),
            ("DefaultSeverity", descriptor.DefaultSeverity.ToString()),
            ("IsEnabledByDefault", descriptor.IsEnabledByDefault ? "true" : "false"));
        return $"    {{\n{members},\n      Descriptor: {{\n{inner}\n      }}\n    }}";
    }

    private static string Text(LocalizableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Members(string indent, params (string Name, string? Value)[] members) =>
        string.Join(",\n", members.Where(m => !string.IsNullOrEmpty(m.Value)).Select(m => $"{indent}{m.Name}: {m.Value}"));
}
#endif
