#!/usr/bin/env bash
# csharp-ls 0.28.0 with StyleCop.Analyzers 1.1.118: with the setting csharp.analyzersEnabled the language server shows the diagnostics of
# an analyzer that comes from a package. The package's code fix for it is not among the code actions, while Roslyn's own actions are. Such
# a fix is made by `dotnet format analyzers`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
. "$(dirname "$0")/support/expect.sh"

mkdir "$folder/Project"
cat > "$folder/Project/Project.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="StyleCop.Analyzers" Version="1.1.118" PrivateAssets="all" />
  </ItemGroup>
</Project>
XML
cat > "$folder/Project/Text.cs" <<'CSHARP'
internal static class Text
{
    internal static string Nothing() { return ""; }
}
CSHARP
{
    dotnet tool install csharp-ls --version 0.28.0 --tool-path "$folder/tools"
    dotnet restore "$folder/Project"
} > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }

python3 - "$folder" <<'PYTHON' | expect 'reported: SA1122
actions of Roslyn: True, of the package: False'
import json, pathlib, subprocess, sys

folder = pathlib.Path(sys.argv[1])
source = folder / "Project" / "Text.cs"
server = subprocess.Popen([folder / "tools" / "csharp-ls"], cwd=folder / "Project", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)


def send(**message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    server.stdin.flush()


def messages():
    while True:
        length = 0
        while (line := server.stdout.readline().strip()):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(server.stdout.read(length))
        if "method" in message and "id" in message:
            items = message.get("params", {}).get("items", [])
            settings = message["method"] == "workspace/configuration"
            send(id=message["id"], result=[{"analyzersEnabled": True} for _ in items] if settings else None)
        else:
            yield message


send(id=1, method="initialize", params={"processId": None, "rootUri": (folder / "Project").as_uri(), "capabilities": {
    "workspace": {"configuration": True}, "textDocument": {"publishDiagnostics": {}, "codeAction": {"codeActionLiteralSupport": {
        "codeActionKind": {"valueSet": ["quickfix", "refactor"]}}}}}})
received = messages()
next(m for m in received if m.get("id") == 1)
send(method="initialized", params={})
text = source.read_text()
send(method="textDocument/didOpen", params={"textDocument": {
    "uri": source.as_uri(), "languageId": "csharp", "version": 0, "text": text}})
for message in received:
    if message.get("method") == "textDocument/publishDiagnostics":
        found = [d for d in message["params"]["diagnostics"] if str(d.get("code")) == "SA1122"]
        if found:
            break
print("reported:", found[0]["code"])
send(id=2, method="textDocument/codeAction", params={"textDocument": {"uri": source.as_uri()}, "range": found[0]["range"],
                                                    "context": {"diagnostics": found}})
titles = [a["title"] for a in next(m for m in received if m.get("id") == 2)["result"] or []]
send(id=3, method="textDocument/codeAction", params={"textDocument": {"uri": source.as_uri()}, "range": {
    "start": {"line": 2, "character": 28}, "end": {"line": 2, "character": 28}}, "context": {"diagnostics": []}})
around = [a["title"] for a in next(m for m in received if m.get("id") == 3)["result"] or []]
print(f"actions of Roslyn: {len(titles + around) > 0}, of the package: {any('string.Empty' in t for t in titles + around)}")
server.kill()
PYTHON
