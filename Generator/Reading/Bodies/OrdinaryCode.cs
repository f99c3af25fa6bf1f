using Gen.Model;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>Code that is no module's, as a module without layers of its own.</summary>
/// <param name="Module">What it does, with the methods of the project that it calls.</param>
/// <param name="Places">Where the code of these methods stands, by their keys.</param>
/// <param name="Methods">The methods, by their keys.</param>
internal sealed record OrdinaryCode(ModuleModel Module, IReadOnlyDictionary<string, SyntaxNode> Places,
    IReadOnlyDictionary<string, IMethodSymbol> Methods);
