namespace Gen.Tests.Package;

/// <summary>What the consumers are made of.</summary>
internal static class Sources
{
    /// <summary>The head of a file that declares modules, as the documentation has it.</summary>
    public const string Usings = """
        using Gen;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;


        """;

    /// <summary>The same for all files of a project.</summary>
    public const string ImplicitUsings = """
        <Using Include="TorchSharp" /><Using Include="TorchSharp.Modules" />
        <Using Include="TorchSharp.torch" Static="true" /><Using Include="TorchSharp.torch.nn" Static="true" />
        """;

    public const string Net = Usings + """
        /// <summary>A classifier.</summary>
        [Shape("B 1 28 28 -> B 10")]
        public sealed partial class Net
        {
            [Layer] private readonly Flatten flatten;
            [Layer(784, 128)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu;
            [Layer(-1, 10)] private readonly Linear fc2;
        }
        """;

    public const string Main = """
        using static TorchSharp.torch;

        using var net = new Net();
        using var y = net.call(randn(2, 1, 28, 28));
        Console.WriteLine($"{Net.ParameterCount} {string.Join(' ', y.shape)}");
        Console.WriteLine(string.Join(' ', net.state_dict().Keys));
        """;

    /// <summary>A program in one file, which <c>dotnet run app.cs</c> builds and runs.</summary>
    public static string OneFile =>
        $"#:package Gen@{Feed.Version}\n#:package {Feed.Natives}@{Feed.VersionOf(Feed.Natives)}\n" + Usings
            + Main.Replace("using static TorchSharp.torch;\n", "", StringComparison.Ordinal) + "\n\n"
        + Net[Usings.Length..];

    public const string Printed = "101770 2 10\nfc1.weight fc1.bias fc2.weight fc2.bias\n";

    /// <summary>A module as it is written without Gen.</summary>
    public const string HandWritten = """
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        public sealed class Old : Module<Tensor, Tensor>
        {
            private readonly Linear fc1 = Linear(784, 128);
            private readonly Linear fc2 = Linear(128, 10);

            public Old()
                : base("Old")
            {
                RegisterComponents();
            }

            public override Tensor forward(Tensor input)
            {
                using var scope = NewDisposeScope();
                return fc2.call(functional.relu(fc1.call(input.flatten(1)))).MoveToOuterDisposeScope();
            }
        }
        """;
}
