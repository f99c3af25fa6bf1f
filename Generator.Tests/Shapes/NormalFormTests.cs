using CsCheck;
using Gen.Shapes;
using G = CsCheck.Gen;

namespace Gen.Tests.Algebra;

public class NormalFormTests
{
    [Theory]
    [InlineData("H+H", "2*H")]
    [InlineData("2*H+1-H", "H+1")]
    [InlineData("3-H", "3-H")]
    [InlineData("H-H", "0")]
    [InlineData("nHead*dHead", "dHead*nHead")]
    [InlineData("(B+1)*(B-1)", "B*B-1")]
    [InlineData("(2*H+3)//2", "H+1")]
    [InlineData("(H*W+H)//H", "W+1")]
    [InlineData("(3*H*W+d)//(3*H)", "W+d//(3*H)")]
    [InlineData("(H//2)//2", "H//4")]
    [InlineData("((H//2)+1)//2", "(H+2)//4")]
    [InlineData("(2*H+5)//6", "(H+2)//3")]
    [InlineData("(d*h)//(d*k)", "h//k")]
    [InlineData("d//d", "1")]
    [InlineData("(4*a*B+4*B)//(2*a*B+2*B)", "2")]
    [InlineData("(x*a+x*b+y*a+y*b)//(a+b)", "x+y")]
    [InlineData("(a*a-b*b)//(a+b)", "a-b")]
    [InlineData("(2*H+2)//(2*W+4)", "(H+1)//(W+2)")]
    [InlineData("(H*B+B)//(W*B+B)", "(H+1)//(W+1)")]
    [InlineData("(H-1)//2+1", "(H+1)//2")]
    [InlineData("(H+2*1-3)//1+1", "H")]
    [InlineData("16*(H//2)*(W//2)", "16*(H//2)*(W//2)")]
    [InlineData("-(H//2)", "-(H//2)")]
    [InlineData("-H//2", "(-H)//2")]
    [InlineData("7//-2", "-4")]
    [InlineData("-7//2", "-4")]
    [InlineData("-7%2", "1")]
    [InlineData("7%-2", "-1")]
    [InlineData("(4*H+6)%4", "2")]
    [InlineData("(5*H)%2", "H%2")]
    [InlineData("max(H,H+1)", "H+1")]
    [InlineData("min(3,5)", "3")]
    [InlineData("H//0*W", null)]
    public void An_expression_has_one_normal_form(string written, string? normal)
    {
        var (dim, error) = ShapeParser.ParseDim(written);
        Assert.Equal(normal, error is null ? dim!.ToString() : null);
    }

    [Theory]
    [InlineData("(a//b)//c", "a//(b*c)")]
    [InlineData("max(H,1)", "H")]
    [InlineData("min(H,0)", "0")]
    [InlineData("H//(H+1)", "0")]
    [InlineData("H%(H+1)", "H")]
    [InlineData("-1//H", "-1")]
    public void With_names_of_one_or_more_a_form_is_shorter(string written, string simplified) =>
        Assert.Equal(simplified, Dims.Of(written).Simplify(Facts.None).ToString());

    [Fact]
    public void The_normal_form_evaluates_to_the_number_of_the_expression_whatever_the_names_are() =>
        G.Select(Expression.Random, G.Long[-9, 9].Array[4]).Sample(
            (expression, sizes) =>
            {
                var values = new Sizes(sizes[0], sizes[1], sizes[2], sizes[3]);
                var dim = expression.ToDim();
                return dim.IsUnknown || expression.Evaluate(values) is not { } value || dim.Evaluate(n => values[n]) == value;
            },
            iter: 100_000);

    [Fact]
    public void What_facts_simplify_keeps_its_number_where_they_hold() =>
        G.Select(Expression.Random, Situation.Random).Sample(
            (expression, situation) =>
            {
                var dim = expression.ToDim();
                var forms = new[] { dim.Simplify(situation.Facts), dim.Normalize(situation.Facts),
                    situation.Facts.Restore(situation.Facts.Reduce(dim)) };
                return forms.All(form => form.IsUnknown || situation.Assignments.All(
                    sizes => expression.Evaluate(sizes) is not { } value || form.Evaluate(n => sizes[n]) == value));
            },
            iter: 30_000);

    [Fact]
    public void Small_expressions_are_given_up_only_where_they_divide_by_0()
    {
        var sizes = new Sizes(7, 7, 7, 7);
        var (given, all) = (0, 0);
        Expression.Random.Sample(
            e =>
            {
                Interlocked.Increment(ref all);
                Interlocked.Add(ref given, e.ToDim().IsUnknown && e.Evaluate(sizes) is not null ? 1 : 0);
            },
            iter: 20_000);
        Assert.InRange(given, 0, all / 50);
    }

    [Fact]
    public void Parse_after_print_is_the_identity() =>
        Expression.Random.Sample(e => ShapeParser.ParseDim(e.ToDim().ToString()).Dim!.Equals(e.ToDim()), iter: 100_000);

    [Fact]
    public void What_is_written_parses_to_what_is_computed() =>
        Expression.Random.Sample(
            e =>
            {
                var (dim, error) = ShapeParser.ParseDim(e.ToString());
                return error is { Message: "division by 0" } ? e.ToDim().IsUnknown : dim!.Equals(e.ToDim());
            },
            iter: 20_000);

    [Fact]
    public void Equal_sizes_have_equal_hashes() =>
        G.Select(Expression.Random, Expression.Random).Sample(
            (a, b) =>
            {
                var (left, right) = (a.ToDim() + b.ToDim(), b.ToDim() + a.ToDim());
                return left.Equals(right) && left.GetHashCode() == right.GetHashCode();
            },
            iter: 5_000);

    [Fact]
    public void Substitution_of_expressions_is_composition() =>
        G.Select(Expression.Random, Expression.Random, Situation.Random).Sample(
            (outer, inner, situation) => situation.Assignments.All(sizes =>
            {
                var dim = outer.ToDim().Substitute(n => n == "H" ? inner.ToDim() : null);
                return dim.IsUnknown || inner.Evaluate(sizes) is not { } height
                    || outer.Evaluate(sizes with { H = height }) is not { } value
                    || dim.Evaluate(n => sizes[n]) == value;
            }),
            iter: 10_000);

    [Fact]
    public void Names_stand_in_the_order_in_which_they_are_printed() =>
        Assert.Equal(["B", "H", "W", "d"], Dims.Of("d+(H//W)*B+H").Names);

    [Fact]
    public void A_missing_value_is_no_number()
    {
        Assert.Null(Dims.Of("H*W").Evaluate(n => n == "H" ? 2 : null));
        Assert.Equal(6, Dims.Of("H*W").Evaluate(n => n == "H" ? 2 : 3));
        Assert.Null(Dims.Of("H//W").Evaluate(n => n == "H" ? 2 : 0));
        Assert.Null(Dims.Of("H*W").Evaluate(_ => long.MaxValue));
    }
}
