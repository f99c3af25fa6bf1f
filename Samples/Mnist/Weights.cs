namespace Mnist;

/// <summary>The trained weights as a file in the output folder.</summary>
internal static class Weights
{
    public const string FileName = "mnist-classifier.weights";

    public static string Save(MnistClassifier model, string folder)
    {
        var path = Path.Combine(folder, FileName);
        WholeFile.Write(path, temporary => model.save(temporary));
        return path;
    }

    /// <exception cref="UserErrorException">There are none, or they are not those of this model.</exception>
    public static void Load(MnistClassifier model, string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new UserErrorException($"{path}: there are no weights yet; train first: dotnet run --project Samples/Mnist -c Release");
        }

        try
        {
            model.load(path);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or FormatException
            or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: these are not the weights of this model: {e.Message}");
        }
    }
}
