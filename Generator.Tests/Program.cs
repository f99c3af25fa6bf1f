using Gen.Tests.Rules.Layers;

namespace Gen.Tests;

/// <summary>The test assembly as a program: a process of its own for random cases, and the printer of docs/layers.md, docs/operations.md,
/// docs/diagnostics.md and the pictures.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["judge", var factory, var from, var to, var seed, var inputs, var trace]:
                return JudgeProcess.Run(factory, from, to, seed, inputs, trace);
            case ["operations", var cases, var seed]:
                return Rules.Operations.OperationJudgeTests.Run(int.Parse(cases, System.Globalization.CultureInfo.InvariantCulture),
                    int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
            case ["types", var constructions, var seed]:
                return Rules.Layers.LayerTypeTests.Run(int.Parse(constructions, System.Globalization.CultureInfo.InvariantCulture),
                    int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
            case ["devices", var cases, var seed]:
                return Rules.Operations.DeviceJudgeTests.Run(int.Parse(cases, System.Globalization.CultureInfo.InvariantCulture),
                    int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
            case ["onnx", var constructions, var seed, var type]:
                return Runtime.Export.OnnxLayerJudge.Run(int.Parse(constructions, System.Globalization.CultureInfo.InvariantCulture),
                    int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture),
                    Enum.Parse<TorchSharp.torch.ScalarType>(type));
            case ["mistakes", var path, var from]:
                return Analyzers.MistakeProcess.Run(path, from);
            case ["programs"]:
                return Rules.Operations.Programs.ProgramJudge.Serve();
            case ["programs", var first, var last, var form]:
                return Rules.Operations.Programs.ProgramProcess.Print(int.Parse(first, System.Globalization.CultureInfo.InvariantCulture),
                    int.Parse(last, System.Globalization.CultureInfo.InvariantCulture),
                    Enum.Parse<Rules.Operations.Programs.ProgramForm>(form));
            case ["graphs", var first, var last, var form]:
                return Graph.GraphPrograms.Run(first, last, form);
            case ["program", var number, .. var wrong]:
                return Rules.Operations.Programs.ProgramCompiler.Print(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture),
                    wrong switch { ["wrong"] => Rules.Operations.Programs.ProgramForm.Spoiled,
                        ["typed"] => Rules.Operations.Programs.ProgramForm.Typed, _ => default });
            case ["training", var name]:
                return Runtime.Summaries.TrainingPeaks.Run(name);
            case ["training", var kind, var number]:
                return Runtime.Summaries.TrainingPeaks.Run(kind,
                    int.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
            case ["rank", var scenario, .. var rest]:
                return Distributed.Ranks.Run(scenario, rest);
            case ["expressions", var image]:
                return Parity.Expressions.ExpressionCompiler.Serve(image);
            case ["layers", var path]:
                File.WriteAllText(path, LayerTable.Print());
                return 0;
            case ["operations", var path]:
                File.WriteAllText(path, Rules.Operations.OperationPage.Print());
                return 0;
            case ["diagnostics", var path]:
                File.WriteAllText(path, Docs.DiagnosticTable.Print());
                return 0;
            case ["exporting", var path]:
                File.WriteAllText(path, Docs.ExportTable.Print(File.ReadAllText(path)));
                return 0;
            case ["differences", var path]:
                File.WriteAllText(path, Parity.DifferencePage.Print());
                return 0;
            case ["graph", var path]:
                File.WriteAllText(path, Docs.GraphPicture.Print());
                return 0;
            case ["icon", var path]:
                File.WriteAllBytes(path, Package.Icon.Draw());
                return 0;
            case ["help"]:
                Console.Error.WriteLine(
                    "usage: layers FILE | operations FILE | diagnostics FILE | differences FILE | exporting FILE | graph FILE | "
                    + "icon FILE | program NUMBER [wrong|typed] | judge "
                    + "FACTORY FROM TO SEED any|empty TRACE | the arguments of xunit's runner");
                return 2;
            default:
                return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
        }
    }
}
