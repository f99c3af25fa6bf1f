namespace Gen.Tests.Analyzers;

/// <summary>Methods with a <c>[Shape]</c>, in whatever class they stand: what they give, and what calls give them.</summary>
public sealed class MethodShapeTests
{
    private const string Methods = """
        public static class Tools
        {
            [Shape("B 8 -> B 4")] public static Tensor Half(Tensor x) => x[.., ..4];
            [Shape("B T d, B T -> B d")] public static Tensor Mean(Tensor x, Tensor mask) =>
                (x * mask.unsqueeze(-1)).sum([1L]) / mask.sum([1L], keepdim: true);
            [Shape("B C H W -> B C H//2 W//2", Where = "H % 2 == 0, W % 2 == 0")] public static Tensor Down(this Tensor x) =>
                functional.avg_pool2d(x, 2);
            [return: Shape("B classes")] public static Tensor OneHot([Shape("int64: B")] Tensor labels, long classes) =>
                functional.one_hot(labels, classes);
            [Shape("*S d -> *S d")] public static Tensor Norm(Tensor x, float eps = 1e-5f) => x / (x.norm(-1, keepdim: true) + eps);
            [Shape("B 8 -> B 4, B 4")] public static (Tensor, Tensor) Both(Tensor x) => (x[.., ..4], x[.., 4..]);
            [Shape("B 8 -> B 8")] public static Tensor Lower(Tensor x) => x.sum().item<float>() > 0 ? Lower(x - 1) : x;
            public static Tensor Through(Tensor x) => Half(x);
        }
        public static class Blocks
        {
            extension(Tensor x)
            {
                [Shape("B T 8 -> B 8")] public Tensor Pooled() => x.mean([1L]);
                [Shape("B 8, B 4 -> B 12")] public Tensor With(Tensor y) => cat([x, y], 1);
                [return: Shape("B 8")] public Tensor Plus([Shape("B 8")] Tensor y) => x + y;
                [Shape("B 4 -> B 4")] public static Tensor Doubled(Tensor y) => y * 2;
            }
            extension([Shape("B 8")] Tensor x)
            {
                [return: Shape("B 8")] public Tensor Minus([Shape("B 8")] Tensor y) => x - y;
            }
        }
        public interface IEncoder { [Shape("B 8 -> B 4")] Tensor Encode(Tensor x); }
        public sealed class Encoder : IEncoder { public Tensor Encode(Tensor x) => x[.., ..4]; }
        public sealed class Hand : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(8, 4);
            public Hand() : base("Hand") { RegisterComponents(); }
            public override Tensor forward(Tensor x) => fc.call(x);
            [Shape("B 8 -> B 4")] public Tensor Encode(Tensor x) => fc.call(x);
        }
        """;

    [Theory]
    [InlineData("Tools.Half(zeros(3, 8));")]
    [InlineData("Tools.Half(x);")]
    [InlineData("Tools.Mean(zeros(2, 5, 7), zeros(2, 5)); Tools.Mean(mask: zeros(2, 5), x: zeros(2, 5, 7));")]
    [InlineData("zeros(2, 3, 4, 4).Down();")]
    [InlineData("Tools.OneHot(zeros(5, dtype: int64), 3);")]
    [InlineData("Tools.Norm(zeros(3)); Tools.Norm(zeros(2, 3));")]
    [InlineData("var (a, b) = Tools.Both(zeros(3, 8)); var c = a + b; Tools.Half(cat([a, b], 1));")]
    [InlineData("Tools.Lower(zeros(3, 8)); Tools.Through(zeros(3, 8));")]
    [InlineData("foreach (var n in new[] { 3, 4 }) { Tools.Half(zeros(n, 8)); }")]
    [InlineData("IEncoder e = new Encoder(); e.Encode(zeros(2, 8)); new Hand().Encode(zeros(2, 8));")]
    [InlineData("zeros(3, 5, 8).Pooled().With(zeros(3, 4)); Tensor.Doubled(zeros(3, 4));")]
    [InlineData("{|GEN1008:zeros(3, 5, 9)|}.Pooled();")]
    [InlineData("zeros(3, 8).With({|GEN1008:zeros(3, 8)|});")]
    [InlineData("{|GEN1008:zeros(3, 4)|}.With(zeros(3, 4));")]
    [InlineData("var y = {|GEN1008:zeros(3, 5, 8).Pooled()|}.Pooled();")]
    [InlineData("var y = zeros(3, 8).Plus(zeros(3, 8)).Minus(zeros(3, 8)); zeros(3, 8).Plus({|GEN1008:zeros(3, 4)|});")]
    [InlineData("{|GEN1008:zeros(3, 4)|}.Minus(zeros(3, 8));")]
    [InlineData("Tensor.Doubled({|GEN1008:zeros(3, 8)|});")]
    [InlineData("Tools.Half({|GEN1008:zeros(3, 9)|});")]
    [InlineData("Tools.Half({|GEN1008:zeros(8)|});")]
    [InlineData("Tools.Through({|GEN1008:zeros(3, 9)|});")]
    [InlineData("Tools.Mean(zeros(2, 5, 7), {|GEN1008:zeros(2, 6)|});")]
    [InlineData("Tools.Mean(mask: {|GEN1008:zeros(2, 6)|}, x: zeros(2, 5, 7));")]
    [InlineData("Tools.Mean({|GEN1008:zeros(5, 7)|}, zeros(2, 5));")]
    [InlineData("{|GEN1008:zeros(2, 3, 4)|}.Down();")]
    [InlineData("Tools.OneHot({|GEN1008:zeros(5, 1, dtype: int64)|}, 3);")]
    [InlineData("var (a, b) = Tools.Both(zeros(3, 8)); Tools.Both({|GEN1008:b|});")]
    [InlineData("Tools.Lower({|GEN1008:zeros(3, 9)|});")]
    [InlineData("IEncoder e = new Encoder(); e.Encode({|GEN1008:zeros(2, 9)|});")]
    [InlineData("var y = Tools.Half({|GEN1008:zeros(3, 9)|}); var z = y + zeros(3, 5);")]
    public void A_call_gives_it_what_it_declares(string code) => Markup.Verify(
        Methods + $"public static class Program {{ public static void Run(Tensor x) {{ {code} }} }}", static d => d.Id != "GEN5007");

