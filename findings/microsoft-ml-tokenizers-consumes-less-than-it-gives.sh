#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1, BertTokenizer: EncodeToIds with a largest number of tokens gives all but two of them to words, and says
# that it consumed the text up to the word before the last one that it gave: text that is cut into pieces by that number has a word twice
# at each border. CountTokens leaves out the two special tokens that EncodeToIds adds, so a text that counts 512 gives 514. A
# TiktokenTokenizer is right in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$(dirname "$0")/support/expect.sh"

printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' one two three four > "$folder/vocab.txt"
cat > "$folder/Finding.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.Tokenizers" Version="2.0.1" />
    <PackageReference Include="Microsoft.ML.Tokenizers.Data.Cl100kBase" Version="2.0.1" />
  </ItemGroup>
</Project>
XML
cat > "$folder/Program.cs" <<'CSHARP'
using Microsoft.ML.Tokenizers;

const string text = "one two three four";
var vocabulary = File.ReadAllLines(args[0]);
var bert = BertTokenizer.Create(args[0]);
foreach (var most in new[] { 4, 5 })
{
    var ids = bert.EncodeToIds(text, most, out _, out var consumed);
    Console.WriteLine($"at most {most}: {string.Join(" ", ids.Select(id => vocabulary[id]))}, consumed: '{text[..consumed]}'");
}

Console.WriteLine($"CountTokens {bert.CountTokens(text)}, EncodeToIds {bert.EncodeToIds(text).Count}");
var tiktoken = TiktokenTokenizer.CreateForModel("gpt-4");
var given = tiktoken.EncodeToIds(text, 2, out _, out var read);
Console.WriteLine($"Tiktoken, at most 2: '{tiktoken.Decode(given)}', consumed: '{text[..read]}'; "
    + $"CountTokens {tiktoken.CountTokens(text)}, EncodeToIds {tiktoken.EncodeToIds(text).Count}");
CSHARP
dotnet build "$folder/Finding.csproj" -c Release -o "$folder/out" -v quiet > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
dotnet "$folder/out/Finding.dll" "$folder/vocab.txt" | expect 'at most 4: [CLS] one two [SEP], consumed: '\''one'\''
at most 5: [CLS] one two three [SEP], consumed: '\''one two'\''
CountTokens 4, EncodeToIds 6
Tiktoken, at most 2: '\''one two'\'', consumed: '\''one two'\''; CountTokens 4, EncodeToIds 4'
