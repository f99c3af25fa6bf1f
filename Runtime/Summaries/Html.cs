namespace Gen.Summaries;

internal static class Html
{
    public static string Of(ModuleSummary summary) => summary.Name;
}
