namespace Gen.Symbols;

/// <summary>The names that generated code uses of TorchSharp and of the runtime.</summary>
internal static class Names
{
    public const string Tensor = "global::TorchSharp.torch.Tensor";
    public const string Parameter = "global::TorchSharp.Modules.Parameter";
    public const string ScalarType = "global::TorchSharp.torch.ScalarType";
    public const string Device = "global::TorchSharp.torch.Device";
    public const string Module = "global::TorchSharp.torch.nn.Module";
    public const string GeneratedModule = "global::Gen.GeneratedModule";
    public const string ModuleSummary = "global::Gen.ModuleSummary";
    public const string SummaryBuilder = "global::Gen.CompilerServices.SummaryBuilder";
    public const string SummaryFreeing = "global::Gen.CompilerServices.SummaryFreeing";
    public const string SummaryComposite = "global::Gen.CompilerServices.SummaryComposite";
    public const string SummarySaved = "global::Gen.CompilerServices.SummarySaved";
    public const string LayerRole = "global::Gen.CompilerServices.LayerRole";
    public const string Size = "global::Gen.CompilerServices.Size";
    public const string Registration = "global::Gen.CompilerServices.Registration";
    public const string Movement = "global::Gen.CompilerServices.Movement";
    public const string ModuleState = "global::Gen.CompilerServices.ModuleState";
    public const string ModuleLoading = "global::Gen.CompilerServices.ModuleLoading";
    public const string ModuleSaving = "global::Gen.CompilerServices.ModuleSaving";
    public const string ModuleTree = "global::Gen.CompilerServices.ModuleTree";
    public const string ChainFlow = "global::Gen.CompilerServices.ChainFlow";
    public const string Hooks = "global::Gen.CompilerServices.Hooks";
    public const string ForwardScope = "global::Gen.CompilerServices.ForwardScope";
    public const string Recomputation = "global::Gen.CompilerServices.Recomputation";
    public const string ShapeGuard = "global::Gen.CompilerServices.ShapeGuard";
    public const string ModuleContract = "global::Gen.CompilerServices.ModuleContract";
    public const string Exportable = "global::Gen.CompilerServices.IExportable";
    public const string ExportGraph = "global::Gen.CompilerServices.ExportGraph";
    public const string ExportOperand = "global::Gen.CompilerServices.ExportOperand";
    public const string ExportArgument = "global::Gen.CompilerServices.ExportArgument";
    public const string ExportOperator = "global::Gen.CompilerServices.ExportOperator";
    public const string Registered = "__registered";
    public const string GeneratedCode = "[global::System.CodeDom.Compiler.GeneratedCode(\"Gen\", \"0.1.0\")]";
    public const string Hidden =
        "[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]";
}
