using CsCheck;
using Gen.Shapes;
using G = CsCheck.Gen;

namespace Gen.Tests.Algebra;

public class ShapeParserTests
{
    [Theory]
    [InlineData("B 1 28 28 -> B 10", "B 1 28 28 -> B 10")]
    [InlineData("  B\t1   28 28->B 10 ", "B 1 28 28 -> B 10")]
    [InlineData("B T d, B T d -> B T d", "B T d, B T d -> B T d")]
    [InlineData("*B d_in -> *B d_out", "*B d_in -> *B d_out")]
    [InlineData("B T nHead*dHead", "B T dHead*nHead")]
    [InlineData("B C H//2 W//2", "B C H//2 W//2")]
    [InlineData("B (H + 1) min(H, W) -> B", "B H+1 min(H,W) -> B")]
    [InlineData("min(H,W), max(3,H) -> H%2", "min(H,W), max(3,H) -> H%2")]
    [InlineData("", "")]
    [InlineData("B -> ", "B -> ")]
    [InlineData(" -> B", " -> B")]
    [InlineData("B -> ()", "B -> ")]
    [InlineData("B 8 -> B 8, ()", "B 8 -> B 8, ()")]
    [InlineData("( ), B -> B, int64: ()", "(), B -> B, int64: ()")]
    [InlineData("... -> _ 5", "... -> _ 5")]
    [InlineData("*_ 5", "*_ 5")]
    [InlineData("*_", "...")]
    [InlineData("B 0", "B 0")]
    [InlineData("Größe _h x1", "Größe _h x1")]
    [InlineData("min max", "min max")]
    [InlineData("B config.Vocab -> B 3*config.Encoder.Dim+1", "B config.Vocab -> B 3*config.Encoder.Dim+1")]
    [InlineData("B _a.b1 min(a.b,B)", "B _a.b1 min(B,a.b)")]
    [InlineData("... -> a.b", "... -> a.b")]
    public void A_signature_is_read_and_printed(string text, string printed)
    {
        var (signature, error) = ShapeParser.ParseSignature(text);
        Assert.Null(error);
        Assert.Equal(printed, signature!.ToString());
        Assert.Equal(signature, ShapeParser.ParseSignature(printed).Signature);
        Assert.Equal(signature.GetHashCode(), ShapeParser.ParseSignature(printed).Signature!.GetHashCode());
    }

    [Theory]
    [InlineData("B -> C -> D", 7, 2, "there are two '->'")]
    [InlineData("B,, C", 2, 0, "a tensor is missing here; commas separate tensors")]
    [InlineData(", B", 0, 0, "a tensor is missing here; commas separate tensors")]
    [InlineData("B,", 2, 0, "a tensor is missing here; commas separate tensors")]
    [InlineData("*A *B d", 3, 2, "a shape has at most one '*'")]
    [InlineData("d *B", 2, 2, "a '*' stands at the beginning of a shape")]
    [InlineData("* d", 0, 1, "a '*' needs a name behind it: *B")]
    [InlineData("*B*2 d", 0, 4, "a '*' at the beginning needs a name behind it, and nothing else: *B")]
    [InlineData("B ...", 2, 3, "'...' stands alone")]
    [InlineData("... 5", 0, 3, "'...' stands alone")]
    [InlineData("(H+1", 4, 0, "a ')' is missing")]
    [InlineData("H+1)", 3, 1, "a '(' is missing")]
    [InlineData("B 99999999999999999999", 2, 1, "the number is too large")]
    [InlineData("B -5", 2, 2, "a size is not negative; arithmetic is written without spaces")]
    [InlineData("B 3-7", 2, 3, "a size is not negative; arithmetic is written without spaces")]
    [InlineData("B H + 1", 4, 1, "arithmetic is written without spaces: 2*H+1")]
    [InlineData("B H* 2", 2, 2, "arithmetic is written without spaces: 2*H+1")]
    [InlineData("B H/2", 4, 1, "'/' does not round; write '//'")]
    [InlineData("B H//0", 5, 1, "division by 0")]
    [InlineData("B 2H", 3, 1, "a name does not begin with a digit; write '*' between a number and a name")]
    [InlineData("B H**2", 3, 1, "a power is written as a product: H*H")]
    [InlineData("[B, 1, 28, 28]", 0, 1, "a shape has no brackets: write B 1 28 28")]
    [InlineData("B 1.5", 3, 1, "sizes are whole numbers; an unknown rank is '...', alone")]
    [InlineData("B a.5", 3, 1, "sizes are whole numbers; an unknown rank is '...', alone")]
    [InlineData("B a...", 3, 1, "sizes are whole numbers; an unknown rank is '...', alone")]
    [InlineData("B a.", 3, 1, "sizes are whole numbers; an unknown rank is '...', alone")]
    [InlineData("B .a", 2, 1, "sizes are whole numbers; an unknown rank is '...', alone")]
    [InlineData("*a.b 5", 0, 4, "a '*' at the beginning needs a name behind it, and nothing else: *B")]
    [InlineData("B → C", 2, 1, "the arrow is written '->'")]
    [InlineData("B H==2", 3, 1, "'=' is not expected here; facts belong into Where")]
    [InlineData("B min(H)", 7, 1, "min takes two sizes")]
    [InlineData("B #", 2, 1, "'#' is not expected here")]
    [InlineData("B \0", 2, 1, "the character U+0000 is not expected here")]
    public void A_malformed_signature_says_what_is_wrong_and_where(string text, int position, int length, string message)
    {
        var (signature, error) = ShapeParser.ParseSignature(text);
        Assert.Null(signature);
        Assert.Equal(new ShapeError(message, position, length), error);
    }

