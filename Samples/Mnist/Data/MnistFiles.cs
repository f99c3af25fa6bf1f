namespace Mnist.Data;

/// <summary>The four files of MNIST in a folder, each plain or with <c>.gz</c>.</summary>
internal static class MnistFiles
{
    public static readonly string[] Names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte"];

    /// <exception cref="UserErrorException">A file is missing, or not what it should be.</exception>
    public static DataSet Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{folder}: there is no such folder.");
        }

        return new("MNIST", Load(folder, Names[0], Names[1]), Load(folder, Names[2], Names[3]));
    }

    private static ImageSet Load(string folder, string images, string labels)
    {
        var (imagePath, labelPath) = (Find(folder, images), Find(folder, labels));
        var (count, pixels) = IdxFile.Read(imagePath, ImageSet.Side, ImageSet.Side);
        var (labelCount, digits) = IdxFile.Read(labelPath);
        if (count != labelCount)
        {
            throw new UserErrorException(
                $"{imagePath} has {count} images, but {labelPath} {labelCount} labels: they do not belong together.");
        }

        if (count == 0)
        {
            throw new UserErrorException($"{imagePath}: it has no images.");
        }

        if (Array.FindIndex(digits, d => d > 9) is var wrong and >= 0)
        {
            throw new UserErrorException($"{labelPath}: label {wrong} is {digits[wrong]}, not a digit.");
        }

        return new(pixels, digits);
    }

    private static string Find(string folder, string name)
    {
        // Some mirrors write the last dash as a dot.
        var candidates = new[] { name, name + ".gz" }.SelectMany(n => new[] { n, n.Replace("-idx", ".idx", StringComparison.Ordinal) });
        return candidates.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists)
            ?? throw new UserErrorException($"{folder}: {name} (or {name}.gz) is missing.");
    }
}
