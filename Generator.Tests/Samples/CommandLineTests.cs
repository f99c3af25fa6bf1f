using Gen.Tests.Distributed;
using Mnist;
using Mnist.Data;
using SkiaSharp;

namespace Gen.Tests.Samples;

/// <summary>The sample's command line: exit codes, messages, and nothing half-written.</summary>
[Collection("TorchSharp")]
public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gen-mnist").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("--epochs 0", "--epochs 0: must be from 1 to 10000.")]
    [InlineData("--epochs many", "many")]
    [InlineData("--batch-size -1", "--batch-size -1: must be from 1 to 60000.")]
    [InlineData("--lr NaN", "--lr NaN: must be more than 0 and at most 10.")]
    [InlineData("--lr -0.1", "--lr -0.1: must be more than 0 and at most 10.")]
    [InlineData("--nonsense", "--nonsense")]
    [InlineData("--data here --download", "--data and --download: give one of them.")]
    [InlineData("predict", "file")]
    public async Task Nonsense_is_refused(string arguments, string message)
    {
        var (code, output) = await RunAsync([.. arguments.Split(' '), "--out", folder]);
        Assert.NotEqual(0, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_data_folder_that_is_not_there_is_one_line_and_code_1()
    {
        var (code, output) = await RunAsync(["--data", Path.Combine(folder, "nowhere"), "--out", folder]);
        Assert.Equal(1, code);
        Assert.Equal($"{Path.Combine(folder, "nowhere")}: there is no such folder.", output.Trim());
    }

    [Fact]
    public async Task An_output_folder_that_is_a_file_is_found_before_the_training()
    {
        var file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, "");
        var (code, output) = await RunAsync(["--out", file]);
        Assert.Equal(1, code);
        Assert.Contains("cannot be written to", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prediction_without_weights_says_how_to_get_them()
    {
        var (code, output) = await RunAsync(["predict", "digit.png", "--out", folder]);
        Assert.Equal(1, code);
        Assert.Contains("there are no weights yet; train first", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_of_another_model_are_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, Weights.FileName), "no weights at all");
        var (code, output) = await RunAsync(["predict", "digit.png", "--out", folder]);
        Assert.Equal(1, code);
        Assert.Contains("these are not the weights of this model", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_is_stopped_saves_nothing_and_ends_with_130()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Commands.TrainAsync(new(1, 64, 1e-3, 1), WriteSmallSet(), download: false, folder, stop.Token));
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_training_writes_weights_and_pictures_and_then_recognises_a_digit()
    {
        var (code, output) = await RunAsync(["--data", WriteSmallSet(), "--epochs", "3", "--lr", "0.003", "--out", folder]);
        Assert.Equal(0, code);
        Assert.Contains("109,386", output, StringComparison.Ordinal);
        Assert.Contains("test accuracy:", output, StringComparison.Ordinal);
        Assert.Equal(["confusion.png", "curves.png", "data", "digits.png", Weights.FileName],
            Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order());
        foreach (var picture in Directory.EnumerateFiles(folder, "*.png"))
        {
            using var bitmap = SKBitmap.Decode(picture);
            Assert.InRange(bitmap.Width, 400, 2_000);
            Assert.True(bitmap.Pixels.Distinct().Count() > 10, picture);
        }

        // A digit of the test set, as ink on white paper and larger.
        var set = Digits.Generate(20, 5);
        var right = 0;
        for (var i = 0; i < set.Count; i++)
        {
            var file = Path.Combine(folder, "digit.png");
            WritePicture(set.Image(i).ToArray(), file);
            var (predictCode, prediction) = await RunAsync(["predict", file, "--out", folder]);
            Assert.Equal(0, predictCode);
            right += prediction.StartsWith($"{file}: {set.Labels[i]} (", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(right, 14, 20);
    }

    [Fact]
    public async Task Two_processes_train_together_and_the_first_saves()
    {
        var job = Job.Other(2, "Mnist.dll", "--distributed", "--data", WriteSmallSet(), "--epochs", "3", "--lr", "0.003", "--out", folder);
        Assert.True(job.Code == 0, job.Errors);
        Assert.Contains("2 processes, Open MPI 4", job.Output, StringComparison.Ordinal);
        Assert.Single(job.Output.Split('\n'), l => l.StartsWith("test accuracy: ", StringComparison.Ordinal));
        Assert.Equal(["confusion.png", "curves.png", "data", "digits.png", Weights.FileName],
            Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order());
        var file = Path.Combine(folder, "digit.png");
        WritePicture(Digits.Generate(20, 5).Image(0).ToArray(), file);
        Assert.Equal(0, (await RunAsync(["predict", file, "--out", folder])).Code);
    }

    [Fact]
    public void A_picture_is_scaled_and_centred_by_its_mass()
    {
        var image = new byte[ImageSet.PixelsPerImage];
        for (var y = 2; y < 12; y++)
        {
            image[(y * 28) + 3] = image[(y * 28) + 4] = 255;
        }

        var file = Path.Combine(folder, "one.png");
        WritePicture(image, file);
        var read = Prediction.Read(file);
        var inked = Enumerable.Range(0, read.Length).Where(i => read[i] > 127).ToArray();
        Assert.Equal(20, inked.Max(i => i / 28) - inked.Min(i => i / 28) + 1);
        Assert.InRange(inked.Average(i => (i / 28) + 0.5), 13, 15);
        Assert.InRange(inked.Average(i => (i % 28) + 0.5), 13, 15);
    }

    [Fact]
    public void Empty_paper_and_files_that_are_no_picture_are_refused()
    {
        var file = Path.Combine(folder, "empty.png");
        WritePicture(new byte[ImageSet.PixelsPerImage], file);
        Assert.Contains("there is no digit on it", Assert.Throws<UserErrorException>(() => Prediction.Read(file)).Message,
            StringComparison.Ordinal);
        File.WriteAllText(file, "text");
        Assert.Contains("not a picture", Assert.Throws<UserErrorException>(() => Prediction.Read(file)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<UserErrorException>(() => Prediction.Read(file + "x")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_fails_leaves_nothing_behind()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => MnistDownload.FetchAsync(folder, new Answers(System.Net.HttpStatusCode.NotFound, []), CancellationToken.None));
        Assert.Contains("the download failed", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_download_with_another_checksum_is_not_kept()
    {
        using var zipped = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("not MNIST"u8);
        }

        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => MnistDownload.FetchAsync(folder, new Answers(System.Net.HttpStatusCode.OK, zipped.ToArray()), CancellationToken.None));
        Assert.Contains("another checksum", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    private static async Task<(int Code, string Output)> RunAsync(string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var text = new StringWriter();
        Console.SetOut(text);
        Console.SetError(text);
        try
        {
            return (await CommandLine.RunAsync(arguments), text.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>Some thousand embedded digits as IDX files.</summary>
    private string WriteSmallSet()
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        foreach (var (prefix, count, seed) in new[] { ("train", 5_000, 20UL), ("t10k", 500, 21UL) })
        {
            var set = Digits.Generate(count, seed);
            File.WriteAllBytes(Path.Combine(data, $"{prefix}-images-idx3-ubyte"),
                [0, 0, 8, 3, .. BigEndian(count), .. BigEndian(28), .. BigEndian(28), .. set.Pixels]);
            File.WriteAllBytes(Path.Combine(data, $"{prefix}-labels-idx1-ubyte"), [0, 0, 8, 1, .. BigEndian(count), .. set.Labels]);
        }

        return data;
    }

    private static byte[] BigEndian(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    /// <summary>Dark ink on white paper, three times as large, not in the middle.</summary>
    private static void WritePicture(byte[] image, string path)
    {
        using var bitmap = new SKBitmap(120, 100);
        bitmap.Erase(SKColors.White);
        for (var i = 0; i < image.Length; i++)
        {
            for (var k = 0; k < 9; k++)
            {
                var level = (byte)(255 - image[i]);
                bitmap.SetPixel(30 + (i % 28 * 3) + (k % 3), 8 + (i / 28 * 3) + (k / 3), new SKColor(level, level, level));
            }
        }

        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
    }

    private sealed class Answers(System.Net.HttpStatusCode code, byte[] content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(code) { Content = new ByteArrayContent(content) });
    }
}
