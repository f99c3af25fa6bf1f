namespace Gen.Model;

/// <summary><c>Forward</c>, and the methods that it calls, once more, where layers with <c>[Recompute]</c> are computed again.</summary>
/// <param name="Usings">The using directives of their files.</param>
/// <param name="Forward">What <c>Forward</c> is called there.</param>
/// <param name="Methods">The methods.</param>
internal sealed record RecomputedBody(EquatableArray<string> Usings, string Forward, EquatableArray<string> Methods);
