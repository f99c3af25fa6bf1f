using System.Collections.Concurrent;
using Gen.Model;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>How much of a class was read, and from where.</summary>
internal enum ReadingKind
{
    /// <summary>All of it, as any other module may hold it.</summary>
    Whole,

    /// <summary>All of it, seen from the class itself: what holds itself is another thing seen from within.</summary>
    WholeAtRoot,

    /// <summary>As far as messages need it.</summary>
    Messages,

    /// <summary>The same, seen from the class itself.</summary>
    MessagesAtRoot,
}

/// <summary>What was read of a class; null where it is no module.</summary>
/// <param name="Module">The model.</param>
/// <param name="Height">How many modules stand in one another below it.</param>
internal sealed record KeptReading(ModuleModel? Module, int Height);

/// <summary>A base class that a class is missing until the generator has run.</summary>
/// <param name="Text">Its part of the class; empty for none.</param>
/// <param name="IsGuess">The class is taken for a module by the names of its attributes.</param>
internal sealed record MissingPart(string Text, bool IsGuess);

/// <summary>
/// The declarations of a project at one moment, and what was read of its classes. The next moment takes over all readings but those that
/// the edit may have changed: those of the edited types, and of all that come to them by words, directly or by way of others. It holds no
/// compilation, and no tree of the user's.
/// </summary>
internal sealed class Snapshot
{
    private readonly ConcurrentDictionary<(string Key, ReadingKind Kind), KeptReading> readings = new();
    private readonly ConcurrentDictionary<string, MissingPart> parts = new(StringComparer.Ordinal);

    /// <summary>What was read before the edit, to be compared with what is read after it: equal models are one.</summary>
    private readonly Dictionary<(string Key, ReadingKind Kind), KeptReading> before = [];

    /// <summary>The first declaration of each class that may be a module.</summary>
    private readonly Dictionary<string, TypeOutline> candidates = new(StringComparer.Ordinal);

    private readonly Dictionary<string, TypeOutline> lacking = new(StringComparer.Ordinal);

    /// <summary>The types of which a parameter has an attribute.</summary>
    private readonly HashSet<string> withAnnotatedParameters = new(StringComparer.Ordinal);

    private Snapshot(TreeOutline[] files)
    {
        Files = files;
        foreach (var type in files.SelectMany(f => f.Types))
        {
            if (type.HasAnnotatedParameters)
            {
                withAnnotatedParameters.Add(type.Key);
            }

            if (type.MayLackBase && !lacking.ContainsKey(type.Key))
            {
                lacking.Add(type.Key, type);
            }

            if (type.IsCandidate && !candidates.ContainsKey(type.Key))
            {
                candidates.Add(type.Key, type);
            }
        }
    }

    public TreeOutline[] Files { get; }

    /// <summary>The base classes that are missing, as they were parsed last.</summary>
    public SyntaxTree? Bases { get; set; }

    /// <summary>The compilation of these files in which classes are read, while somebody else holds it.</summary>
    public Compilation? Whole
    {
        get => whole is { } reference && reference.TryGetTarget(out var target) ? target : null;
        set => whole = value is null ? null : new(value);
    }

    private WeakReference<Compilation>? whole;

    /// <summary>The classes whose base class may be a generated one, each by its first declaration.</summary>
    public IEnumerable<TypeOutline> Lacking => lacking.Values;

    public static Snapshot First(TreeOutline[] files) => new(files);

    /// <summary>False for a class that has no annotated member, by its text alone.</summary>
    public bool MayBeAnnotated(string key) => candidates.ContainsKey(key) || withAnnotatedParameters.Contains(key);

    /// <summary>The declaration stands for its class.</summary>
    public bool IsRepresentative(TypeOutline type) => candidates.TryGetValue(type.Key, out var first) && ReferenceEquals(first, type);

    public KeptReading? Find(string key, ReadingKind kind) => readings.TryGetValue((key, kind), out var known) ? known : null;

    /// <summary>Keeps what was read; an equal model that was read before is used again.</summary>
    public ModuleModel? Keep(string key, ReadingKind kind, ModuleModel? module, int height)
    {
        if (module is not null && before.TryGetValue((key, kind), out var old) && module.Equals(old.Module))
        {
            module = old.Module;
        }

        return readings.GetOrAdd((key, kind), new KeptReading(module, height)).Module;
    }

    /// <summary>The base class that a class is missing.</summary>
    public MissingPart Part(string key, Func<MissingPart> find) =>
        parts.TryGetValue(key, out var known) ? known : parts.GetOrAdd(key, find());

    /// <summary>What was guessed is known.</summary>
    public void Settle(string key, MissingPart part) => parts[key] = part with { IsGuess = false };

    /// <summary>The project after an edit.</summary>
    public Snapshot Next(TreeOutline[] files)
    {
        var next = new Snapshot(files) { Bases = Bases };
        var edited = new Edit(Files, files);
        foreach (var entry in readings)
        {
            if (edited.Affects(entry.Key.Key))
            {
                next.before[entry.Key] = entry.Value;
            }
            else
            {
                next.readings[entry.Key] = entry.Value;
            }
        }

        foreach (var entry in parts.Where(p => !edited.Affects(p.Key)))
        {
            next.parts[entry.Key] = entry.Value;
        }

        return next;
    }
}
