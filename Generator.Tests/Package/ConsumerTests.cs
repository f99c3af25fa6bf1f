namespace Gen.Tests.Package;

/// <summary>A user's first projects: what the package does for them, and what it says.</summary>
[Collection("Package")]
public sealed class ConsumerTests(Feed feed)
{
    private const string Net = Consumer.Usings + """
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

    private const string Program = """
        using static TorchSharp.torch;

        using var net = new Net();
        using var y = net.call(randn(2, 1, 28, 28));
        Console.WriteLine($"{Net.ParameterCount} {string.Join(' ', y.shape)}");
        Console.WriteLine(string.Join(' ', net.state_dict().Keys));
        """;

    private const string Printed = "101770 2 10\nfc1.weight fc1.bias fc2.weight fc2.bias\n";

    [Fact]
    public void A_console_program_is_generated_checked_and_run()
    {
        var consumer = new Consumer(feed, "console")
            .Project("App", "<TreatWarningsAsErrors>true</TreatWarningsAsErrors>")
            .Write("App/Program.cs", Program)
            .Write("App/Net.cs", Net.Replace("(-1, 10)", "(100, 10)", StringComparison.Ordinal));

        var old = consumer.Build("App", "-p:CompilerApiVersion=roslyn4.7");
        Assert.NotEqual(0, old.Code);
        Assert.Contains("error : Gen needs the C# compiler of the .NET SDK 8.0.100 or Visual Studio 2022 17.8 (Roslyn 4.8), or a later one; this build uses Roslyn 4.7.", old.Output, StringComparison.Ordinal);

        var wrong = consumer.Build("App", "--no-restore");
        Assert.NotEqual(0, wrong.Code);
        Assert.Equal("", wrong.Output);
        Assert.Contains("Net.cs(14,40): error GEN1001: 'fc2' (Linear 100 -> 10) needs 100 features but gets 128: fc1 [B, 128] -> relu [B, 128]. Change it to Linear(128, 10).", wrong.Output, StringComparison.Ordinal);

        Assert.Equal(Printed, consumer.Write("App/Net.cs", Net).Run("App", "--no-restore"));
    }

    [Fact]
    public void A_library_declares_modules_and_a_console_program_uses_them()
    {
        var consumer = new Consumer(feed, "library")
            .Project("Models", "<GenerateDocumentationFile>true</GenerateDocumentationFile><TreatWarningsAsErrors>true</TreatWarningsAsErrors>", executable: false)
            .Write("Models/Net.cs", Net)
            .Project("App", gen: false, items: """<ProjectReference Include="../Models/Models.csproj" />""")
            .Write("App/Program.cs", Program);
        Assert.Equal(Printed, consumer.Run("App"));
    }
}
