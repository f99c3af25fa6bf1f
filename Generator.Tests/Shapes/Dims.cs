using Gen.Shapes;


namespace Gen.Tests.Algebra;

/// <summary>Sizes, shapes and facts from their texts.</summary>
internal static class Dims
{
    public static Dim Of(string text) => ShapeParser.ParseDim(text) is { Error: null } parsed ? parsed.Dim!
        : throw new ArgumentException(text);

    public static Shape Shape(string text) => ShapeParser.ParseShape(text) is { Error: null } parsed ? parsed.Shape!
        : throw new ArgumentException(text);

    public static Facts Facts(string text) => text.Length == 0 ? Gen.Shapes.Facts.None
        : ShapeParser.ParseFacts(text) is { Error: null } parsed ? parsed.Facts! : throw new ArgumentException(text);
}
