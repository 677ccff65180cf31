using PpcJit.Lab.Observing.Formats;

namespace PpcJit.Lab.Observing.Timelines;

/// <summary>
/// Writes a timeline as Perfetto reads it: packets of a <c>Trace</c>, each a descriptor of a track or an event on one.
/// Times are the guest's, in nanoseconds.
/// </summary>
/// <param name="to">Receives the file, packet by packet.</param>
/// <param name="timeline">The timeline.</param>
/// <param name="title">What was run.</param>
internal sealed class PerfettoWriter(Stream to, RunTimeline timeline, string title)
{
    private const int TracePacket = 1;
    private const int Timestamp = 8, SequenceId = 10, TrackEvent = 11, SequenceFlags = 13, TrackDescriptor = 60;
    private const int EventType = 9, EventTrack = 11, EventName = 23;
    private const int DescriptorUuid = 1, DescriptorName = 2, DescriptorParent = 5;
    private const ulong SliceBegin = 1, SliceEnd = 2, Instant = 3;
    private const ulong Sequence = 1, Root = 1;

    private readonly ProtoWriter _file = new();
    private readonly ProtoWriter _packet = new();
    private readonly ProtoWriter _part = new();

    /// <summary>Writes the file.</summary>
    public void Write()
    {
        Describe(Root, title, 0);
        Dictionary<string, ulong> groups = [];
        ulong next = Root;
        foreach (TimelineTrack track in timeline.Tracks)
        {
            if (!groups.TryGetValue(track.Group, out ulong group))
            {
                groups[track.Group] = group = ++next;
                Describe(group, track.Group, Root);
            }

            ulong uuid = ++next;
            Describe(uuid, track.Name, group);
            WriteEvents(track, uuid);
        }
    }

    /// <summary>
    /// In the order of time. At one time what ends, whichever it is, comes before what begins, and the outer beginning before the inner one.
    /// </summary>
    private void WriteEvents(TimelineTrack track, ulong uuid)
    {
        IEnumerable<(ulong Count, int Order, TimelineSlice Slice, ulong Type)> events = track.Slices.SelectMany(slice =>
            ((ulong, int, TimelineSlice, ulong)[])(slice.Length == 0
                ? [(slice.Start, slice.Depth, slice, Instant)]
                : [(slice.Start, slice.Depth, slice, SliceBegin), (slice.End, -1, slice, SliceEnd)]));
        foreach ((ulong count, _, TimelineSlice slice, ulong type) in events.OrderBy(happens => happens.Count).ThenBy(happens => happens.Order))
        {
            _part.Clear().Number(EventType, type).Number(EventTrack, uuid);
            if (type != SliceEnd)
                _part.Text(EventName, timeline.Names[slice.Name]);
            _packet.Clear().Number(Timestamp, timeline.Nanoseconds(count)).Number(SequenceId, Sequence).Message(TrackEvent, _part.Written);
            to.Write(_file.Clear().Message(TracePacket, _packet.Written).Written);
        }
    }

    private void Describe(ulong uuid, string name, ulong parent)
    {
        _part.Clear().Number(DescriptorUuid, uuid).Text(DescriptorName, name);
        if (parent != 0)
            _part.Number(DescriptorParent, parent);

        // The first packet says that nothing before it is needed to understand the sequence.
        _packet.Clear().Number(SequenceId, Sequence).Number(SequenceFlags, uuid == Root ? 1u : 2).Message(TrackDescriptor, _part.Written);
        to.Write(_file.Clear().Message(TracePacket, _packet.Written).Written);
    }
}
