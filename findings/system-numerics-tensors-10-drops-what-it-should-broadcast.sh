#!/usr/bin/env bash
# System.Numerics.Tensors 10.0.15: an operation of two tensors in which the second one has a size of 1 takes the shape of the second one
# and drops the rest of the first, without an exception. The other way round it is right, as is a second one of fewer dimensions. So a + b
# and b + a differ, a comparison against a threshold a row compares the first column alone, and subtracting the mean of each row leaves one
# column. 11.0.0 is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$(dirname "$0")/support/expect.sh"

cat > "$folder/Program.cs" <<'CSHARP'
#pragma warning disable SYSLIB5001
using System.Numerics.Tensors;

var matrix = Tensor.Create(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
var column = Tensor.Create(new float[] { 2, 5 }, [2, 1]);
var row = Tensor.Create(new float[] { 10, 20, 30 }, [1, 3]);
Console.WriteLine($"matrix + column: {Text(Tensor.Add<float>(matrix, column))}");
Console.WriteLine($"column + matrix: {Text(Tensor.Add<float>(column, matrix))}");
Console.WriteLine($"matrix + row of [1,3]: {Text(matrix + row)}");
Console.WriteLine($"matrix + row of [3]: {Text(matrix + Tensor.Create(new float[] { 10, 20, 30 }, [3]))}");
Console.WriteLine($"matrix - column: {Text(matrix - column)}");
Console.WriteLine($"matrix > column: {Text(Tensor.GreaterThan<float>(matrix, column))}");

static string Text<T>(Tensor<T> tensor)
{
    var values = new T[tensor.FlattenedLength];
    tensor.FlattenTo(values);
    return $"[{string.Join(",", tensor.Lengths.ToArray())}] {string.Join(" ", values)}";
}
CSHARP
run() {
    cat > "$folder/Finding.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="System.Numerics.Tensors" Version="$1" />
  </ItemGroup>
</Project>
XML
    echo "version $1"
    dotnet build "$folder/Finding.csproj" -c Release -o "$folder/$1" -v quiet > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
    dotnet "$folder/$1/Finding.dll"
}
{
    run 10.0.15
    run 11.0.0
} | expect 'version 10.0.15
matrix + column: [2,1] 3 7
column + matrix: [2,3] 3 4 5 9 10 11
matrix + row of [1,3]: [1,3] 11 22 33
matrix + row of [3]: [2,3] 11 22 33 14 25 36
matrix - column: [2,1] -1 -3
matrix > column: [2,1] False False
version 11.0.0
matrix + column: [2,3] 3 4 5 9 10 11
column + matrix: [2,3] 3 4 5 9 10 11
matrix + row of [1,3]: [2,3] 11 22 33 14 25 36
matrix + row of [3]: [2,3] 11 22 33 14 25 36
matrix - column: [2,3] -1 0 1 -1 0 1
matrix > column: [2,3] False False True False False True'
