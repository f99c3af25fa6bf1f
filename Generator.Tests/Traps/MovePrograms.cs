namespace Gen.Tests.Traps;

/// <summary>Programs that move a model after its optimizer was made; <c>STEP(o)</c> is a backward pass and <c>o.step()</c>.</summary>
internal static class MovePrograms
{
    private const string Fields =
        "private readonly Linear m = Linear(2, 1); private optim.Optimizer o; "
        + "public Trainer() { o = optim.SGD(m.parameters(), 0.1); } public void Fit() { STEP(o); }";

    public static readonly IReadOnlyList<(string Name, string Source)> Broken =
    [
        Made("a step follows", "STEP(o); m.to(float64); STEP(o);"),
        Made("a loop of steps follows", "m.to(float64); for (var i = 0; i < 2; i++) { STEP(o); }"),
        Made("an earlier step in the loop", "for (var i = 0; i < 2; i++) { STEP(o); m.to(float64); }"),
        Made("in a condition", "if (m.training) { m.to(float64); } STEP(o);"),
        Made("a helper steps",
            "m.to(float64); Train(m, o);",
            "private static void Train(Linear m, optim.Optimizer o) { STEP(o); }"),
        Made("a helper of a helper",
            "m.to(float64); Train(m, o);",
            """
            private static void Train(Linear m, optim.Optimizer o) { Epoch(m, optimizer: o);
            } private static void Epoch(Linear m, optim.Optimizer optimizer) { STEP(optimizer); }
            """),
        Made("another name", "var other = o; m.to(float64); STEP(other);"),
        Made("in a list",
            "var all = new List<optim.Optimizer> { o }; m.to(float64); foreach (var each in all) { STEP(each); }"),
        Made("a local function", "m.to(float64); Once(); void Once() { STEP(o); }"),
        Made("a lambda", "Action once = () => { STEP(o); }; m.to(float64); once();"),
        Made("disposed in the other way", "m.to(float64); if (!m.training) { o.Dispose(); } STEP(o);"),
        Made("moved back", "m.to(float64); m.to(float32); STEP(o);"),
        Made("a trainer",
            "m.to(float64); var t = new Trainer(m, o); t.Fit();",
            "private sealed class Trainer(Linear m, optim.Optimizer o) { public void Fit() { STEP(o); } }"),
        Made("moved in the turn of the break", "for (var i = 0; i < 2; i++) { m.to(float64); STEP(o); break; }"),
        Made("continue", "for (var i = 0; i < 2; i++) { if (i == 0) { m.to(float64); continue; } STEP(o); }"),
        Program("a clause that is assigned",
            "var m = Linear(2, 1); optim.Optimizer o; o = optim.SGD(m.parameters(), 0.1); m.to(float64); STEP(o);"),
        Made("made again too late", "m.to(float64); STEP(o); o = optim.SGD(m.parameters(), 0.1);"),
        Program("fields: moved, then fit",
            "var t = new Trainer(); t.Move(); t.Fit();",
            "private sealed class Trainer { FIELDS public void Move() { m.to(float64); } }"),
        Program("fields: in a loop",
            "var t = new Trainer(); for (var i = 0; i < 2; i++) { t.Fit(); t.Move(); }",
            "private sealed class Trainer { FIELDS public void Move() { m.to(float64); } }"),
        Program("fields: in the constructor",
            "var t = new Trainer(); t.Fit();",
            """
            private sealed class Trainer { private readonly Linear m = Linear(2, 1); private optim.Optimizer o;
            public Trainer() { o = optim.SGD(m.parameters(), 0.1); m.to(float64); } public void Fit() { STEP(o); } }
            """),
        Program("fields: own method",
            "new Trainer().Run();",
            "private sealed class Trainer { FIELDS public void Run() { m.to(float64); Fit(); } }"),
    ];

