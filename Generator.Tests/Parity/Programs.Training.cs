namespace Gen.Tests.Parity;

internal static partial class Programs
{
    internal const string Steps = """
        double Steps(Parameter p, optim.Optimizer o, int n, float grad = 1)
        {
            for (var i = 0; i < n; i++) { p.grad = full(1, grad); o.step(); }
            return p.ToDouble();
        }
        var p = Parameter(ones(1));

        """;

    internal const string Rates = """
        List<double> Rates(optim.Optimizer o, optim.lr_scheduler.LRScheduler s, int n)
        {
            var rates = new List<double>();
            for (var i = 0; i < n; i++) { o.step(); s.step(); rates.Add(o.ParamGroups.Last().LearningRate); }
            return rates;
        }
        var p = Parameter(ones(1)); var q = Parameter(ones(1));

        """;

    private static ParityProgram[] Training =>
    [
        new("optim.RAdam",
            Steps + "var o = {|GEN4010:optim.RAdam([p], 0.01)|}; var five = Steps(p, o, 5); return five - Steps(p, o, 1) < 0.00001;",
            Steps + "var o = optim.NAdam([p], 0.01); var five = Steps(p, o, 5); return five - Steps(p, o, 1) < 0.00001;"),
        new("optim.Adam with a small fourth number",
            Steps + "var o = {|GEN4005:optim.Adam([p], 0.1, 0.9, 1e-8)|}; Steps(p, o, 1); return Steps(p, o, 1, 0.1f) < 0.5;",
            Steps + "var o = optim.Adam([p], 0.1, 0.9, eps: 1e-8); Steps(p, o, 1); return Steps(p, o, 1, 0.1f) < 0.5;"),
        new("RMSProp.ParamGroup with a third number",
            Steps + "var o = optim.RMSProp([{|GEN4005:new RMSProp.ParamGroup([p], 0.01, 0.99, 1e-8)|}]); return Steps(p, o, 1) > 0.95;",
            Steps + "var o = optim.RMSProp([new RMSProp.ParamGroup([p], 0.01, alpha: 0.99, eps: 1e-8)]); return Steps(p, o, 1) > 0.95;"),
        new("lr_scheduler.CyclicLR",
            Rates
                + "var o = optim.SGD([p], 0.1, momentum: 0.9); var s = {|GEN4010:optim.lr_scheduler.CyclicLR(o, 0.1, 1, 2)|}; Rates(o, "
                + "s, 2); return Momentum(o) > 0.99;" + Momentum,
            Rates
                + "var o = optim.SGD([p], 0.1, momentum: 0.9); var s = optim.lr_scheduler.CyclicLR(o, 0.1, 1, 2, cycle_momentum: false); "
                + "Rates(o, s, 2); return Momentum(o) > 0.99;" + Momentum),
        new("lr_scheduler.CyclicLR with ExpRange",
            Rates + """
            var o = optim.SGD([p], 0.1);
            var s = {|GEN4010:optim.lr_scheduler.CyclicLR(o, 0.0, 1, 2, mode: optim.lr_scheduler.impl.CyclicLR.Mode.ExpRange,
                gamma: 0.5, cycle_momentum: false)|};
            return Rates(o, s, 2)[0] == 0.25;
            """,
            Rates + """
            var o = optim.SGD([p], 0.1);
            var s = optim.lr_scheduler.CyclicLR(o, 0.0, 1, 2, gamma: 0.5, scale_fn: i => Math.Pow(0.5, i),
                scale_mode: optim.lr_scheduler.impl.CyclicLR.ScaleMode.Iterations, cycle_momentum: false);
            return Rates(o, s, 2)[1] == 0.5;
            """),
        new("create_graph without retain_graph",
            """
            bool Fails(Func<Tensor, Tensor, Tensor> gradient)
            {
                var x = rand([2, 4], requires_grad: true);
                var y = Sequential(Linear(4, 8), Tanh(), Linear(8, 1)).call(x).sum();
                try { gradient(y, x).square().sum().backward(); return false; }
                catch (System.Runtime.InteropServices.ExternalException) { return true; }
            }

            return Fails((y, x) => {|GEN4010:autograd.grad([y], [x], create_graph: true)|}[0])
                && Fails((y, x) => { {|GEN4010:y.backward(create_graph: true)|}; return x.grad!; });
            """,
            """
            bool Fails(Func<Tensor, Tensor, Tensor> gradient)
            {
                var x = rand([2, 4], requires_grad: true);
                var y = Sequential(Linear(4, 8), Tanh(), Linear(8, 1)).call(x).sum();
                try { gradient(y, x).square().sum().backward(); return false; }
                catch (System.Runtime.InteropServices.ExternalException) { return true; }
            }

            return Fails((y, x) => autograd.grad([y], [x], create_graph: true, retain_graph: true)[0])
                || Fails((y, x) => { y.backward(create_graph: true, retain_graph: true); return x.grad!; });
            """),
        new("lr_scheduler.OneCycleLR with several groups",
            Rates
                + "var o = optim.SGD([new SGD.ParamGroup([p], 0.1), new SGD.ParamGroup([q], 0.1)], 0.1); var s = "
                + "{|GEN4010:optim.lr_scheduler.OneCycleLR(o, 0.5, total_steps: 10, cycle_momentum: false)|}; return Rates(o, s, 9)[8] > "
                + "0.1;",
            Rates
                + "var o = optim.SGD([new SGD.ParamGroup([p, q], 0.1)], 0.1); var s = optim.lr_scheduler.OneCycleLR(o, 0.5, total_steps: "
                + "10, cycle_momentum: false); return Rates(o, s, 9)[8] > 0.1;"),
        new("LambdaLR or SequentialLR after LearningRate = x",
            Rates
                + "var o = optim.SGD([p], 0.1); foreach (var g in o.ParamGroups) { g.LearningRate = 0.5; } return Rates(o, "
                + "{|GEN4010:optim.lr_scheduler.LambdaLR(o, e => 0.5)|}, 1)[0] < 0.1 && Rates(o, "
                + "{|GEN4010:optim.lr_scheduler.SequentialLR(o, [optim.lr_scheduler.ConstantLR(o, 0.5, 2), "
                + "optim.lr_scheduler.ExponentialLR(o, 0.9)], [2])|}, 1)[0] < 0.1;",
            Rates
                + "var o = optim.SGD([p], 0.5); var s = optim.lr_scheduler.LambdaLR(o, e => 0.5); foreach (var g in o.ParamGroups) { "
                + "g.LearningRate = 0.4; } return Rates(o, s, 1)[0] < 0.1;"),
        new("lr_scheduler.MultiStepLR with a milestone twice",
            Rates
                + "var o = optim.SGD([p], 1); var s = {|GEN4010:optim.lr_scheduler.MultiStepLR(o, [3, 3, 6])|}; return Rates(o, s, 4)[3] "
                + "> 0.05;",
            Rates + "var o = optim.SGD([p], 1); var s = optim.lr_scheduler.MultiStepLR(o, [2, 3, 6]); return Rates(o, s, 4)[3] > 0.05;"),
        new("optim.SGD with maximize and weight_decay",
            Steps + "return Steps(p, {|GEN4010:optim.SGD([p], 0.01, weight_decay: 0.1, maximize: true)|}, 1) > 1.0101;",
            Steps + "return Steps(p, optim.SGD([p], 0.01, weight_decay: 0.1), 1, -1) > 1.0101;"),
    ];

