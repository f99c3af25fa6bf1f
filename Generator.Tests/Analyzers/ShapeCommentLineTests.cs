namespace Gen.Tests.Analyzers;

/// <summary>GEN1011 where a line has several tensors or a comment names what a class computes, and where an input may be
/// missing.</summary>
public sealed class ShapeCommentLineTests
{
    [Fact]
    public void A_comment_within_a_sum_is_of_its_line_or_of_the_sum_so_far() => Markup.Verify("""
        [Shape("B 8 -> B 4")] public partial class Net
        {
            [Layer(8, 4)] private readonly Linear fc;

            private Tensor Forward(Tensor x)
            {
                var y = x.sum(1, keepdim: true) // (B, 1)
                    + ones(4) // (4,)
                    + fc.call(x); // (B, 4)
                y = x.sum(1, keepdim: true) {|GEN1011:// (B, 2)|}
                    + ones(4) // (B, 4)
                    - ones(4) // (4,)
                    + fc.call(x);
                return y * 2 + y {|GEN1011:// (B, 5)|}
                    + fc.call(x) * 2;
            }
        }
        """);

    [Fact]
    public void Windows_of_sizes_that_they_divide_are_put_together_again() => Markup.Verify("""
        [Shape("B H W d -> B H W d", Where = "H % ws == 0, W % ws == 0")] public partial class Net(int d, int ws)
        {
            [Layer] private readonly Linear fc = Linear(d, d);

            private Tensor Forward(Tensor x)
            {
                var (b, h, w) = (x.shape[0], x.shape[1], x.shape[2]);
                x = x.view(b, h / ws, ws, w / ws, ws, d).permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, ws * ws, d);
                x = fc.call(x); // (B*(H//ws)*(W//ws), ws*ws, d)
                var n = x.shape[0] / (h * w / ws / ws);
                x = x.view(n, h / ws, w / ws, ws, ws, -1); {|GEN1011:// (B, H//ws, W//ws, ws, ws, 2*d)|}
                return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(n, h, w, -1); // (B, H, W, d)
            }
        }
        """);

    [Fact]
    public void A_size_of_a_parameter_is_not_negative() => Markup.Verify("""
        [Shape("B N -> B modes", Where = "modes <= N")] public partial class Net(int modes)
        {
            [Parameter] private readonly Parameter weight = new(rand(modes));
            private Tensor Forward(Tensor x) => x[.., ..modes] * weight; // (B, modes)
        }

        [Shape("B N -> B modes", Where = "modes <= N")] public partial class Wrong(int modes)
        {
            [Parameter] private readonly Parameter weight = new(rand(modes));

            private Tensor Forward(Tensor x)
            {
                x = x[.., ..modes]; {|GEN1011:// (B, 2*modes)|}
                return x * weight;
            }
        }
        """);

    [Fact]
    public void Each_of_several_tensors_has_its_shape() => Markup.Verify("""
        [Shape("B T 8 -> B T 8")] public partial class Net
        {
            [Layer(8, 16)] private readonly Linear fc;

            private (Tensor, Tensor) Split(Tensor x)
            {
                var y = fc.call(x);
                return (y.narrow(2, 0, 8), y.mean([1L])); // (B, T, 8), {|GEN1011:(B, 8)|}
            }

            private (Tensor First, Tensor Second) Both(Tensor x) => (x, x.mean([1L])); // {|GEN1011:(B, T, 9)|}; (B, 8)

            private Tensor Forward(Tensor x)
            {
                var (a, b) = Split(x); // (B, T, 8), (B, 16)
                var (c, _) = Both(a);  // [B, T, 8] [B, 8]
                Tensor d, e;
                (d, e) = Split(c);     // {|GEN1011:(B, T, 16)|}, (B, 16)
                var (most, at) = c.max(1); // (B, 8), {|GEN1011:(B, 9)|}
                var (f, g) = (a, b);   // (B, T, 8), of both
                return a + c + d;
            }
        }
        """);

    [Fact]
    public void What_a_configuration_computes_has_a_meaning() => Markup.Verify("""
        public sealed record Config(int Dim, int Heads) { public int HeadDim => Dim / Heads; public int Wide { get { return 4 * Dim; } } }

        [Shape("B T config.Dim -> B T config.Dim", Where = "config.Dim % config.Heads == 0")] public partial class Net(Config config)
        {
            [Layer] private readonly Linear up = Linear(config.Dim, config.Wide);   // (B, T, config.Wide)
            [Layer] private readonly Linear down = Linear(config.Wide, config.Dim); {|GEN1011:// (B, T, config.Wide)|}

            private Tensor Forward(Tensor x)
            {
                var heads = x.view(x.shape[0], x.shape[1], config.Heads, config.HeadDim); // (B, T, config.Heads, config.HeadDim)
                heads = heads.transpose(1, 2);  {|GEN1011:// (B, config.Heads, config.HeadDim)|}
                return down.call(up.call(x).relu()); // (B, T, config.Heads * config.HeadDim)
            }
        }

        [Shape("B cfg.Dim -> B cfg.Wide")] public partial class Kept
        {
            private readonly Config config;
            [Layer] private readonly Linear up;

            public Kept(Config cfg)
            {
                config = cfg;
                up = Linear(cfg.Dim, cfg.Wide);
            }

            private Tensor Forward(Tensor x)
            {
                var y = up.call(x); // (B, config.Wide)
                y = y.relu();       {|GEN1011:// (B, config.Dim)|}
                return y;           // (B, 4 * config.Dim)
            }
        }
        """);

    [Fact]
    public void A_comment_may_name_the_size_of_an_input_that_is_not_there() => Markup.Verify("""
        [Shape("B T 8, B S 8 -> B T 8")] public partial class Net
        {
            [Layer(8, 8)] private readonly Linear key; // (B, S, 8)

            private Tensor Forward(Tensor x, Tensor? memory = null)
            {
                var source = memory ?? x;                       // (B, S, 8)
                var k = key.call(source);                       // (B, S, 8)
                var scores = matmul(x, k.transpose(1, 2));      // (B, T, S)
                var wide = cat([source, source], 1);            // (B, 2*S, 8)
                var wrong = cat([source, source], 2);           {|GEN1011:// (B, S, 8)|}
                var past = memory is null ? x : cat([memory, x], 1); // (B, P, 8)
                var both = matmul(x, past.transpose(1, 2));     // (B, T, P)
                var more = cat([past, past], 2);                {|GEN1011:// (B, P, 17)|}
                return matmul(scores, k);                       // (B, T, 8)
            }
        }
        """, static d => d.Id is "GEN1011" or "GEN2006");

    [Fact]
    public void Lines_within_a_call_and_behind_braces_are_judged() => Markup.Verify("""
        [Shape("B 8 -> B 4 2")] public partial class Net
        {
            [Layer(8, 8)] private readonly Linear fc;

            private Tensor Forward(Tensor x)
            {
                if (x.shape[0] > 1) { x = fc.call(x); } {|GEN1011:// (B, 4)|}
                return fc.call(x)     // (B, 8)
                    .view(-1, 2, 4)   {|GEN1011:// (B, 4, 2)|}
                    .transpose(1, 2); // (B, 4, 2)
            }
        }
        """);
}
