using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Recording;

namespace PpcJit.Kernel.Runs;

/// <summary>
/// Finds the files of a run again: in the run file, where they were, beside the run file, or where a person says. A
/// file is the right one by its hash only.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="path">Where the run file is.</param>
/// <param name="given">Files that a person named for whatever role.</param>
/// <param name="openDisk">The disk that the run had, when it is still open here; null when not.</param>
public sealed class RunImages(RunFile run, string path, IReadOnlyList<string> given, DiskFile? openDisk = null)
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _found = [];

    /// <summary>Says what to boot.</summary>
    /// <param name="notice">Told when names for reports are missing, without which the run can be done.</param>
    /// <exception cref="InputException">A file is missing, or another one is in its place.</exception>
    public BootOptions Find(Action<string> notice)
    {
        string? symbols = IsWanted("symbols", out string first) ? FindSymbols(NameOf("symbols"), first, notice) : null;
        (RunSymbols Wanted, string? Found)[] more = [.. run.MoreSymbols.Select(wanted => (wanted, FindSymbols(wanted.Path, wanted.Hash, notice)))];
        bool isFirmware = run.Facts.GetValueOrDefault(RunIdentity.Firmware) == RunIdentity.Yes;
        bool isInFlash = isFirmware && run.Facts["image"] == RunIdentity.Hash(default);
        (DiskOptions? Options, DiskFile? File) disk = Disk();
        return new BootOptions
        {
            ImagePath = isInFlash ? "" : Require("image") ?? throw new InputException($"{path} does not say which image the run has."),
            IsFirmware = isFirmware,
            StopsAtReset = run.Facts.GetValueOrDefault(RunIdentity.NoReboot) == RunIdentity.Yes,
            Flash = Flash(),
            Disk = disk.Options,
            OpenDisk = disk.File,
            InitrdPath = Require("initrd"),
            DtbPath = Require("dtb"),
            TreeAsIs = run.Facts.GetValueOrDefault(RunIdentity.TreeAsIs) == RunIdentity.Yes,
            FitConfiguration = Text(RunIdentity.FitConfiguration),
            SymbolsPath = symbols,
            MoreSymbolPaths = [.. more.Where(file => file.Wanted.Program is null).Select(file => file.Found).OfType<string>()],
            ProgramSymbolPaths = [.. more.Where(file => file is { Wanted.Program: not null, Found: not null }).Select(
                file => new ProgramSymbols(file.Wanted.Program!, file.Found!))],
            LoadAddress = Address("load"),
            EntryAddress = Address("entry"),
            CommandLine = Text("append"),
            AtHand = _found,
        };
    }

    /// <summary>What the flash held when the run began; a run that is done again writes nothing back.</summary>
    private FlashOptions? Flash()
    {
        if (Require(RunIdentity.Flash) is not { } file)
            return null;
        bool isProtected = run.Facts.GetValueOrDefault(RunIdentity.FlashProtected) == RunIdentity.Yes;
        return new FlashOptions(file) { Keeping = isProtected ? FileKeeping.ReadOnly : FileKeeping.Snapshot };
    }

    /// <summary>
    /// What the disk held when the run began: a file that holds it, or that holds it but for what the run has written. A run that is done again
    /// writes nothing back.
    /// </summary>
    private (DiskOptions? Options, DiskFile? File) Disk()
    {
        if (!IsWanted(RunIdentity.Disk, out string hash))
            return (null, null);
        bool isProtected = run.Facts.GetValueOrDefault(RunIdentity.DiskProtected) == RunIdentity.Yes;
        FileKeeping keeping = isProtected ? FileKeeping.ReadOnly : FileKeeping.Snapshot;
        string name = NameOf(RunIdentity.Disk);
        if (openDisk?.Hash == hash)
            return (new DiskOptions(name) { Keeping = keeping }, openDisk);
        ReadOnlyMemory<byte> before = run.Facts.TryGetValue(RunIdentity.DiskBefore, out string? packed)
            ? run.Packed.GetValueOrDefault(packed) : default;
        foreach (string candidate in Candidates(name).Where(file => given.Contains(file) || File.Exists(file)))
        {
            foreach (ReadOnlyMemory<byte> patch in before.IsEmpty ? [before] : (ReadOnlyMemory<byte>[])[default, before])
            {
                DiskOptions options = new(candidate) { Keeping = keeping, Before = patch };
                DiskFile file = DiskFile.Open(options);
                if (file.Hash == hash)
                    return (options, file);
                file.Dispose();
            }
        }

        throw new InputException($"{path} needs the disk {name} as it was when the run began, with the hash {hash}: it is not where it was, not "
            + "beside the run file, and not given with --image FILE. A disk with ',snapshot' stays as it is.");
    }

    private string? FindSymbols(string name, string hash, Action<string> notice)
    {
        if (Find(name, hash, out _) is { } found)
            return found;
        notice($"The symbols of the run, {name}, are not here: reports are without names, and a panic that only they show is not seen.");
        return null;
    }

    private string? Require(string role)
    {
        if (!IsWanted(role, out string hash))
            return null;
        if (Find(NameOf(role), hash, out string? other) is { } name)
            return name;
        string seen = other is null
            ? "it is not where it was, not beside the run file, and not given with --image FILE"
            : $"{other} is another file";
        string called = NameOf(role) is { Length: > 0 } known ? $" {known}" : "";
        throw new InputException($"{path} needs the {role}{called} with the SHA-256 {hash}: {seen}.");
    }

    private string? Find(string name, string hash, out string? other)
    {
        other = null;
        if (run.Packed.TryGetValue(hash, out ReadOnlyMemory<byte> packed))
            return Keep(name, packed);
        foreach (string candidate in Candidates(name))
        {
            if (Read(candidate) is not { } contents)
                continue;
            if (RunIdentity.Hash(contents) == hash)
                return Keep(candidate, contents);
            other ??= candidate;
        }

        return null;
    }

    private IEnumerable<string> Candidates(string name)
    {
        if (name.Length > 0)
        {
            yield return name;
            yield return Path.Combine(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".", Path.GetFileName(name));
        }

        foreach (string file in given)
            yield return file;
    }

    /// <summary>Reads a file if it is there; one that a person gave must be.</summary>
    private ReadOnlyMemory<byte>? Read(string file)
    {
        if (EmbeddedGuests.IsName(file))
            return EmbeddedGuests.Find(file);
        return given.Contains(file) || File.Exists(file) ? InputFile.Read(file, BootLimits.Any(run.Facts)).Memory : (ReadOnlyMemory<byte>?)null;
    }

    private string Keep(string name, ReadOnlyMemory<byte> contents)
    {
        string key = name.Length > 0 ? name : "image";
        _found[key] = contents;
        return key;
    }

    private bool IsWanted(string role, out string hash)
    {
        hash = run.Facts.GetValueOrDefault(role, RunIdentity.Absent);
        return hash != RunIdentity.Absent;
    }

    private string NameOf(string role) => run.Paths.GetValueOrDefault(role, "");

    private string? Text(string fact) =>
        RunIdentity.TryUnescape(run.Facts.GetValueOrDefault(fact, RunIdentity.Absent), out string? text) ? text : throw Bad(fact);

    private uint? Address(string fact)
    {
        string text = run.Facts.GetValueOrDefault(fact, RunIdentity.Absent);
        return text == RunIdentity.Absent ? null : Numbers.Address($"{path}: {fact}", text);
    }

    private InputException Bad(string fact) => new($"{path} is damaged: its {fact} is not as run files have it.");
}
