#!/usr/bin/env bash
# TorchVision 0.107.0 (for TorchSharp) with its SkiaSharp 2.88.6, libtorch 2.10.0, and PNG files of Python's zlib. read_image of RGB_ALPHA
# gives the channels as alpha, red, green, blue, and the colours multiplied by the alpha; so does RGB: where nothing is opaque the colour
# is 0. Python's torchvision 0.14.1 gives red, green, blue, alpha as they are in the file. write_png of four channels writes the blue
# again where the alpha should be. GRAY gives floats up to 1 where RGB gives bytes.
. "$(dirname "$0")/support/torchsharp.sh"
python3 - "$folder/in.png" <<'PYTHON'
import struct, sys, zlib


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


header = struct.pack('>IIBBBBB', 2, 1, 8, 6, 0, 0, 0)
row = bytes([0, 200, 100, 50, 128, 200, 100, 50, 0])
with open(sys.argv[1], 'wb') as file:
    file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(row)) + chunk(b'IEND', b''))
PYTHON
export FOLDER="$folder"
{
    run_torchsharp TorchVision=0.107.0 SkiaSharp=2.88.6 SkiaSharp.NativeAssets.Linux.NoDependencies=2.88.6 <<'CSHARP'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torchvision.io;

var skia = new SkiaImager();
var folder = Environment.GetEnvironmentVariable("FOLDER")!;
Console.WriteLine("in the file: 200 100 50 128, 200 100 50 0");
foreach (var mode in new[] { ImageReadMode.RGB_ALPHA, ImageReadMode.RGB, ImageReadMode.GRAY })
{
    var image = read_image(Path.Combine(folder, "in.png"), mode, skia);
    Console.WriteLine($"read as {mode}: {image.dtype}, {Pixel(image, 0)}, {Pixel(image, 1)}");
}

using (var file = File.Create(Path.Combine(folder, "out.png")))
{
    write_png(tensor(new byte[] { 10, 20, 30, 200 }).reshape(4, 1, 1), file, skia);
}

static string Pixel(Tensor image, int at) =>
    string.Join(" ", image[.., 0, at].to(float32).data<float>().Select(value => $"{value:0.##}"));
CSHARP
    python3 - "$folder/out.png" <<'PYTHON'
import sys, zlib

data = open(sys.argv[1], 'rb').read()
at = data.index(b'IDAT')
length = int.from_bytes(data[at - 4:at], 'big')
print('10 20 30 200 is written as', *zlib.decompress(data[at + 4:at + 4 + length])[1:])
PYTHON
} | expect 'in the file: 200 100 50 128, 200 100 50 0
read as RGB_ALPHA: Byte, 128 100 50 25, 0 0 0 0
read as RGB: Byte, 100 50 25, 0 0 0
read as GRAY: Float32, 0.24, 0
10 20 30 200 is written as 10 20 30 30'
