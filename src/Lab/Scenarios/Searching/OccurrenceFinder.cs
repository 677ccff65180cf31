using System.Buffers.Binary;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// Finds what came in a run that a search moves or delays. Nothing is moved to before what it may be an answer to: what the guest has sent last over
/// the same line, and what came last.
/// </summary>
internal sealed class OccurrenceFinder
{
    private const int TypeAt = 12, ProtocolAt = 23, TypeIp = 0x0800;

    private readonly CaseMachine _machine;
    private readonly Search _search;
    private readonly ulong _from;
    private readonly List<(ulong Count, InterruptSource Source)> _taken = [];
    private readonly List<ulong>[] _sent;
    private readonly List<ulong> _printed = [];

    private OccurrenceFinder(CaseMachine machine, Search search)
    {
        (_machine, _search, _from) = (machine, search, machine.Count);
        _sent = [.. machine.Machine.Links.Select(_ => new List<ulong>())];
    }

    /// <summary>Runs a machine that stands at the beginning of a window to its end, and gives what came there.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="search">The search.</param>
    /// <param name="end">Count at which the window ends.</param>
    /// <param name="how">How the run ended, if it did before.</param>
    public static IReadOnlyList<Occurrence> Find(CaseMachine machine, Search search, ulong end, out CaseEnd how) =>
        new OccurrenceFinder(machine, search).Find(end, out how);

    private IReadOnlyList<Occurrence> Find(ulong end, out CaseEnd how)
    {
        MachineFuture future = _machine.Machine.KeepFuture();
        FramePassed[] passed = [.. _machine.Machine.Links.Select((_, n) => (FramePassed)((_, isSent) => NoteSent(n, isSent)))];
        for (int n = 0; n < passed.Length; n++)
            _machine.Machine.Links[n].Passed += passed[n];
        _machine.Machine.Transmitted += NotePrinted;
        _machine.Board.Processor.ExceptionTaken += NoteTaken;
        try
        {
            how = _machine.Run(end);
        }
        finally
        {
            for (int n = 0; n < passed.Length; n++)
                _machine.Machine.Links[n].Passed -= passed[n];
            _machine.Machine.Transmitted -= NotePrinted;
            _machine.Board.Processor.ExceptionTaken -= NoteTaken;
        }

        ulong last = _machine.Count;
        return _search.What.Action is MoveInput moved ? Inputs(moved, future.Answering(_sent), last)
            : [.. _taken.Select((taken, n) => new InterruptOccurrence(n + 1, taken.Count, $"interrupt {n + 1} ({taken.Source})", taken.Source))];
    }

    private IReadOnlyList<Occurrence> Inputs(MoveInput moved, MachineFuture future, ulong last)
    {
        List<(InputPlace Input, ulong First, string Name, ulong Kind)> found = [];
        foreach (IGrouping<(int Line, int Link), (InputPlace Place, ReadOnlyMemory<byte> Content)> line in
            future.Inputs.GroupBy(input => (input.Place.Line, input.Place.Link)))
        {
            if (line.Key.Line >= 0 ? !moved.Keys : !moved.Frames)
                continue;
            string name = line.Key.Link >= 0 ? $"frame {{0}} of {_machine.Machine.Links[line.Key.Link].Port.Name}"
                : line.Key.Line == 0 ? "key {0}" : "key {0} of the second serial port";
            ulong before = _from;
            foreach ((InputPlace place, ReadOnlyMemory<byte> content) in line.Where(input => input.Place.Count <= last))
            {
                ulong sent = LastBefore(line.Key.Link >= 0 ? _sent[line.Key.Link] : _printed, place.Count);
                ulong far = place.Count - Math.Min(place.Count, _search.Reach);
                ulong first = Math.Min(Math.Max(Math.Max(before, sent), far), place.Count);
                ulong kind = PlaceContext.Mix((ulong)((line.Key.Line + 1) << 8) + (uint)(line.Key.Link + 1), KindOf(line.Key.Link, content.Span));
                found.Add((place, first, string.Format(System.Globalization.CultureInfo.InvariantCulture, name, place.Number), kind));
                before = place.Count + 1;
            }
        }

        return [.. found.OrderBy(one => one.First).ThenBy(one => one.Input.Count).ThenBy(one => one.Input.Link).ThenBy(one => one.Input.Line)
            .ThenBy(one => one.Input.Number)
            .Select((one, n) => new InputOccurrence(n + 1, one.Input, one.First, one.Name, one.Kind, future))];
    }

    /// <summary>The type of a frame, and the protocol of an IP packet.</summary>
    private static ulong KindOf(int link, ReadOnlySpan<byte> content)
    {
        if (link < 0 || content.Length <= ProtocolAt)
            return 0;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(content[TypeAt..]);
        return type == TypeIp ? ((ulong)type << 8) + content[ProtocolAt] : type;
    }

    /// <summary>The first place after the last of some counts that are not after another one; 0 where there is none.</summary>
    private static ulong LastBefore(List<ulong> counts, ulong count)
    {
        int found = counts.BinarySearch(count);
        while (found >= 0 && found + 1 < counts.Count && counts[found + 1] == count)
            found++;
        int index = found >= 0 ? found : ~found - 1;
        return index < 0 ? 0 : counts[index] + 1;
    }

    private void NoteSent(int link, bool isSent)
    {
        if (isSent)
            _sent[link].Add(_machine.Count);
    }

    private void NotePrinted(byte value) => _printed.Add(_machine.Count);

    private void NoteTaken(in ExceptionRecord record)
    {
        if (_search.What.Action is DelayInterrupt { Interrupt.Source: var source } && record.Kind.Source() == source)
            _taken.Add((record.Count, source));
    }
}
