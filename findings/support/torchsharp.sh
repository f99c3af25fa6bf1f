# Sourced by the findings: runs a C# program on a pinned TorchSharp in a temporary folder.
set -euo pipefail

torchsharp=0.107.0
libtorch=2.10.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$(dirname "$0")/support/expect.sh"

# TorchSharp's library asks for a version of libstdc++ that older systems lack, for a symbol that nothing uses: mark that version as weak.
loads_on_older_systems() {
    python3 - "$1" <<'PYTHON'
import struct, sys
path = sys.argv[1]
data = bytearray(open(path, 'rb').read())
offset, = struct.unpack_from('<Q', data, 0x28)
size, count = struct.unpack_from('<HH', data, 0x3A)
for i in range(count):
    kind, = struct.unpack_from('<I', data, offset + i * size + 4)
    if kind != 0x6FFFFFFE:
        continue
    at, _, link = struct.unpack_from('<QQI', data, offset + i * size + 0x18)
    names, = struct.unpack_from('<Q', data, offset + link * size + 0x18)
    while True:
        _, needs, _, first, following = struct.unpack_from('<HHIII', data, at)
        version = at + first
        for _ in range(needs):
            _, flags, _, name, after = struct.unpack_from('<IHHII', data, version)
            if data[names + name:].startswith(b'GLIBCXX_3.4.32\0'):
                struct.pack_into('<H', data, version + 4, flags | 2)
            version += after
        if not following:
            break
        at += following
open(path, 'wb').write(data)
PYTHON
}

# The program is on standard input; further packages are arguments, NAME=VERSION.
run_torchsharp() {
    local references=""
    for package in "$@"; do
        references="$references<PackageReference Include=\"${package%=*}\" Version=\"${package#*=}\" />"
    done
    cat > "$folder/Program.cs"
    cat > "$folder/Finding.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <NoWarn>NU1603</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="$torchsharp" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="$libtorch" />
    $references
  </ItemGroup>
</Project>
XML
    dotnet build "$folder/Finding.csproj" -c Release -o "$folder/out" -v quiet >"$folder/build.log" 2>&1 || { cat "$folder/build.log"; exit 1; }
    loads_on_older_systems "$(find "$folder/out" -name libLibTorchSharp.so)"
    dotnet "$folder/out/Finding.dll"
}
