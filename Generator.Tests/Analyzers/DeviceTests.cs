using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>GEN1013 and GEN4012: what is certain of devices is reported, and nothing else. No call runs here, so that CUDA can be
/// named.</summary>
public sealed class DeviceTests
{
    private const string Net = """
        [Shape("B 4 -> B 2")] public sealed partial class Net
        {
            [Layer(4, 8)] private readonly Linear fc;
            [Layer] private readonly ReLU relu;
            [Layer(8, 2)] private readonly Linear head;
        }

        """;

    private static bool IsOfDevices(Diagnostic diagnostic) => diagnostic.Id is "GEN1013" or "GEN4012";

    [Theory]
    [InlineData("var net = new Net(); net.to(CUDA); {|GEN1013:net.call(randn(3, 4))|};")]
    [InlineData("var net = new Net().cuda(); {|GEN1013:net.call(randn(3, 4))|};")]
    [InlineData("var net = new Net().to(\"cuda:1\"); {|GEN1013:net.call(randn(3, 4, device: torch.device(\"cuda:0\")))|};")]
    [InlineData("var net = new Net().to(DeviceType.CUDA, 0); {|GEN1013:net.call(randn(3, 4))|};")]
    [InlineData("var net = new Net(); {|GEN1013:net.call(randn(3, 4).cuda())|};")]
    [InlineData("var net = new Net().to(CUDA).to(CPU); {|GEN1013:net.call(randn(3, 4).cuda())|};")]
    [InlineData("var device = cuda.is_available() ? CUDA : CPU; var net = new Net().to(device); {|GEN1013:net.call(randn(3, 4))|};")]
    [InlineData("var device = torch.device(cuda.is_available() ? \"cuda\" : \"cpu\"); var net = new Net().to(device); "
        + "{|GEN1013:net.call(randn(3, 4))|};")]
    [InlineData("var fc = Linear(4, 2); fc.cuda(); {|GEN1013:fc.call(randn(3, 4))|};")]
    [InlineData("var all = Sequential(Linear(4, 2), ReLU()).to(CUDA); {|GEN1013:all.call(randn(3, 4))|};")]
    [InlineData("var x = randn(3).cuda(); {|GEN1013:cat([x, randn(3)])|};")]
    [InlineData("var x = randn(3, 3).cuda(); {|GEN1013:x.mm(randn(3, 3))|};")]
    [InlineData("var x = randn(3, 3).cuda(); {|GEN1013:functional.cross_entropy(x, zeros([3], dtype: int64))|};")]
    [InlineData("var loss = CrossEntropyLoss(); {|GEN1013:loss.call(randn(3, 3).cuda(), zeros([3], dtype: int64))|};")]
    [InlineData("var table = Embedding(9, 4).cuda(); {|GEN1013:table.call(arange(3))|};")]
    [InlineData("var net = new Net(); for (var i = 0; i < 9; i++) { net.cuda(); {|GEN1013:net.call(randn(3, 4))|}; }")]
    [InlineData("""
        var device = cuda.is_available() ? CUDA : CPU; var net = new Net().to(device);
        foreach (var batch in new DataLoader(data, 8)) { {|GEN1013:net.call(batch["x"])|}; }
        """)]
    [InlineData("""
        var device = cuda.is_available() ? CUDA : CPU; var net = new Net().to(device);
        foreach (var batch in new DataLoader(data, 8))
        {
            var y = net.call(batch["x"].to(device)); var loss = {|GEN1013:functional.cross_entropy(y, batch["y"])|};
        }
        """)]
    public void What_is_certainly_apart_is_reported(string body) => Markup.Verify(Program(body), IsOfDevices);

    [Theory]
    [InlineData("var net = new Net(); net.call(randn(3, 4));")]
    [InlineData("var net = new Net(); net.to(CUDA); net.call(randn(3, 4).cuda());")]
    [InlineData("var net = new Net().to(\"cuda\"); net.call(randn(3, 4, device: torch.device(\"cuda:0\")));")]
    [InlineData("var device = cuda.is_available() ? CUDA : CPU; var net = new Net().to(device); net.call(randn(3, 4).to(device));")]
    [InlineData("var x = randn(3).cuda(); var y = x * tensor(2f) + x.sum().cpu();")]
    [InlineData("var x = randn(3, 3).cuda(); var y = x[arange(2)];")]
    [InlineData("var x = randn(3, 3).cuda(); var y = x.cpu() + randn(3, 3);")]
    [InlineData("var x = randn(3, 3).cuda(); var y = randn(9).view_as(x) + randn(9).type_as(x).view(3, 3);")]
    [InlineData("var net = new Net(); if (cuda.is_available()) net.cuda(); net.call(randn(3, 4));")]
    [InlineData("""
        var device = cuda.is_available() ? CUDA : CPU; var net = new Net().to(device); var x = randn(3, 4);
        if (device.type == DeviceType.CUDA) x = x.cuda();
        net.call(x);
        """)]
    [InlineData("var x = randn(4).cuda(); var y = x + ones([4], device: x.device_type == DeviceType.CUDA ? CUDA : CPU);")]
    [InlineData("var net = new Net(); var alias = net; alias.cuda(); net.call(randn(3, 4).cuda());")]
    [InlineData("var net = new Net(); Move(ref net); net.call(randn(3, 4).cuda());")]
    [InlineData("var all = new[] { new Net(), new Net() }; foreach (var one in all) one.cuda(); all[0].call(randn(3, 4).cuda());")]
    [InlineData("var net = new Net(); try { net.cuda(); } catch { net.cpu(); } net.call(randn(3, 4));")]
    [InlineData("var net = new Net(); net.apply(m => m.cuda()); net.call(randn(3, 4).cuda());")]
    [InlineData("Tensor s = 0; for (var i = 0; i < n; i++) s = s + randn(3).cuda(); var t = s + 1;")]
    [InlineData("var net = new Net(); Prepare(net); net.call(randn(3, 4).cuda());")]
    [InlineData("var net = new Net(); Run(() => net.cuda()); net.call(randn(3, 4).cuda());")]
    [InlineData("var net = new Net(); for (var i = 0; i < n; i++) { if (i == 3) net.cuda(); } net.call(randn(3, 4).cuda());")]
    [InlineData("var net = Make(); net.call(randn(3, 4).cuda()); new Elsewhere(CUDA).call(randn(3, 4).cuda());")]
    [InlineData("set_default_device(CUDA); new Net().cuda().call(randn(3, 4));")]
    [InlineData("foreach (var batch in new DataLoader(data, 8, device: CUDA)) { new Net().cuda().call(batch[\"x\"]); }")]
    public void What_may_be_together_is_not(string body) => Markup.Verify(Program(body), IsOfDevices);

