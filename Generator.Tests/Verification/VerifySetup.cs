#if USE_VERIFY
using System.Runtime.CompilerServices;
using VerifyTests;

namespace Gen.Tests.Verification;

/// <summary>Verify reads a generator driver only after its converter is registered.</summary>
internal static class VerifySetup
{
    [ModuleInitializer]
    internal static void Initialize() => VerifySourceGenerators.Initialize();
}
#endif
