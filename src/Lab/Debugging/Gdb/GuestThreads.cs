using System.Globalization;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Kernels;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// The threads that gdb sees: the lwps or tasks of a kernel that is known, each with the registers with which it goes on; the processor alone
/// where nothing is known, or as long as the kernel has none.
/// </summary>
/// <param name="names">What is known of the guest.</param>
internal sealed class GuestThreads(DebugNames names)
{
    private const int Processor = 1;

    private readonly Dictionary<(uint Address, uint? Number), int> _ids = [];

    /// <summary>The lwp whose registers are looked at; null for the one that runs.</summary>
    private uint? _selected;

    private GuestKernel? Kernel => names.Kernel;

    /// <summary>The thread that runs.</summary>
    public int Running => Kernel is { } kernel && kernel.CurrentLwp is { } lwp ? IdOf(kernel.Describe(lwp, isRunning: true)) : Processor;

    /// <summary>Whether a thread is looked at that does not run.</summary>
    public bool IsOtherSelected => _selected is { } lwp && Kernel?.CurrentLwp != lwp;

    /// <summary>Gives all threads, the one that runs among them.</summary>
    public IReadOnlyList<int> All()
    {
        int running = Running;
        int[] others = [.. Lwps().Select(IdOf)];
        return others.Contains(running) ? others : [running, .. others];
    }

    /// <summary>Looks at a thread: 0 and -1 are whichever runs.</summary>
    /// <param name="text">Its number in the protocol.</param>
    /// <returns>False when there is none.</returns>
    public bool Select(ReadOnlySpan<char> text)
    {
        if (text is "0" or "-1")
            return SelectRunning();
        if (Find(text) is not { } id)
            return false;
        if (id == Running)
            return SelectRunning();
        if (Lwp(id) is not { } lwp)
            return false;
        _selected = lwp.Address;
        return true;
    }

    /// <summary>Looks at whichever runs.</summary>
    public bool SelectRunning()
    {
        _selected = null;
        return true;
    }

    /// <summary>Whether there is a thread.</summary>
    public bool IsAlive(ReadOnlySpan<char> text) => Find(text) is { } id && (id == Running || Lwp(id) is not null);

    /// <summary>Says what people want to know of a thread; null when there is none.</summary>
    public string? Describe(ReadOnlySpan<char> text)
    {
        if (Find(text) is not { } id)
            return null;
        if (Lwp(id) is { } lwp)
            return $"{lwp.Label}, {lwp.Doing}";
        if (id != Running)
            return null;
        return Kernel is { } kernel && kernel.CurrentLwp is { } running
            ? $"{kernel.Describe(running, isRunning: true).Label}, running" : "PowerPC 405";
    }

    /// <summary>Gives a general register of the thread that is looked at and does not run; null when its kernel has not saved it.</summary>
    public uint? Saved(GdbRegister register)
    {
        if (_selected is not { } lwp || Kernel?.SavedBy(lwp) is not { } saved)
            return null;
        return register.Name switch
        {
            "pc" or "lr" => saved.Pc,
            "cr" => saved.Cr,
            _ => register.Number < saved.General.Count ? saved.General[register.Number] : null,
        };
    }

    /// <summary>
    /// Gives the physical address of an effective one as the thread has it that is looked at: by the TLB for the one that runs, and by the
    /// kernel's tables where the TLB says nothing; null where it is not mapped.
    /// </summary>
    public uint? Translate(uint effective)
    {
        uint physical;
        if (IsOtherSelected && _selected is { } other)
        {
            bool isOwn = Kernel!.Description.KernelStart is { } start && effective < start;
            return Kernel.TryTranslateFor(other, effective, out physical) ? physical : isOwn ? null : ByTlb(effective);
        }

        if (ByTlb(effective) is { } mapped)
            return mapped;
        return Kernel is { } kernel && kernel.TryTranslateFor(kernel.CurrentLwp ?? 0, effective, out physical) ? physical : null;
    }

    private uint? ByTlb(uint effective) => GuestMemory.TryTranslate(names.Board, effective, out uint physical, out _) ? physical : null;

    private IReadOnlyList<GuestLwp> Lwps() => Kernel?.All() ?? [];

    private GuestLwp? Lwp(int id) => Lwps().FirstOrDefault(lwp => IdOf(lwp) == id);

    private int IdOf(GuestLwp lwp)
    {
        if (!_ids.TryGetValue((lwp.Address, lwp.Number), out int id))
            _ids[(lwp.Address, lwp.Number)] = id = Processor + _ids.Count;
        return id;
    }

    private static int? Find(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int id) && id > 0 ? id : null;
}
