using Gen.Shapes;


namespace Gen.Tests.Algebra;

public class ShapeTests
{
    [Theory]
    [InlineData("B 1 28 28", "[B, 1, 28, 28]", "(B, 1, 28, 28)", 4, "784*B")]
    [InlineData("", "[]", "()", 0, "1")]
    [InlineData("*B d", "[*B, d]", "(*B, d)", null, "_")]
    [InlineData("*_ 5", "[..., 5]", "(..., 5)", null, "_")]
    [InlineData("...", "[...]", "(...)", null, "_")]
    [InlineData("_ 3", "[_, 3]", "(_, 3)", 2, "_")]
    public void A_shape_prints_for_messages_and_documentation(string text, string message, string tuple, int? rank, string elements)
    {
        var shape = Dims.Shape(text);
        Assert.Equal((message, tuple, rank, elements), (shape.ToString(), shape.ToTuple(), shape.Rank, shape.Elements.ToString()));
    }

    [Theory]
    [InlineData("B T d", 0, "B")]
    [InlineData("B T d", -1, "d")]
    [InlineData("B T d", 3, "_")]
    [InlineData("B T d", -4, "_")]
    [InlineData("*B d", -1, "d")]
    [InlineData("*B d", 0, "_")]
    [InlineData("*B d", -2, "_")]
    [InlineData("...", -1, "_")]
    public void A_dimension_is_known_or_unknown_never_an_exception(string text, int index, string dim) =>
        Assert.Equal(dim, Dims.Shape(text)[index].ToString());

    [Fact]
    public void A_dimension_is_replaced_from_either_end()
    {
        Assert.Equal("[B, T, 5]", Dims.Shape("B T d").WithLast(5).ToString());
        Assert.Equal("[*B, 5]", Dims.Shape("*B d").WithLast(5).ToString());
        Assert.Equal("[B, 5, d]", Dims.Shape("B T d").WithDim(-2, 5).ToString());
        Assert.Equal("[B, 5, d]", Dims.Shape("B T d").WithDim(1, 5).ToString());
        Assert.Equal("[B, T, d]", Dims.Shape("B T d").WithDim(7, 5).ToString());
        Assert.Equal("[]", Dims.Shape("").WithLast(5).ToString());
    }

    [Fact]
    public void A_shape_does_not_change_with_the_list_it_was_made_of()
    {
        var dims = new List<Dim> { 1, 2 };
        var shape = new Shape(null, dims);
        dims[0] = 7;
        Assert.Equal("[1, 2]", shape.ToString());
    }

    [Fact]
    public void Equal_shapes_are_equal_by_value()
    {
        Assert.Equal(Dims.Shape("B 2*H"), Dims.Shape("B H+H"));
        Assert.Equal(Dims.Shape("B 2*H").GetHashCode(), Dims.Shape("B H+H").GetHashCode());
        Assert.NotEqual(Dims.Shape("*B d"), Dims.Shape("B d"));
        Assert.NotEqual(Dims.Shape("*_ d"), Dims.Shape("_ d"));
        Assert.True(Shape.UnknownRank.IsUnknownRank);
        Assert.False(Dims.Shape("*_ d").IsUnknownRank);
    }

    [Fact]
    public void Facts_and_values_shorten_a_shape()
    {
        Assert.Equal("[B, 16, H]", Dims.Shape("B 16 2*(H//2)").Simplify(Dims.Facts("H % 2 == 0")).ToString());
        Assert.Equal("[B, 3*W, W]", Dims.Shape("B 2*(H//2)+H//2 H//2").Substitute(n => n == "H" ? 2 * Dim.Name("W") : null).ToString());
        Assert.Equal("[B, d]", Dims.Shape("B h*(d//h)").Simplify(Dims.Facts("d % h == 0")).ToString());
        Assert.Equal("[H//2]", Dims.Shape("(H+1)//2").Simplify(Dims.Facts("H % 2 == 0")).ToString());
        Assert.Equal("[3*H+1]", Dims.Shape("12*(H//4)+1").Simplify(Dims.Facts("H % 2 == 0, (H//2) % 2 == 0, H % 4 == 0")).ToString());
    }
}