    [Theory]
    [InlineData("H % 32 == 0, d % heads == 0, T <= 1024", "H % 32 == 0, d % heads == 0, T <= 1024")]
    [InlineData("H%2==0 && W >= 2*H-1", "H % 2 == 0, W >= 2*H-1")]
    [InlineData("a != b, a < b, b > a", "a != b, a < b, b > a")]
    [InlineData("d == heads * dHead", "d == dHead*heads")]
    [InlineData("H == W, H == W", "H == W")]
    public void Facts_are_read_and_printed(string text, string printed)
    {
        Assert.Equal(printed, Dims.Facts(text).ToString());
        Assert.Equal(Dims.Facts(text), Dims.Facts(printed));
    }

    [Theory]
    [InlineData("H % 2", 5, "a comparison is missing: ==, !=, <=, <, >= or >")]
    [InlineData("", 0, "a size is missing at the end")]
    [InlineData("H == ", 5, "a size is missing at the end")]
    [InlineData("1 <= H <= 5", 9, "one comparison a fact; commas separate facts")]
    [InlineData("H == 1 W == 2", 7, "'W' is not expected here; commas separate facts")]
    [InlineData("H = 1", 2, "a comparison is missing: ==, !=, <=, <, >= or >")]
    [InlineData("H % 0 == 0", 4, "division by 0")]
    public void A_malformed_fact_says_what_is_wrong_and_where(string text, int position, string message)
    {
        var (facts, error) = ShapeParser.ParseFacts(text);
        Assert.Null(facts);
        Assert.Equal((message, position), (error!.Message, error.Position));
    }

    [Theory]
    [InlineData("B, 1, 28, 28", "B 1 28 28")]
    [InlineData("B,1,28,28 -> B,10", "B 1 28 28 -> B 10")]
    [InlineData("B, min(H,W)", "B min(H,W)")]
    public void Commas_that_should_be_spaces_are_repaired(string text, string repaired) =>
        Assert.Equal(repaired, ShapeParser.CommasToSpaces(text));

    [Theory]
    [InlineData("(B, 784) -> (B, 10)", "B 784 -> B 10")]
    [InlineData("[B, 784] -> [B, 10]", "B 784 -> B 10")]
    [InlineData("(B,), (B, T) -> (B, 2*T+1)", "B, B T -> B 2*T+1")]
    [InlineData("[B 784]", "B 784")]
    [InlineData("-1 784 -> -1 10", "B 784 -> B 10")]
    [InlineData("(-1, 3, -1, -1) -> (-1, 10)", "B 3 N M -> B 10")]
    [InlineData("? 784", "B 784")]
    [InlineData("(None, 784), (None, B)", "N 784, N B")]
    public void What_other_tools_write_is_told_as_it_is_written_here(string text, string meant)
    {
        Assert.NotNull(ShapeParser.ParseSignature(text).Error);
        Assert.EndsWith($": \"{meant}\".", ShapeRepair.Of(text), StringComparison.Ordinal);
        Assert.Null(ShapeParser.ParseSignature(meant).Error);
    }

    [Theory]
    [InlineData("B 28*")]
    [InlineData("")]
    [InlineData("B 1 ->")]
    [InlineData("(B, 784")]
    [InlineData("B -> C -> D")]
    [InlineData("B (H")]
    public void Of_what_is_not_understood_nothing_is_made(string text) => Assert.Null(ShapeRepair.Of(text));

    [Fact]
    public void Any_text_gives_a_result_or_an_error_within_it() =>
        G.String[G.Frequency((9, G.Char["BHWd019+-*/%()_,.<>=!&| \tminax"]), (1, G.Char)), 0, 40].Sample(
            text =>
            {
                var errors = new[] { ShapeParser.ParseSignature(text).Error, ShapeParser.ParseShape(text).Error,
                    ShapeParser.ParseDim(text).Error, ShapeParser.ParseFacts(text).Error };
                _ = ShapeRepair.Of(text);
                return errors.All(e => e is null || (e.Position >= 0 && e.Length >= 0 && e.Position + e.Length <= text.Length
                    && e.Message.Length > 0));
            },
            iter: 50_000);

    [Fact]
    public void Shapes_print_what_they_parse_from() =>
        G.Select(Expression.Random.Array[0, 4], G.Int[0, 3]).Sample(
            (items, lead) =>
            {
                var dims = items.Select(i => i.ToDim()).Where(d => !(Bounds.Of(d, Facts.None).Upper < 0)).ToArray();
                var shape = new Shape(lead switch { 0 => "A", 1 => "...", _ => null }, dims);
                return ShapeParser.ParseShape(shape.ToShapeString()).Shape!.Equals(shape);
            },
            iter: 20_000);
}
