using Gen.Evaluation;
using Gen.Model;

namespace Gen.Diagnostics;

/// <summary>The words of every finding: one line that stands alone in an error list and ends with the one edit.</summary>
internal static class Messages
{
    public static string Of(Finding finding) => OwnNames.Spell(Words(finding));

    private static string Words(Finding finding)
    {
        var p = finding.Particulars;
        return finding.Kind switch
        {
            FindingKind.NotPartial =>
                $"'{p[0]}' {p[1]}, but is not partial: nothing can be generated for it. Write 'partial class {p[0]}'.",
            FindingKind.ContainingTypeNotPartial =>
                $"'{p[1]}', the type around '{p[0]}', is not partial: nothing can be generated in it. Write 'partial' before it.",
            FindingKind.FileLocal =>
                $"'{p[1]}' is local to its file, but what is generated for '{p[0]}' is in another file. Remove 'file' before 'class'.",
            FindingKind.StateTypeIsNoTensor =>
                $"'{p[0]}' is marked [{p[1]}], but its type {p[2]} is not a {p[3]}.{(p[4].Length > 0 ? " " + p[4] : "")}",
            FindingKind.LayerTypeIsNoModule => $"'{p[0]}' is marked [Layer], but its type {p[1]} is not a torch.nn module.",
            FindingKind.TooManyArguments => $"'{p[0]}' has {p[2]} arguments, but {p[1]} takes at most {p[3]}.",
            FindingKind.TooFewArguments => $"'{p[0]}': the argument '{p[2]}' of {p[1]} is missing.",
            FindingKind.ArgumentOfWrongType => $"'{p[0]}': {p[3]} does not fit '{p[2]}' of {p[1]}.",
            FindingKind.NoFactory => $"'{p[0]}': there is no factory and no constructor for {p[1]}; give the field an initializer.",
            FindingKind.HoleInInitializer =>
                $"'{p[0]}': -1 cannot be used for '{p[1]}' in an initializer. Write the number, or write [Layer(-1, ...)] and remove the "
                + $"initializer.",
            FindingKind.NamedArgument => $"'{p[0]}': an argument of [Layer(...)] cannot be named. Write an initializer: {p[1]}.",
            FindingKind.NamedArgumentBesideHole =>
                $"'{p[0]}': an argument of [Layer(...)] cannot be named. Write all in the order of {p[1]}.",
            FindingKind.ShapeTextMalformed => $"shape \"{p[0]}\": {p[1]}",
            FindingKind.ShapeOnClassAndForward => $"'{p[0]}' has a [Shape] on the class and another on Forward; keep one.",
            FindingKind.ShapeResultCount => $"shape \"{p[0]}\" has {p[1]} results; {p[2]}.",
            FindingKind.ShapeInputCount => $"shape \"{p[0]}\" has {p[1]} inputs; {p[2]}.",
            FindingKind.ShapeNameIsNoInteger =>
                $"'{p[0]}' in the shape is a constructor parameter of type {p[1]}, not an integer; give the dimension another name.",
            FindingKind.NothingToChain => $"'{p[0]}' has no layers to chain; write a Forward method.",
            FindingKind.ChainElementWithSeveralInputs =>
                $"'{p[0]}' ({p[1]}) takes several inputs, but a chain passes on only one; write a Forward method.",
            FindingKind.ChainElementResult =>
                $"'{p[0]}' ({p[1]}) must take one tensor and return tensors to be in a chain; write a Forward method.",
            FindingKind.ForwardUnusable => $"forward cannot be generated from the Forward of '{p[0]}': {p[1]}.",
            FindingKind.ForwardNotOverride => $"the forward of '{p[0]}' does not override the one of torch.nn.Module. Write '{p[1]}'.",
            FindingKind.BaseDoesNotFit => $"forward cannot be generated for '{p[0]}': {p[1]}.",
            FindingKind.ChainNamesNoLayer => $"'{p[0]}' in [Chain] is not a layer of '{p[1]}'; its layers are {p[2]}.",
            FindingKind.LayerOnProperty => $"'{p[0]}' is a property; a layer must be an instance field.",
            FindingKind.LayerOnStatic => $"'{p[0]}' is {p[1]}; a layer must be an instance field, since each module has its own weights.",
            FindingKind.NameHidesModuleMember =>
                $"'{p[0]}' hides a member of torch.nn.Module. Rename the field; to keep its key, add [ComponentName(Name = \"{p[0]}\")].",
            FindingKind.KeyCollision when p[2].Length == 0 => $"'{p[0]}' has the key \"{p[1]}\"; a key cannot contain a dot.",
            FindingKind.KeyCollision => $"'{p[0]}' and '{p[2]}' have the same key \"{p[1]}\" in the state_dict.",
            FindingKind.RecomputeWithoutEffect => $"[Recompute] on '{p[0]}' has no effect: {p[1]}.",
            FindingKind.RecomputeNotFollowed => $"[Recompute] on '{p[0]}' has no effect here: {p[1]}.",
            FindingKind.FeatureMismatch =>
                $"'{p[0]}' ({p[1]}) needs {p[2]} features but gets {p[3]}.{Edit(finding, Change(p[4]))}",
            FindingKind.ChannelMismatch =>
                $"'{p[0]}' ({p[1]}) needs {p[2]} channels but {p[3]} {p[4]}.{Edit(finding, Change(p[5]))}",
            FindingKind.NormalisedChannelMismatch =>
                $"'{p[0]}' ({p[1]}) normalises {p[2]} channels but {p[3]} {p[4]}.{Edit(finding, Change(p[5]))}",
            FindingKind.OperandMismatch => $"'{p[0]}' ({p[1]}): {p[2]}: {p[3]} and {p[4]}.",
            FindingKind.ElementMismatch => $"'{p[0]}' ({p[1]}): {p[2]}: {p[3]}, not {p[4]}.",
            FindingKind.RankMismatch => $"'{p[0]}' ({p[1]}) needs {p[2]} but gets {p[3]}.",
            FindingKind.NestedMismatch => $"'{p[0]}' ({p[1]}) is declared for {p[2]} but gets {p[3]}: {p[4]}.",
            FindingKind.DeclaredResultDiffers =>
                $"{p[4]} is declared {p[0]} but is {p[1]}: {p[2]}.{Edit(finding, $"Declare '-> {p[3]}'.")}",
            FindingKind.DeclaredResultCount => $"the result is declared as {p[0]} tensors but has {p[1]}.",
            FindingKind.ArgumentsContradict => $"'{p[0]}' ({p[1]}): {p[2]}.",
            FindingKind.OperationOperands => $"{Quote(p[0])} of {p[1]} and {p[2]}: dimension {p[3]} is {p[4]} and {p[5]}.",
            FindingKind.OperationElements => $"{p[0]} of {p[1]} as {p[2]}: {p[3]}, not {p[4]}.",
            FindingKind.OperationOrder =>
                $"{p[0]} of {p[1]} as {p[2]}: it would merge dimensions that do not follow each other in memory. {Copying(p[3])}",
            FindingKind.OrderRefuted =>
                $"{p[0]} of {p[1]} as {p[2]}: it would merge dimensions that do not follow each other in memory, so nearly every call "
                + $"fails. {Copying(p[3])}",
            FindingKind.OperationRank when long.TryParse(p[2], out _) => $"{Quote(p[0])} of {p[1]}: there is no dimension {p[2]}.",
            FindingKind.OperationRank => $"{Quote(p[0])} of {p[1]}: {p[2]}.",
            FindingKind.OperationArguments => $"{Quote(p[0])}: {p[1]}.",
            FindingKind.ElementType => $"{Quote(p[0])} needs {p[1]} but gets {p[2]}. {p[3]}",
            FindingKind.ResultElementType => $"{p[0]} is declared {p[1]} but is {p[2]}. {p[3]}",
            FindingKind.LayerElementType => $"'{p[0]}' ({p[1]}) needs {p[2]} but gets {p[3]}. {p[4]}",
            FindingKind.DevicesApart =>
                $"{Quote(p[0])} gets tensors on {p[1]} and {p[2]}{Chosen(p[3])}. Move one of them with .to(...).",
            FindingKind.LayerDevicesApart =>
                $"'{p[0]}' ({p[1]}) is on {p[2]} but gets a tensor on {p[3]}{Chosen(p[4])}. Move one of them with .to(...).",
            FindingKind.LeftBehind =>
                $"{Quote(p[0])} makes a tensor on the default device, where it stays when the module is moved; "
                + $"{(p[1][0] == '\'' ? p[1] : Quote(p[1]))} needs it where the module is. Write device: with the device of an input.",
            FindingKind.OperationSize => $"{Quote(p[0])}: {p[1]} would be {p[2]} = {p[3]}.",
            FindingKind.LossMismatch => $"{p[0]}: {p[1]}: {p[2]}.",
            FindingKind.SilentBroadcast =>
                $"{Quote(p[0])} of {p[1]} and {p[2]} gives {p[3]}: every element is combined with every other. Change it to squeeze(1) "
                + $"on the {p[4]}, or unsqueeze(1) on the other.",
            FindingKind.LossBroadcast =>
                $"{Quote(p[0])} of {p[1]} and {p[2]} repeats the {p[4]} to {p[3]} and averages over all of it. Give both the same shape.",
            FindingKind.BatchFirst =>
                $"'{p[0]}' ({p[1]}) takes the sequence first but gets {p[2]}: it runs along {p[3]}. {p[4]}",
            FindingKind.ShapeCommentDiffers => $"the comment says {p[0]}, but {p[1]} is {p[2]}. Change it to {p[3]}.",
            FindingKind.SoftmaxBeforeLoss =>
                $"{p[1]} before {p[2]}, which applies softmax itself: the gradients fade. Remove {p[0]}; the model gives logits.",
            FindingKind.SigmoidBeforeLoss =>
                $"{p[1]} before {p[2]}, which applies sigmoid itself: the gradients fade. Remove {p[0]}; the model gives logits.",
            FindingKind.DropoutBeforeLoss =>
                $"{p[1]} before {p[2]} drops predictions at random, but {p[2]} needs all logits. Remove {p[0]}, or move it before the "
                + $"last linear layer.",
            FindingKind.ActivationBeforeLoss =>
                $"{p[1]} before {p[2]} restricts the logits, which may be any number. Remove {p[0]}.",
            FindingKind.SamplesDropped =>
                $"In TorchSharp {Diagnostics.Parity.Difference.Measured} {p[0]} gets {p[1]}: it "
                + $"{Diagnostics.Parity.Differences.SamplesDropped.Does}. "
                + $"{Diagnostics.Parity.Differences.SamplesDropped.Instead}",
            FindingKind.LinearAfterLinear =>
                $"{p[0]} after {p[1]} without an activation between them: together they are only one linear layer. Insert an activation, "
                + $"such as ReLU().",
            FindingKind.SizeBelowOne => $"'{p[0]}' ({p[1]}): its output would have {p[2]} {p[3]} = {p[4]}: {p[5]}.",
            FindingKind.CannotInfer => $"'{p[0]}': '{p[1]}' cannot be inferred: {p[2]}. {(p.Count > 3 ? p[3] : "Write the number.")}",
            FindingKind.LayerContradicts or FindingKind.OperationContradicts =>
                $"'{p[0]}' needs {p[1]}, but {p[2]} needs {p[3]}: no call can satisfy both. Change one of them.",
            FindingKind.ResultContradicts =>
                $"the declared result needs {p[1]}, but {p[2]} needs {p[3]}: no call can satisfy both. Change the declared shape, or "
                + $"the layer.",
            FindingKind.ShapeRefuted when p[0] == Requirement.Result =>
                $"the result has the declared shape only where {p[1]}, but [Shape] leaves {p[2]} open: nearly every call fails. Change "
                + $"what is computed, or the declared shape.",
            FindingKind.ShapeRefuted =>
                $"'{p[0]}' fits only where {p[1]}, but [Shape] leaves {p[2]} open: nearly every call fails"
                + $"{(p[3].Length > 0 ? $" if {p[3]}" : "")}. Change the operation, or the declared shape.",
            FindingKind.NotProved =>
                $"not proved at '{p[0]}': {p[1]}; checked at run time."
                + Edit(finding, p[1] == p[2] ? $"To state it: Where = \"{p[1]}\"." : $"Where = \"{p[2]}\" would prove it."),
            FindingKind.NotProvedInBranch => $"not proved at '{p[0]}': {p[1]}; checked at run time if {p[2]}.",
            FindingKind.NotProvedHere => $"not proved at '{p[0]}': {p[1]}; checked at run time when this line runs.",
            FindingKind.NotChecked => $"not proved at '{p[0]}': {p[1]}; not checked at run time: {p[2]}.",
            FindingKind.ShapeUnknown =>
                $"shape unknown from here: {p[0]}{(p[3].Length > 0 ? $"; Where = \"{p[3]}\" would prove it" : "")}. {p[1]} of {p[2]} "
                + "operations proved.",
            FindingKind.InputShapeUnknown =>
                $"shape unknown from here: '{p[0]}' declares no input shape; add [Shape(\"in -> out\")]. {p[1]} of {p[2]} operations "
                + $"proved.",
            FindingKind.NothingChecked => $"nothing in '{p[0]}' could be checked: {p[1]}.",
            FindingKind.ShapeCommentUnchecked => p[3] switch
            {
                "0" => $"the comment '{p[0]}' is not checked: the shape of {p[1]} is not known at compile time.",
                "1" => $"the comment '{p[0]}' and one more in '{p[2]}' are not checked: the shape of {p[1]} is not known at compile time.",
                _ => $"the comment '{p[0]}' and {p[3]} more in '{p[2]}' are not checked: the shape of {p[1]} is not known at compile time.",
            },
            FindingKind.EvaluationStopped => "evaluation stopped: the body is too large to follow. Shapes after this point are unknown.",
            FindingKind.ParametersNotCounted => $"the parameters of '{p[0]}' cannot be counted: {p[1]}; ParameterCount is not generated.",
            FindingKind.MultiplyAddsNotCounted =>
                $"the multiply-adds of '{p[0]}' cannot be counted: {p[1]}; MultiplyAdds is not generated.",
            FindingKind.ExpectationDiffers => $"{p[0]}: {p[1]} expected, {p[2]} computed. {p[3]}.",
            FindingKind.ExpectationNotChecked => $"the {p[0]} of '{p[1]}' cannot be computed: {p[2]}; {p[3]} is not checked.",
            FindingKind.CheckpointNotFound =>
                $"'{p[0]}' is not among the additional files: its keys are not compared. In the project file: "
                + $"<AdditionalFiles Include=\"{p[0]}\" />.",
            FindingKind.CheckpointNotRead => $"'{p[0]}' is no safetensors file that can be read: {p[1]}.",
            FindingKind.CheckpointLacks => $"'{p[0]}' lacks {p[1]} of '{p[2]}': {p[3]}.",
            FindingKind.CheckpointHasMore => $"'{p[0]}' has {p[1]} that '{p[2]}' does not have: {p[3]}.",
            FindingKind.CheckpointDiffers => $"'{p[0]}' ({p[1]}) is another in '{p[2]}': {p[3]}.",
            FindingKind.NoEqualForm => $"{(p[0].Length == 0 ? "this code" : $"'{p[0]}'")} has no equal form in {p[2]}: {p[1]}.",
            FindingKind.BudgetExceeded => $"{p[0]}: {p[1]} allowed, {p[2]} computed. {p[3]}.",
            _ => throw new ArgumentOutOfRangeException(nameof(finding)),
        };
    }

    /// <summary>The program chooses the device: with the other one all is well.</summary>
    private static string Chosen(string device) => device.Length == 0 ? "" : $", where the program chooses {device}";

    /// <summary>The remedy, or the usual edit; no edit is what cannot be written down.</summary>
    private static string Edit(Finding finding, string usual) =>
        finding.Remedy is { } remedy ? $" {remedy}" : usual.Length == 0 || OwnNames.AreIn(usual) ? "" : $" {usual}";

    private static string Copying(string operation) => $"Write {(operation.Length > 0 ? operation : "contiguous() before it")}.";

    private static string Change(string construction) => construction.Length == 0 ? "" : $"Change it to {construction}.";

    /// <summary>An operator stands in quotes, a name does not.</summary>
    private static string Quote(string operation) => operation.LastIndexOf(": ", StringComparison.Ordinal) is var path and >= 0
        ? operation.Substring(0, path + 2) + Quote(operation.Substring(path + 2))
        : char.IsLetter(operation[0]) ? operation : operation == "[]" ? "indexing" : $"'{operation}'";
}
