namespace Gen.Diagnostics.Parity;

internal static partial class Differences
{
    private static Difference[] Training =>
    [
        new("optim.RAdam", In(Optimizers, "RAdam"), "applies the learning rate twice from the sixth step on: training almost stops")
        {
            When = Condition.IsNot("lr", 1),
            Instead = "Use 'optim.NAdam' or 'optim.AdamW'.",
        },
        new("optim.Adam with a small fourth number", In(Optimizers, "Adam", "AdamW", "Adamax", "NAdam", "RAdam"),
            "takes its fourth argument for beta2; in PyTorch the two betas are one argument and eps is next")
        {
            Rule = Diagnostics.Descriptors.PositionalArgument,
            When = new("a constant `beta2` below 0.5", use => use.Number("beta2") is < 0.5
                && use.Written("beta2")?.Parent is Microsoft.CodeAnalysis.CSharp.Syntax.ArgumentSyntax { NameColon: null }),
            Instead = "Write 'eps: {beta2}', or 'beta2: {beta2}' if that is meant.",
        },
        new("RMSProp.ParamGroup with a third number", In(Modules + "RMSProp+ParamGroup", ".ctor"),
            "takes eps before alpha; optim.RMSProp and PyTorch take alpha first")
        {
            Rule = Diagnostics.Descriptors.PositionalArgument,
            When = new("an `eps` by position", use =>
                use.Written("eps")?.Parent is Microsoft.CodeAnalysis.CSharp.Syntax.ArgumentSyntax { NameColon: null }),
            Instead = "Write 'alpha: {eps}', or 'eps: {eps}' if that is meant.",
        },
        new("lr_scheduler.CyclicLR", In(Schedulers, "CyclicLR"),
            "raises the momentum to max_momentum + height, 1.0 by default, at the peak of the rate")
        {
            When = Condition.IsNot("cycle_momentum", false),
            Adds = "cycle_momentum: false",
        },
        new("lr_scheduler.CyclicLR with ExpRange", In(Schedulers, "CyclicLR"), "decays by gamma once for each cycle, not for each step")
        {
            When = Condition.Missing("scale_fn").And(new("`mode: ExpRange`",
                use => use.Written("mode")?.ToString().EndsWith("ExpRange", StringComparison.Ordinal) == true)),
            Instead = "Write 'scale_fn: i => Math.Pow(gamma, i)' with 'scale_mode: ScaleMode.Iterations'.",
        },
        new("lr_scheduler.OneCycleLR with several groups", In(Schedulers, "OneCycleLR"), "anneals only the first of several groups")
        {
            When = new("an optimizer of several groups", use => Surroundings.Groups(use, "optimizer") > 1),
            Instead = "Use 'LambdaLR', or one optimizer and one scheduler for each group.",
        },
        new("LambdaLR or SequentialLR after LearningRate = x", In(Schedulers, "LambdaLR", "SequentialLR"),
            "goes on from the rate that the optimizer was made with, not the one assigned to LearningRate")
        {
            When = new("after an assignment to `LearningRate`", use => Surroundings.SetsRateBefore(use, "optimizer")),
            Instead = "Make the optimizer with that rate.",
        },
        new("lr_scheduler.MultiStepLR with a milestone twice", In(Schedulers, "MultiStepLR"),
            "applies gamma once at a milestone that is given twice")
        {
            When = new("a milestone twice", use => Surroundings.HasTwice(use, "milestones")),
            Instead = "Write other milestones, or 'LambdaLR'.",
        },
        new("optim.SGD with maximize and weight_decay", In(Optimizers, "SGD"), "also flips the sign of the decay: the weights grow")
        {
            When = Condition.True("maximize").And(Condition.IsNot("weight_decay", 0)),
            Instead = "Minimize the negative instead.",
        },
        new("create_graph without retain_graph", Of((Torch + "+autograd", "grad"), (Tensor, "backward")),
            "frees the graph that it has gone through, also with create_graph: backward through the gradient fails where it needs it")
        {
            When = Condition.True("create_graph").And(Condition.Missing("retain_graph")),
            Adds = "retain_graph: true",
        },
    ];

    /// <summary>Seen by the shape of the assignment, not by a member that is called.</summary>
    public static readonly Difference ReboundBuffer =
        new("buffer += x in forward", [], "puts a new tensor into the field, and the registered buffer stays as it was")
    {
        When = new("a registered field of a module, in its `forward`", _ => false),
        Instead = "Write 'buffer.add_(x)'.",
    };

    private static Difference[] Data =>
    [
        ReboundBuffer,
        new("load_py before training", In("TorchSharp.PyBridge.PyBridgeModuleExtensions", "load_py"),
            "takes requires_grad from the file, in which a state_dict of PyTorch has it off: what is loaded is not trained")
        {
            Library = "TorchSharp.PyBridge 1.4",
            Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info,
            When = new("of a module that an optimizer trains, without `requires_grad`", Surroundings.IsTrained),
            Instead = "Set 'requires_grad = true' on its parameters after that, or load '.safetensors'.",
        },
        new("a seeded DataLoader", Of((Loading, "DataLoader"), (Modules + "DataLoader", ".ctor"), (Modules + "DataLoader`2", ".ctor"),
            (Modules + "IterableDataLoader", ".ctor")),
            "gives the same order in every epoch")
        {
            When = Condition.True("shuffle").And(new("a constant `seed`",
                use => use.Constant("seed") is { HasValue: true, Value: not null })),
            Instead = "Make a loader for each epoch, with 'seed: {seed} + epoch'.",
        },
        new("a shuffled DataLoader beside manual_seed",
            Of((Loading, "DataLoader"), (Modules + "DataLoader", ".ctor"), (Modules + "DataLoader`2", ".ctor"),
                (Modules + "IterableDataLoader", ".ctor")),
            "does not take its order from manual_seed: two runs differ")
        {
            Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info,
            When = Condition.True("shuffle").And(Condition.Missing("seed")).And(new("beside `manual_seed`", Surroundings.CallsManualSeed)),
            Instead = "Make a loader for each epoch, with a 'seed' of its own.",
        },
    ];
}
