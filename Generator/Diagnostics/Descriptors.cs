using System.Collections.Immutable;
using Gen.Model;
using Microsoft.CodeAnalysis;

namespace Gen.Diagnostics;

/// <summary>Every diagnostic: id, title, severity. The words of a message are in <see cref="Messages"/>.</summary>
internal static class Descriptors
{
    private const string Declaration = "Gen.Declaration";
    private const string Shapes = "Gen.Shapes";
    private const string Types = "Gen.Types";
    private const string Coverage = "Gen.Coverage";
    private const string Expectations = "Gen.Expectations";
    private const string Traps = "Gen.Traps";
    private const string Advice = "Gen.Advice";
    private const string Exports = "Gen.Exports";

    public static readonly DiagnosticDescriptor NotPartial = Error("GEN0001", "A class with layers must be partial", Declaration);
    public static readonly DiagnosticDescriptor NoModule = Error("GEN0002", "A layer's type must be a torch.nn module", Declaration);
    public static readonly DiagnosticDescriptor ArgumentsDoNotFit =
        Error("GEN0003", "The attribute's arguments must fit the layer's factory", Declaration);
    public static readonly DiagnosticDescriptor ShapeMalformed =
        Error("GEN0004", "A shape must be well-formed and fit the module", Declaration);
    public static readonly DiagnosticDescriptor NoChain = Error("GEN0005", "No chain can be generated", Declaration);
    public static readonly DiagnosticDescriptor NoSuchLayer = Error("GEN0006", "A chain names layers of its class", Declaration);
    public static readonly DiagnosticDescriptor NotAnInstanceField = Error("GEN0007", "A layer must be an instance field", Declaration);
    public static readonly DiagnosticDescriptor NameTaken = Error("GEN0008", "A layer's name and key must be its own", Declaration);
    public static readonly DiagnosticDescriptor NotRecomputed = Error("GEN0009", "[Recompute] must have an effect", Declaration);