    private const string Momentum =
        " static double Momentum(optim.Optimizer o) => "
        + "((SGD.Options)((ParamGroup<SGD.Options>)o.ParamGroups.First()).Options).momentum!.Value;";

    private static ParityProgram[] Data =>
    [
        new("buffer += x in forward", Counting("{|GEN4010:seen += 1|}"), Counting("seen.add_(1)")),
        new("load_py before training", Loading("{|GEN4010:TorchSharp.PyBridge.PyBridgeModuleExtensions.load_py(fc, Files.Frozen())|};"),
            Loading("TorchSharp.PyBridge.PyBridgeModuleExtensions.load_py(fc, Files.Frozen()); foreach (var p in fc.parameters()) { "
                + "p.requires_grad = true; }")),
        new("a seeded DataLoader",
            Order
                + "var loader = {|GEN4010:torch.utils.data.DataLoader(torch.utils.data.TensorDataset(arange(40)), 40, true, seed: 3)|}; "
                + "return Order(loader) == Order(loader);",
            Order
                + "string Epoch(int e) { var loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(arange(40)), 40, true, "
                + "seed: 3 + e); return Order(loader); } return Epoch(0) == Epoch(1);"),
        new("a shuffled DataLoader beside manual_seed",
            Order
                + "string Run() { manual_seed(3); var loader = "
                + "{|GEN4010:torch.utils.data.DataLoader(torch.utils.data.TensorDataset(arange(40)), 40, true)|}; return Order(loader); "
                + "} return Run() != Run();",
            Order
                + "string Run() { manual_seed(3); var loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(arange(40)), "
                + "40, false); return Order(loader); } return Run() != Run();"),
    ];

    private static string Counting(string step) => $$"""
        var module = new Counter(); module.call(ones(1)); module.call(ones(1)); return module.state_dict()["seen"].ToSingle() == 0; }
        private sealed class Counter : Module<Tensor, Tensor>
        {
            private Tensor seen = zeros(1);
            public Counter() : base("counter") => RegisterComponents();
            public override Tensor forward(Tensor x) { {{step}}; return x + seen; }
        """;

