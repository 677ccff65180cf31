using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Makes a timeline from the last events of a machine that stands still.</summary>
internal sealed unsafe class TimelineBuilder
{
    /// <summary>Events that are shown where nothing says at which one something began to go wrong.</summary>
    private const int UsualEvents = 40;

    /// <summary>Events that are shown ahead of the one at which something began to go wrong.</summary>
    private const int EventsBefore = 4;

    private const int MaxPages = 8;

    private readonly GuestView _guest;
    private readonly List<GuestEvent> _events;

    private TimelineBuilder(GuestView guest, ulong? since)
    {
        _guest = guest;
        GuestEvent[] telling = [.. guest.Recent.Where(happened => happened.Kind is not (GuestEventKind.SprRead or GuestEventKind.Reached))];
        int first = telling.Length - UsualEvents;
        if (since is { } count && Array.FindIndex(telling, happened => happened.Count >= count) is >= 0 and var began)
            first = Math.Min(first, began - EventsBefore);
        _events = [.. telling.Skip(Math.Max(0, first))];
    }

    /// <summary>Makes the timeline.</summary>
    /// <param name="guest">The machine.</param>
    /// <param name="since">The count at which something began to go wrong, with which it begins at the latest; null when that is not known.</param>
    public static Timeline Build(GuestView guest, ulong? since)
    {
        TimelineBuilder builder = new(guest, since);
        return new Timeline(builder.Events(), builder.Pages());
    }

    private List<TimelineEvent> Events()
    {
        List<TimelineEvent> events = [];
        int depth = 0;
        foreach (GuestEvent happened in _events)
        {
            depth += happened.Kind == GuestEventKind.ExceptionTaken ? 1 : 0;
            bool returns = happened.Kind is GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical;
            string kind = happened.Kind == GuestEventKind.ExceptionTaken ? happened.Exception.ToString() : happened.Kind.ToString();
            events.Add(new TimelineEvent(happened.Count, kind, Place(happened), EventText.Describe(happened, _guest), happened.StackPointer, depth));
            depth = returns ? Math.Max(0, depth - 1) : depth;
        }

        return events;
    }

    private string Place(in GuestEvent happened) =>
        _guest.Symbols.Name(happened.Kind == GuestEventKind.ExceptionTaken ? happened.Address : happened.Pc);

    /// <summary>The pages of all u-areas in which the stack pointer was.</summary>
    private List<TimelinePage> Pages()
    {
        if (_guest.Kernel.UAreaSize is not { } size)
            return [];
        UAreaPlace[] areas =
        [
            .. _events.Select(happened => happened.StackPointer).Append(_guest.Gpr(1)).Distinct()
                .Select(_guest.FindUArea).OfType<UAreaPlace>().Select(place => place with { Offset = 0 }).Distinct(),
        ];
        return
        [
            .. areas.SelectMany(area => Enumerable.Range(0, (int)(size / _guest.Kernel.PageSize)).Select(page => (Area: area, Page: (uint)page)))
                .Take(MaxPages)
                .Select(lane => new TimelinePage(Address(lane), _guest.Kernel.PageSize, Name(lane), Present(Address(lane)))),
        ];
    }

    private uint Address((UAreaPlace Area, uint Page) lane) => lane.Area.UArea + (lane.Page * _guest.Kernel.PageSize);

    private string Name((UAreaPlace Area, uint Page) lane)
    {
        bool last = (lane.Page + 1) * _guest.Kernel.PageSize == _guest.Kernel.UAreaSize;
        string part = (lane.Page == 0, last) switch
        {
            (true, true) => "pcb and stack",
            (true, _) => "pcb",
            (_, true) => "stack",
            _ => $"page {lane.Page}",
        };
        return $"{_guest.NameOf(lane.Area.Lwp)}: {part}";
    }

    /// <summary>
    /// Goes back from the TLB as it is now, undoing each write, and notes between which events an entry mapped an address.
    /// </summary>
    private List<IndexRange> Present(uint address)
    {
        bool[] maps = [.. Enumerable.Range(0, CpuState.TlbEntries).Select(index => Maps(_guest.State->TlbHi[index], address))];
        List<IndexRange> ranges = [];
        int end = _events.Count;
        bool present = maps.Contains(true);
        for (int n = _events.Count - 1; n >= 0; n--)
        {
            if (_events[n] is not { Kind: GuestEventKind.TlbWritten, Number: >= 0 } written)
                continue;
            maps[written.Number] = Maps(written.Dear, address);
            bool before = maps.Contains(true);
            if (before == present)
                continue;
            if (present)
                ranges.Insert(0, new IndexRange(n, end));
            (present, end) = (before, n);
        }

        if (present)
            ranges.Insert(0, new IndexRange(0, end));
        return ranges;
    }

    private static bool Maps(uint hi, uint address) => (hi & Tlb.Valid) != 0 && ((hi ^ address) & Tlb.PageMask(hi)) == 0;
}
