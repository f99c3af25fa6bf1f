using Gen.Tests.Package;

namespace Gen.Tests.Distributed;

/// <summary>The launchers of this machine. Where both are installed, Debian gives each a name of its own.</summary>
internal static class Mpirun
{
    /// <summary>Open MPI's; its absence fails a test, which says what to install.</summary>
    public static string OpenMpi => Find("Open MPI", ["mpirun.openmpi", "mpirun"], ["Open MPI", "OpenRTE"],
        "apt-get install openmpi-bin libopenmpi3");

    /// <summary>MPICH's.</summary>
    public static string Mpich => Find("MPICH", ["mpirun.mpich", "mpiexec.hydra", "mpirun"], ["HYDRA", "MPICH"], "apt-get install mpich");

    /// <summary>More ranks than cores are allowed, and each may use any core.</summary>
    public static string[] Arguments(int ranks, string program, params string[] arguments) =>
        ["--oversubscribe", "--bind-to", "none", "-n", $"{ranks}", "dotnet", program, "rank", .. arguments];

    private static string Find(string name, string[] commands, string[] says, string install)
    {
        foreach (var command in commands.Where(c => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, c)))))
        {
            using var process = System.Diagnostics.Process.Start(
                DotNet.Command(command, Path.GetTempPath(), new Dictionary<string, string>(), "--version"))!;
            var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (says.Any(s => output.Contains(s, StringComparison.OrdinalIgnoreCase)))
            {
                return command;
            }
        }

        Assert.Fail($"This test starts processes with {name}, which is not installed here: {install}");
        throw new InvalidOperationException();
    }
}
