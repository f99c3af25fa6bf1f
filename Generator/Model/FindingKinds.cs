namespace Gen.Model;

internal static class FindingKinds
{
    /// <summary>GEN0xxx: something in the declaration is wrong, and nothing more is said of the class.</summary>
    public static bool IsDeclaration(this FindingKind kind) => kind <= FindingKind.KeyCollision;
}