    /// <summary>What is loaded from a file whose tensors say that they need no gradient, as those of a state_dict of PyTorch do, gets
    /// none.</summary>
    private static string Loading(string load) => $$"""
        var fc = Linear(1, 1); var head = Linear(1, 1); {{load}}
        var o = optim.SGD(fc.parameters().Concat(head.parameters()), 0.1); head.call(fc.call(ones(1, 1))).sum().backward(); o.step();
        return fc.weight!.grad is null; } }
        public static class Files
        {
            public static string Frozen()
            {
                var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Guid.NewGuid():n}.pt");
                var saved = Linear(1, 1);
                foreach (var p in saved.parameters()) { p.requires_grad = false; }
                TorchSharp.PyBridge.PyBridgeModuleExtensions.save_py(saved, path);
                return path;
        """;

    private const string Order =
        "static string Order(IterableDataLoader loader) => string.Join(\" \", loader.SelectMany(b => b[0].data<long>().ToArray()));\n";

    private static ParityProgram[] Defaults =>
    [
        new("optim.AdamW without weight_decay",
            Steps + "return Steps(p, {|GEN4011:optim.AdamW([p], 0.01)|}, 1, 0) == 1;",
            Steps + "return Steps(p, optim.AdamW([p], 0.01, weight_decay: 0.01), 1, 0) == 1;"),
        new("optim.RAdam without lr",
            Steps + "return Steps(p, {|GEN4010:{|GEN4011:optim.RAdam([p])|}|}, 1) < 0.9985;",
            Steps + "return Steps(p, optim.NAdam([p], lr: 0.001), 1) < 0.9985;"),
        new("optim.ASGD without lr",
            Steps + "return Steps(p, {|GEN4011:optim.ASGD([p])|}, 1) > 0.995;",
            Steps + "return Steps(p, optim.ASGD([p], lr: 0.01), 1) > 0.995;"),
        new("optim.LBFGS without lr",
            "var p = Parameter(ones(1)); var o = {|GEN4011:optim.LBFGS([p])|}; for (var i = 0; i < 3; i++) { o.step(() => { "
            + "o.zero_grad(); var l = (p * p).sum(); l.backward(); return l; }); } return p.ToDouble() > 0.1;",
            "var p = Parameter(ones(1)); var o = optim.LBFGS([p], lr: 1); for (var i = 0; i < 3; i++) { o.step(() => { o.zero_grad(); "
            + "var l = (p * p).sum(); l.backward(); return l; }); } return p.ToDouble() > 0.1;"),
        new("lr_scheduler.ExponentialLR without gamma",
            Rates + "var o = optim.SGD([p], 1); return Rates(o, {|GEN4011:optim.lr_scheduler.ExponentialLR(o)|}, 1)[0] < 0.5;",
            Rates + "var o = optim.SGD([p], 1); return Rates(o, optim.lr_scheduler.ExponentialLR(o, gamma: 0.95), 1)[0] < 0.5;"),
        new("hinge_embedding_loss without margin",
            "return {|GEN4011:functional.hinge_embedding_loss(full(1, 0.5f), -ones(1))|}.ToSingle() == 0;",
            "return functional.hinge_embedding_loss(full(1, 0.5f), -ones(1), margin: 1).ToSingle() == 0;"),
        new("GaussianNLLLoss without eps",
            "return {|GEN4010:{|GEN4011:GaussianNLLLoss()|}|}.call(zeros(1), ones(1), zeros(1)).ToSingle() > 1e6;",
            "var v = zeros(1).clamp(1e-6); return (((zeros(1) - ones(1)).square() / v + v.log()) / 2).mean().ToSingle() > 1e6;"),
        new("upsample_bilinear without align_corners",
            "return {|GEN4011:functional.upsample_bilinear(tensor(new[] { 0f, 1f }).view(1, 1, 1, 2), [1, 4])|}[0, 0, 0, 1].ToSingle() "
            + "== 0.25f;",
            "return functional.upsample_bilinear(tensor(new[] { 0f, 1f }).view(1, 1, 1, 2), [1, 4], align_corners: true)[0, 0, 0, "
            + "1].ToSingle() == 0.25f;"),
        new("log_normal_ without mean and std",
            "return {|GEN4011:empty(1000).log_normal_()|}.log().mean().ToSingle() < 0.5;",
            "return empty(1000).log_normal_(mean: 1, std: 2).log().mean().ToSingle() < 0.5;"),
        new("KLDivLoss without log_target",
            "var q = full(4, 0.25f); return {|GEN4006:KLDivLoss()|}.call(q.log(), q).ToSingle() > 0.1;",
            "var q = full(4, 0.25f); return KLDivLoss(log_target: false).call(q.log(), q).ToSingle() > 0.1;"),
        new("ParamGroup with loose arguments",
            Steps + "return Steps(p, optim.SGD([{|GEN4011:new SGD.ParamGroup([p])|}], 0.1, momentum: 0.9, weight_decay: 0.1), 2) > 0.99;",
            Steps
                + "return Steps(p, optim.SGD([new SGD.ParamGroup([p], new SGD.Options())], 0.1, momentum: 0.9, weight_decay: 0.1), 2) > "
                + "0.99;"),
    ];
}