    public static readonly DiagnosticDescriptor Features =
        Error("GEN1001", "A layer gets other features or channels than it needs", Shapes);
    public static readonly DiagnosticDescriptor Rank = Error("GEN1002", "A layer gets another rank than it needs", Shapes);
    public static readonly DiagnosticDescriptor Operands = Error("GEN1003", "The operands of an operation do not fit", Shapes);
    public static readonly DiagnosticDescriptor Elements = Error("GEN1004", "A view has another number of elements", Shapes);
    public static readonly DiagnosticDescriptor Result = Error("GEN1005", "The result is not the declared shape", Shapes);
    public static readonly DiagnosticDescriptor Contradiction = Error("GEN1006", "A layer's arguments contradict each other", Shapes);
    public static readonly DiagnosticDescriptor TooSmall = Error("GEN1007", "A spatial size becomes smaller than 1", Shapes);
    public static readonly DiagnosticDescriptor NestedInput =
        Error("GEN1008", "A module or a method is given another shape than it declares", Shapes);
    public static readonly DiagnosticDescriptor Loss =
        Error("GEN1009", "A loss is given a prediction and a target that do not fit", Shapes);
    public static readonly DiagnosticDescriptor NotInferable = Error("GEN1010", "A size cannot be inferred", Shapes);
    public static readonly DiagnosticDescriptor Comment =
        Descriptor("GEN1011", "A comment says another shape than the tensor has", Shapes, DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor Type =
        Error("GEN1012", "An operation or a layer gets an element type that it does not take", Types);

    public static readonly DiagnosticDescriptor DevicesApart = Error("GEN1013", "Tensors on different devices meet", Types);

    public static readonly DiagnosticDescriptor NotProved = Info("GEN2001", "A condition is checked at run time", Coverage);
    public static readonly DiagnosticDescriptor Unknown = Info("GEN2002", "The shape is unknown from here on", Coverage);
    public static readonly DiagnosticDescriptor NothingChecked = Info("GEN2003", "Nothing in this module could be checked", Coverage);
    public static readonly DiagnosticDescriptor Stopped = Info("GEN2005", "The body is too large to follow", Coverage);
    public static readonly DiagnosticDescriptor CommentUnchecked = Info("GEN2006", "A shape comment is not checked", Coverage);
    public static readonly DiagnosticDescriptor NotCounted = Info("GEN2004", "Parameters or multiply-adds cannot be counted", Coverage);

    public static readonly DiagnosticDescriptor Expectation =
        Error("GEN3001", "A computed number differs from the expected one", Expectations);
    public static readonly DiagnosticDescriptor Budget = Error("GEN3002", "A budget is exceeded", Expectations);
    public static readonly DiagnosticDescriptor Checkpoint = Error("GEN3003", "A file of weights does not fit the model", Expectations);

    public static readonly DiagnosticDescriptor NotRegistered = Warning("GEN4001", "A module in a field is not registered", Traps);
    public static readonly DiagnosticDescriptor PlainCollection =
        Warning("GEN4002", "Modules in a plain collection are not registered", Traps);
    public static readonly DiagnosticDescriptor AssignedLate = Warning("GEN4003", "A layer is assigned after registration", Traps);
    public static readonly DiagnosticDescriptor ForwardCalled = Warning("GEN4004", "A model is called by call, not by forward", Traps);
    public static readonly DiagnosticDescriptor PositionalArgument =
        Warning("GEN4005", "A positional argument means something else in PyTorch", Traps);
    public static readonly DiagnosticDescriptor LogTarget =
        Warning("GEN4006", "The target of a KL divergence is taken for logarithms", Traps);
    public static readonly DiagnosticDescriptor MovedAfterOptimizer =
        Warning("GEN4007", "A model is moved after its optimizer was made", Traps);
    public static readonly DiagnosticDescriptor StoredTensor =
        Warning("GEN4008", "A tensor that Forward computes is stored, and freed when forward returns", Traps);
    public static readonly DiagnosticDescriptor ZeroAsType = Error("GEN4009", "The literal 0 is a type, not a dimension", Traps);
    public static readonly DiagnosticDescriptor DoesSomethingElse =
        Warning("GEN4010", "Something of TorchSharp does not do what its name says", Traps);
    public static readonly DiagnosticDescriptor UnstatedDefault = Info("GEN4011", "A default that is not PyTorch's is not stated", Traps);
    public static readonly DiagnosticDescriptor LeftBehind =
        Warning("GEN4012", "A tensor stays behind when the module is moved to a device", Traps);
    public static readonly DiagnosticDescriptor Refuted =
        Warning("GEN4013", "The declared shape does not hold for nearly every call", Traps);

    public static readonly DiagnosticDescriptor DoubleSoftmax = Warning("GEN5001", "Softmax before a loss that applies it itself", Advice);
    public static readonly DiagnosticDescriptor DoubleSigmoid = Warning("GEN5002", "Sigmoid before a loss that applies it itself", Advice);
    public static readonly DiagnosticDescriptor LinearStack =
        Info("GEN5003", "Two linear layers with nothing between them are one", Advice);
    public static readonly DiagnosticDescriptor NotEvaluating =
        Warning("GEN5004", "Inference with a model that is in training mode", Advice);
    public static readonly DiagnosticDescriptor NoLogits = Warning("GEN5005", "A loss that takes logits gets something else", Advice);
    public static readonly DiagnosticDescriptor Silent = Warning("GEN5006", "A column with a row broadcasts to a matrix", Advice);

    public static readonly DiagnosticDescriptor BatchFirst =
        Warning("GEN5007", "Batch-first data in a layer that takes the sequence first", Advice);
    public static readonly DiagnosticDescriptor Unused = Warning("GEN5008", "A layer that nothing calls", Advice);
    public static readonly DiagnosticDescriptor GradientsAddUp = Warning("GEN5009", "Gradients are never set to zero", Advice);
    public static readonly DiagnosticDescriptor GraphsAddUp = Warning("GEN5010", "Losses are added up with their graphs", Advice);
    public static readonly DiagnosticDescriptor OtherOptimizer = Warning("GEN5011", "An optimizer of another model", Advice);
    public static readonly DiagnosticDescriptor NoForm = Error("GEN6001", "What is exported has no equal form in a target", Exports);

    /// <summary>Those that a walk finds.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> All = ImmutableArray.Create(
        NotPartial, NoModule, ArgumentsDoNotFit, ShapeMalformed, NoChain, NoSuchLayer, NotAnInstanceField, NameTaken, NotRecomputed,
        Features, Rank, Operands, Elements, Result, Contradiction, TooSmall, NestedInput, Loss, NotInferable, Comment, Type, DevicesApart,
            LeftBehind,
        NotProved, Unknown, NothingChecked, NotCounted, Stopped, CommentUnchecked,
        Expectation, Budget, Checkpoint, Refuted, DoubleSoftmax, DoubleSigmoid, LinearStack, NoLogits, Silent, BatchFirst,
        DoesSomethingElse, NoForm);

    private static readonly ImmutableDictionary<string, DiagnosticDescriptor> ById = All.ToImmutableDictionary(d => d.Id);

    public static DiagnosticDescriptor Of(FindingKind kind) => ById[kind.Id()];

    private static DiagnosticDescriptor Error(string id, string title, string category) =>
        Descriptor(id, title, category, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string category) =>
        Descriptor(id, title, category, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Info(string id, string title, string category) =>
        Descriptor(id, title, category, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Descriptor(string id, string title, string category, DiagnosticSeverity severity) => new(
        id, title, "{0}", category, severity, isEnabledByDefault: true,
        helpLinkUri: $"https://github.com/gen-dotnet/gen/blob/main/docs/diagnostics/{id}.md");
}
