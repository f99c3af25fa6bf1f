namespace Gen.Tests.Analyzers;

/// <summary>A small project with a mistake that people ask about, and the same project repaired: <c>«wrong¦right»</c>. Where the mistake
/// is said is marked.</summary>
internal sealed record ProjectBug(string Name, string Source)
{
    public string Wrong => Pick(1);

    public string Right => Markup.Strip(Pick(2));

    private string Pick(int side) =>
        System.Text.RegularExpressions.Regex.Replace(Source, "«([^¦»]*)¦([^»]*)»", m => m.Groups[side].Value);
}

/// <summary>Projects in which data, model and loss stand in classes of their own.</summary>
internal static partial class ProjectBugs
{
    public static IReadOnlyList<ProjectBug> All => [.. Images, .. Sequences, .. Attention, .. Targets, .. Weights];
}