    [Theory]
    [InlineData("[Shape(\"B 8 -> B 8\")] private Tensor Own(Tensor x) => x * 2;")]
    [InlineData("[Shape(\"B 8 -> B 8\")] private static Tensor Own(Tensor x) => x * 2;")]
    [InlineData("[return: Shape(\"B 8\")] private static Tensor Own([Shape(\"B 8\")] Tensor x) => x * 2;")]
    public void A_module_gives_its_own_method_what_that_declares(string method)
    {
        foreach (var (size, argument) in new[] { (8, "fc.call(x)"), (9, "{|GEN1008:fc.call(x)|}") })
        {
            Markup.Verify($"[Shape(\"B 4 -> B {size}\")] public sealed partial class Net {{ [Layer(4, {size})] private readonly "
                + $"Linear fc; private Tensor Forward(Tensor x) => Own({argument}); {method} }}",
                static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("public static class Tools { [Shape(\"B 8 -> B 5\")] public static Tensor Half(Tensor x) => {|GEN1005:x[.., ..4]|}; }")]
    [InlineData("public static class Tools { [Shape(\"B 8 -> B 4\")] public static Tensor Half(Tensor x) => x[.., ..4]; }")]
    [InlineData("public static class Tools { [return: Shape(\"B 5\")] public static Tensor Half([Shape(\"B 8\")] Tensor x) { "
        + "var y = x[.., ..4]; return {|GEN1005:y.relu()|}; } }")]
    [InlineData("public static class Tools { [Shape(\"B 8 -> B 8\")] public static Tensor Fails(Tensor x) => {|GEN1003:x + zeros(7)|}; }")]
    [InlineData("public static class Blocks { extension(Tensor x) { [Shape(\"B 8 -> B 5\")] public Tensor Half() => "
        + "{|GEN1005:x[.., ..4]|}; } }")]
    [InlineData("public static class Blocks { extension(Tensor x) { [Shape(\"B 8, B 4 -> B 8\")] public Tensor Add(Tensor y) => "
        + "{|GEN1003:x + y|}; } }")]
    [InlineData("public static class Blocks { extension(Tensor x) { [Shape(\"B 8, B 4 -> B 12\")] public Tensor With(Tensor y) => "
        + "cat([x, y], 1); [Shape(\"B 8 -> B 8\")] public static Tensor Twice(Tensor z) => z * 2; } }")]
    [InlineData("public static class Blocks { extension([Shape(\"B 8\")] Tensor x) { public Tensor Add(Tensor y) => "
        + "{|GEN1003:x + zeros(7)|} + y; public static Tensor Two(Tensor y) => y * 2; } }")]
    [InlineData("public readonly record struct Cut(int N) { [Shape(\"B 8 -> B 4\")] public Tensor Of(Tensor x) => "
        + "{|GEN1005:x[.., ..3]|}; }")]
    [InlineData("public abstract class Basis { [Shape(\"B 8 -> B 4\")] public abstract Tensor Encode(Tensor x); "
        + "[Shape(\"B 8 -> B 4\")] public virtual Tensor Other(Tensor x) => {|GEN1005:x|}; }")]
    [InlineData("public sealed class Hand : Module<Tensor, Tensor> { private readonly Linear fc = Linear(8, 4); "
        + "public Hand() : base(\"Hand\") { RegisterComponents(); } "
        + "[Shape(\"B 8 -> B 5\")] public override Tensor forward(Tensor x) => {|GEN1005:fc.call(x)|}; "
        + "[Shape(\"B 8 -> B 5\")] public Tensor Encode(Tensor x) => {|GEN1005:fc.call(x)|}; "
        + "[Shape(\"B 9 -> B 4\")] public Tensor Other(Tensor x) => {|GEN1001:fc.call(x)|}; }")]
    [InlineData("public static class Tools { [Shape({|GEN0004:\"[B, 8] -> [B, 4]\"|})] public static Tensor Half(Tensor x) => "
        + "x[.., ..4]; }")]
    [InlineData("public static class Tools { [Shape({|GEN0004:\"B 8, B 4 -> B 4\"|})] public static Tensor Half(Tensor x) => "
        + "x[.., ..4]; }")]
    [InlineData("public sealed partial class Net { [Layer(8, 8)] private readonly Linear fc; "
        + "private Tensor Forward(Tensor x) => Twice(fc.call(x)) + Still(x); "
        + "[Shape(\"B 8 -> B 9\")] private Tensor Twice(Tensor x) => {|GEN1005:x * 2|}; "
        + "[Shape(\"B 8 -> B 9\")] private static Tensor Still(Tensor x) => {|GEN1005:x.relu()|}; }")]
    public void It_gives_what_it_declares(string source) =>
        Markup.Verify(source, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal) || d.Id == "GEN0004");
}