    private static string Program(string body) => Net + $$"""
        public sealed partial class Elsewhere
        {
            public Elsewhere(Device device) { fc = Linear(4, 2); this.to(device); }
            [Layer] private readonly Linear fc;
        }
        public static class Program
        {
            public static void Run(torch.utils.data.Dataset data, int n) { {{body}} }
            private static void Prepare(Net net) => net.cuda();
            private static void Move(ref Net net) => net = net.cuda();
            private static Net Make() => new Net().cuda();
            private static void Run(Action action) => action();
        }
        """;

    [Theory]
    [InlineData("x + {|GEN4012:ones(4)|}")]
    [InlineData("fc.call(x + {|GEN4012:zeros(x.shape[0], 4)|} * 2)")]
    [InlineData("x * ({|GEN4012:arange(4)|} + 1).unsqueeze(0)")]
    [InlineData("where(x > 0, x, {|GEN4012:full([4], 2f)|})")]
    [InlineData("cat([x, {|GEN4012:zeros(1, 4)|}])")]
    [InlineData("x.mm({|GEN4012:tensor(new float[,] { { 1, 2 }, { 1, 2 }, { 1, 2 }, { 1, 2 } })|})")]
    [InlineData("Positions(x)")]
    [InlineData("fc.call({|GEN4012:rand(3, 4)|})")]
    public void A_tensor_that_stays_behind_is_reported_where_it_is_made(string result) => Markup.Verify(Made(result), IsOfDevices);

    [Theory]
    [InlineData("x + ones([4], device: x.device) + zeros_like(x) + x.new_ones(4)")]
    [InlineData("x * tensor(2f)")]
    [InlineData("x[arange(2)]")]
    [InlineData("x + arange(4).to(x.device)")]
    [InlineData("x.add(ones(4).to(fc.weight!.device))")]
    [InlineData("zeros(3)")]
    public void What_goes_with_the_module_is_not(string result) =>
        Markup.Verify(Made(result).Replace("{|GEN4012:arange(4)|}", "arange(4)", StringComparison.Ordinal)
            .Replace("Positions(Tensor x) => x + arange(4)", "Positions(Tensor x) => x", StringComparison.Ordinal), IsOfDevices);

    private static string Made(string result) => $$"""
        public sealed partial class Net
        {
            [Layer(4, 4)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => {{result}};
            private Tensor Positions(Tensor x) => x + {{(result == "Positions(x)" ? "{|GEN4012:arange(4)|}" : "1")}};
        }
        """;

    [Theory]
    [InlineData("private readonly Tensor {|GEN4012:mask|} = ones(4);", "")]
    [InlineData("private readonly Tensor {|GEN4012:mask|};", "public Net() { mask = ones(4); }")]
    [InlineData("private Tensor {|GEN4012:mask|} { get; } = ones(4);", "")]
    [InlineData("[Buffer] private readonly Tensor mask = ones(4);", "")]
    [InlineData("[Parameter] private readonly Parameter mask = new(ones(4));", "")]
    [InlineData("private Tensor mask = ones(4);", "public void Set(Tensor other) { mask = other; }")]
    public void A_field_that_is_no_buffer_stays_behind(string field, string member) => Markup.Verify($$"""
        public sealed partial class Net
        {
            [Layer(4, 4)] private readonly Linear fc;
            {{field}}
            {{member}}
            private Tensor Forward(Tensor x) => fc.call(x) * mask;
        }
        """, IsOfDevices);

    [Fact]
    public void One_that_the_constructor_registers_does_not()
    {
        var (_, output) = Compilations.Generate("""
            public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private readonly Tensor mask = ones(4);
                public Net() { register_buffer("mask", mask); }
                private Tensor Forward(Tensor x) => fc.call(x) * mask;
            }
            """);
        Assert.DoesNotContain(Compilations.Diagnose(output), IsOfDevices);
    }

    [Theory]
    [InlineData("", DiagnosticSeverity.Info)]
    [InlineData("net.to(CUDA);", DiagnosticSeverity.Warning)]
    [InlineData("net.to(ScalarType.Float64);", DiagnosticSeverity.Info)]
    [InlineData("randn(3).cuda();", DiagnosticSeverity.Info)]
    public void It_is_a_note_where_no_module_is_moved(string move, DiagnosticSeverity severity)
    {
        var (_, output) = Compilations.Generate($$"""
            public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private readonly Tensor mask = ones(4);
                private Tensor Forward(Tensor x) => fc.call(x + ones(4)) * mask;
            }
            public static class Program { public static void Main() { var net = new Net(); {{move}} } }
            """);
        Assert.Equal([severity, severity], Compilations.Diagnose(output).Where(d => d.Id == "GEN4012").Select(d => d.Severity));
    }
}
