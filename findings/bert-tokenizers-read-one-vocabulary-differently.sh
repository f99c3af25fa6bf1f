#!/usr/bin/env bash
# Microsoft.ML.Tokenizers 2.0.1, FastBertTokenizer 1.2.6 and @huggingface/tokenizers 0.2.0 with one vocab.txt of BERT. BertTokenizer of the
# first joins the words around a line break or a tab, drops $ and + without a token, and does not split at _ . FastBertTokenizer reads
# [MASK] in a text as three words, so a gap cannot be asked for, and its Decode throws at the [CLS] that its Encode wrote. So a model
# gets other numbers in C# than where it was trained, with nothing said. For the first, replace line breaks; for the second, put ids in.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$(dirname "$0")/support/expect.sh"

printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' hello world '##s' mask a b '$' '+' _ '[' ']' > "$folder/vocab.txt"
cat > "$folder/Finding.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.Tokenizers" Version="2.0.1" />
    <PackageReference Include="FastBertTokenizer" Version="1.2.6" />
  </ItemGroup>
</Project>
XML
cat > "$folder/Program.cs" <<'CSHARP'
var vocabulary = File.ReadAllLines(args[0]);
var microsoft = Microsoft.ML.Tokenizers.BertTokenizer.Create(args[0]);
var fast = new FastBertTokenizer.BertTokenizer();
using (var reader = new StreamReader(args[0]))
{
    fast.LoadVocabulary(reader, convertInputToLowercase: true);
}

foreach (var text in new[] { "hello\nworlds", "a\tb", "$a + b", "a_b", "hello [MASK]" })
{
    Console.WriteLine($"{text.Replace("\n", "\\n").Replace("\t", "\\t")}");
    Console.WriteLine($"  Microsoft:    {Text(microsoft.EncodeToIds(text).Select(id => (long)id))}");
    Console.WriteLine($"  Fast:         {Text(fast.Encode(text).InputIds.ToArray())}");
}

try
{
    Console.WriteLine(fast.Decode(fast.Encode("hello").InputIds.Span));
}
catch (Exception error)
{
    Console.WriteLine($"Fast, decoding what it encoded: {error.GetType().Name}");
}

string Text(IEnumerable<long> ids) => string.Join(" ", ids.Select(id => vocabulary[id]));
CSHARP
cat > "$folder/encode.mjs" <<'JAVASCRIPT'
import fs from 'fs';
import { Tokenizer } from '@huggingface/tokenizers';

const words = fs.readFileSync(process.argv[2], 'utf8').trim().split('\n');
const token = (content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
const placed = (id) => ({ SpecialToken: { id, type_id: 0 } });
const tokenizer = new Tokenizer({
    version: '1.0',
    added_tokens: words.slice(0, 5).map(token),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
        type: 'TemplateProcessing',
        single: [placed('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, placed('[SEP]')],
        pair: [],
        special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
        type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100,
        vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
}, {});
console.log('Hugging Face, each in turn');
for (const text of ['hello\nworlds', 'a\tb', '$a + b', 'a_b', 'hello [MASK]']) {
    console.log(`  ${tokenizer.encode(text).tokens.join(' ')}`);
}
JAVASCRIPT
{
    dotnet build "$folder/Finding.csproj" -c Release -o "$folder/out" -v quiet
    cd "$folder"
    npm install --silent @huggingface/tokenizers@0.2.0
} > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
{
    dotnet out/Finding.dll vocab.txt
    node encode.mjs vocab.txt
} | expect 'hello\nworlds
  Microsoft:    [CLS] [UNK] [SEP]
  Fast:         [CLS] hello world ##s [SEP]
a\tb
  Microsoft:    [CLS] [UNK] [SEP]
  Fast:         [CLS] a b [SEP]
$a + b
  Microsoft:    [CLS] a b [SEP]
  Fast:         [CLS] $ a + b [SEP]
a_b
  Microsoft:    [CLS] [UNK] [SEP]
  Fast:         [CLS] a _ b [SEP]
hello [MASK]
  Microsoft:    [CLS] hello [MASK] [SEP]
  Fast:         [CLS] hello [ mask ] [SEP]
Fast, decoding what it encoded: KeyNotFoundException
Hugging Face, each in turn
  [CLS] hello world ##s [SEP]
  [CLS] a b [SEP]
  [CLS] $ a + b [SEP]
  [CLS] a _ b [SEP]
  [CLS] hello [MASK] [SEP]'