    public static readonly IReadOnlyList<(string Name, string Source)> Sound =
    [
        Made("no step follows", "STEP(o); m.to(float64); m.state_dict();"),
        Made("the loop has ended", "for (var i = 0; i < 2; i++) { STEP(o); } m.to(float64);"),
        Made("disposed before", "STEP(o); o.Dispose(); m.to(float64); m.eval();"),
        Program("out of its using",
            "var m = Linear(2, 1); using (var o = optim.SGD(m.parameters(), 0.1)) { STEP(o); } m.to(float64);"),
        Made("disposed, made again", "STEP(o); m.to(float64); o.Dispose(); o = optim.SGD(m.parameters(), 0.1); STEP(o);"),
        Made("made again", "m.to(float64); o = optim.SGD(m.parameters(), 0.1); STEP(o);"),
        Made("another optimizer steps", "STEP(o); m.to(float64); var p = optim.SGD(m.parameters(), 0.1); STEP(p);"),
        Made("the helper ran before",
            "Train(m, o); m.to(float64);",
            "private static void Train(Linear m, optim.Optimizer o) { STEP(o); }"),
        Made("a helper that only reads",
            "STEP(o); m.to(float64); Log(o);",
            """
            private static void Log(optim.Optimizer o) => Console.Write(o.ParamGroups.Count() > 5 ? "many" : "");
            """),
        Made("moved when the loop ends", "for (var i = 0; i < 3; i++) { STEP(o); if (i == 1) { m.to(float64); break; } }"),
        Made("moved and returned", "for (var i = 0; i < 3; i++) { STEP(o); if (i == 1) { m.to(float64); return; } }"),
        Made("in the other branch", "if (m.training) { STEP(o); } else { m.to(float64); }"),
        Program("made in each turn",
            """
            var m = Linear(2, 1); for (var i = 0; i < 2; i++) { var o = optim.SGD(m.parameters(), 0.1); STEP(o);
            m.to(i == 0 ? float64 : float32); }
            """),
        Made("made again in each turn",
            """
            for (var i = 0; i < 2; i++) { STEP(o); m.to(i == 0 ? float64 : float32);
            o = optim.SGD(m.parameters(), 0.1); }
            """),
        Made("where it is already", "m.cpu(); STEP(o);"),
        Made("in its type already", "m.to(float32); m.to(CPU); STEP(o);"),
        Made("the scheduler steps", "var s = optim.lr_scheduler.StepLR(o, 1); STEP(o); m.to(float64); s.step();"),
        Made("zero_grad only", "STEP(o); m.to(float64); o.zero_grad();"),
        Made("moved in a condition with a new optimizer",
            "if (m.training) { m.to(float64); o = optim.SGD(m.parameters(), 0.1); } STEP(o);"),
        Program("made in the call",
            "var m = Linear(2, 1); Train(m, optim.SGD(m.parameters(), 0.1)); m.to(float64);",
            "private static void Train(Linear m, optim.Optimizer o) { STEP(o); }"),
        Made("a lambda that ran before", "Action once = () => { STEP(o); }; once(); m.to(float64);"),
        Made("a copy is moved",
            "STEP(o); var copy = Linear(2, 1); copy.load_state_dict(m.state_dict()); copy.to(float64); STEP(o);"),
        Made("a trainer that has ended",
            "var t = new Trainer(m, o); t.Fit(); m.to(float64);",
            "private sealed class Trainer(Linear m, optim.Optimizer o) { public void Fit() { STEP(o); } }"),
        Program("fields: exported at the end",
            "var t = new Trainer(); t.Fit(); t.Export();",
            "private sealed class Trainer { FIELDS public void Export() { m.to(float64); m.state_dict(); } }"),
        Program("fields: own method before",
            "new Trainer().Run();",
            "private sealed class Trainer { FIELDS public void Run() { Fit(); m.to(float64); } }"),
        Program("fields: made again",
            "var t = new Trainer(); t.Fit(); t.Move(); t.Fit();",
            """
            private sealed class Trainer { FIELDS public void Move() { m.to(float64);
            o = optim.SGD(m.parameters(), 0.1); } }
            """),
        Program("fields: no step",
            "var t = new Trainer(); t.Move();",
            """
            private sealed class Trainer { private readonly Linear m = Linear(2, 1); private optim.Optimizer o;
            public Trainer() { o = optim.SGD(m.parameters(), 0.1); o.zero_grad(); } public void Move() {
            m.to(float64); } }
            """),
    ];

    private static (string Name, string Source) Made(string name, string body, string members = "") =>
        Program(name, $"var m = Linear(2, 1); var o = optim.SGD(m.parameters(), 0.1); {body}", members);

    private static (string Name, string Source) Program(string name, string body, string members = "") => (name, Step().Replace(
        $"public static class Program {{ public static void Main() {{ {body} }} {With(members)} }}",
        "Judge.Before(m); m.call(ones(1, 2, dtype: m.weight!.dtype)).sum().backward(); $1.step(); Judge.After(m);"));

    private static string With(string members) => members.Replace("FIELDS", Fields, StringComparison.Ordinal);

    private static System.Text.RegularExpressions.Regex Step() => new(@"STEP\((\w+)\);");
}
