using static Gen.Tests.Package.Sources;

namespace Gen.Tests.Package;

/// <summary>A user's first projects: what the package does for them, and what it says.</summary>
[Collection("Package")]
public sealed class ConsumerTests(Feed feed)
{
    [Fact]
    public void A_console_program_is_generated_checked_and_run()
    {
        var consumer = new Consumer(feed, "console")
            .Project("App", "<TreatWarningsAsErrors>true</TreatWarningsAsErrors>")
            .Write("App/Program.cs", Main)
            .Write("App/Net.cs", Net.Replace("(-1, 10)", "(100, 10)", StringComparison.Ordinal));

        var old = consumer.Build("App", "-p:CompilerApiVersion=roslyn4.7");
        AssertFails(old,
            "error : Gen needs the C# compiler of the .NET SDK 8.0.100 or Visual Studio 2022 17.8 (Roslyn 4.8), or a later one; this "
            + "build uses Roslyn 4.7.");

        var wrong = consumer.Build("App", "--no-restore");
        AssertFails(wrong,
            "Net.cs(14,46): error GEN1001: 'fc2' (Linear 100 -> 10) needs 100 features but gets 128: flatten [B, 784] -> fc1 [B, 128] -> "
            + "relu [B, 128]. Change it to Linear(128, 10).");

        Assert.Equal(Printed, consumer.Write("App/Net.cs", Net).Run("App", "--no-restore"));
    }

    [Fact]
    public void A_library_declares_modules_and_a_console_program_uses_them()
    {
        var consumer = new Consumer(feed, "library")
            .Project("Models",
                "<GenerateDocumentationFile>true</GenerateDocumentationFile><TreatWarningsAsErrors>true</TreatWarningsAsErrors>",
                executable: false)
            .Write("Models/Net.cs", Net)
            .Project("App", gen: false, items: """<ProjectReference Include="../Models/Models.csproj" />""")
            .Write("App/Program.cs", Main);
        Assert.Equal(Printed, consumer.Run("App"));
    }

    /// <summary>What the build makes goes where the build is told; the user's folder holds what the user wrote.</summary>
    [Fact]
    public void A_program_in_one_file_and_a_build_into_another_folder_write_nothing_beside_the_sources()
    {
        var consumer = new Consumer(feed, "one-file").Write("App/app.cs", OneFile);
        Assert.Equal(Printed, consumer.RunFile("App/app.cs"));
        Assert.Equal(["App/app.cs"], consumer.Files("App"));

        var other = new Consumer(feed, "artifacts-path").Project("App").Write("App/Net.cs", Net).Write("App/Program.cs", Main);
        var build = other.Build("App", "--artifacts-path", "elsewhere");
        Assert.True(build.Code == 0, build.Output);
        Assert.Equal(["App/App.csproj", "App/Net.cs", "App/Program.cs"], other.Files("App"));
        Assert.Equal(Printed, other.Start("elsewhere/bin/App/debug/App.dll"));
    }

    /// <summary>Only the header of weights among the additional files goes to the compiler, and a change of the file is seen.</summary>
    [Fact]
    public void Weights_among_the_additional_files_are_compared_by_their_header()
    {
        var header = """{"fc1.weight":{"dtype":"F32","shape":[128,784],"data_offsets":[0,401408]}}""";
        var consumer = new Consumer(feed, "checkpoint")
            .Project("App", items: """<AdditionalFiles Include="weights/*.safetensors" />""", executable: false)
            .Write("App/Net.cs", Net.Replace("[Shape(", "[Expect(Checkpoint = \"weights/net.safetensors\")] [Shape(",
                StringComparison.Ordinal))
            .Write("App/weights/net.safetensors", $"{(char)header.Length}\0\0\0\0\0\0\0{header}{new string('\0', 401_408)}");
        AssertFails(consumer.Build("App"),
            "error GEN3003: 'weights/net.safetensors' lacks 3 keys of 'Net': fc1.bias, fc2.weight, fc2.bias.");
        Assert.Equal(header, File.ReadAllText(consumer.PathOf(
            "App/obj/Debug/net10.0/checkpoints/weights/net.safetensors.json")));

        consumer.Write("App/weights/net.safetensors", "\0\0\0\0\0\0\0\u0001{}");
        AssertFails(consumer.Build("App", "--no-restore"), "error GEN3003: 'weights/net.safetensors' is no safetensors file that can be "
            + "read: its header would have 72057594037927936 bytes.");

        // The format's own loader takes no header beyond 100 MB: such a one does not go to the compiler, also where the file is as long.
        using (var sparse = File.Create(consumer.PathOf("App/weights/net.safetensors")))
        {
            sparse.Write(BitConverter.GetBytes(100_000_001L));
            sparse.SetLength(200_000_000);
        }

        AssertFails(consumer.Build("App", "--no-restore"), "error GEN3003: 'weights/net.safetensors' is no safetensors file that can be "
            + "read: its header would have 100000001 bytes.");
        Assert.InRange(new FileInfo(consumer.PathOf("App/obj/Debug/net10.0/checkpoints/weights/net.safetensors.json")).Length, 1, 100);
    }

    private static void AssertFails((int Code, string Output) build, string message) =>
        Assert.True(build.Code != 0 && build.Output.Contains(message, StringComparison.Ordinal), build.Output);
}
