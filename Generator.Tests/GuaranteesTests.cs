using System.Reflection;
using System.Text.RegularExpressions;

namespace Gen.Tests;

/// <summary>The table of docs/guarantees.md and its tests belong together.</summary>
public sealed partial class GuaranteesTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SampleSources.Repository, "docs", "guarantees.md"));

    private static readonly Dictionary<string, MethodInfo> Tests = typeof(GuaranteesTests).Assembly.GetTypes()
        .SelectMany(t => t.GetMethods())
        .Where(m => m.GetCustomAttributes<FactAttribute>().Any())
        .GroupBy(m => $"{m.DeclaringType!.Name}.{m.Name}").ToDictionary(g => g.Key, g => g.First());

    public static TheoryData<string> Rows => [.. Row().Matches(Page).Where(m => m.Groups[2].Value is not ("Test" or "---"))
        .Select(m => m.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_row_names_tests_that_exist(string guarantee)
    {
        var cell = Row().Matches(Page).Single(m => m.Groups[1].Value == guarantee).Groups[2].Value;
        var names = Name().Matches(cell).Select(m => m.Groups[1].Value).ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, n => Assert.True(Tests.ContainsKey(n), n));
    }

    [Fact]
    public void Every_test_of_state_that_shows_TorchSharp_alone_has_a_row()
    {
        var named = Name().Matches(Page).Select(m => m.Groups[1].Value).ToHashSet();
        foreach (var file in new[] { "RegistrationTests", "MovementTests", "DisposeScopeTests", "TiedWeightsTests", "LoadingTests",
            "LinearTimeTests" })
        {
            var source = File.ReadAllText(Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "Generator.Tests", "Runtime"),
                file + ".cs", SearchOption.AllDirectories).Single());
            var shows = Method().Matches(source).Where(m => m.Groups[2].Value.Contains("plain", StringComparison.Ordinal))
                .Select(m => $"{file}.{m.Groups[1].Value}").ToArray();
            Assert.NotEmpty(shows);
            Assert.All(shows, s => Assert.True(named.Contains(s) || Unlisted.Contains(s), s));
        }
    }

    /// <summary>Tests of what the page says under the tables.</summary>
    private static readonly string[] Unlisted =
    [
        "RegistrationTests.What_the_user_registers_by_hand_beside_it_stays",
        "DisposeScopeTests.A_parameter_that_a_constructor_assigned_and_a_scope_has_freed_is_reported_by_its_key",
    ];

    [GeneratedRegex(@"^\| ([^|\n]+) \| ([^|\n]+) \|([^|\n]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^    public void (\w+)\(.*?\n    \{(.*?)^    \}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Method();
}
