using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Tests.Time;

/// <summary>Events ordered by instruction count.</summary>
internal sealed class EventQueueTests
{
    private readonly List<string> _ran = [];
    private ulong _now;

    [SetUp]
    public void Begin()
    {
        _ran.Clear();
        _now = 0;
    }

    [Test]
    public void An_event_runs_at_its_count_and_not_before_and_only_once()
    {
        EventQueue queue = Queue();
        Event(queue, "a").ScheduleAt(10);
        RunAt(queue, 9);
        Assert.That(_ran, Is.Empty);
        RunAt(queue, 10);
        RunAt(queue, 11);
        Assert.That(_ran, Is.EqualTo(["a@10"]));
    }

    [Test]
    public void Events_run_in_the_order_of_their_counts_whatever_the_order_in_which_they_were_scheduled()
    {
        EventQueue queue = Queue();
        TimedEvent a = Event(queue, "a"), b = Event(queue, "b"), c = Event(queue, "c");
        b.ScheduleAt(5);
        a.ScheduleAt(7);
        c.ScheduleAt(3);
        RunAt(queue, 10);
        Assert.That(_ran, Is.EqualTo(["c@10", "b@10", "a@10"]));
    }

    [Test]
    public void Events_due_at_the_same_count_run_in_the_order_in_which_they_were_created()
    {
        EventQueue queue = Queue();
        TimedEvent a = Event(queue, "a"), b = Event(queue, "b"), c = Event(queue, "c");
        foreach (TimedEvent scheduled in (TimedEvent[])[c, a, b])
            scheduled.ScheduleAt(5);
        RunAt(queue, 5);
        Assert.That(_ran, Is.EqualTo(["a@5", "b@5", "c@5"]));
    }

    [Test]
    public void Scheduling_again_replaces_the_count_and_cancelling_removes_it()
    {
        EventQueue queue = Queue();
        TimedEvent a = Event(queue, "a"), b = Event(queue, "b");
        a.ScheduleAt(5);
        a.ScheduleAt(8);
        b.ScheduleAt(6);
        b.Cancel();
        Assert.That((queue.NextDue, a.Due, b.Due), Is.EqualTo((8ul, 8ul, ulong.MaxValue)));
        RunAt(queue, 7);
        RunAt(queue, 8);
        Assert.That(_ran, Is.EqualTo(["a@8"]));
    }

    [Test]
    public void A_handler_may_schedule_its_own_event_again_and_others()
    {
        EventQueue queue = Queue();
        TimedEvent? periodic = null;
        TimedEvent once = Event(queue, "once");
        periodic = queue.Create("periodic", () =>
        {
            _ran.Add($"periodic@{_now}");
            periodic!.ScheduleIn(10);
            once.ScheduleAt(_now);
        });
        periodic.ScheduleAt(10);
        RunAt(queue, 10);
        Assert.That(_ran, Is.EqualTo(["periodic@10", "once@10"]));
        Assert.That(queue.NextDue, Is.EqualTo(20ul));
    }

    [Test]
    public void An_event_scheduled_in_the_past_is_due_at_once()
    {
        EventQueue queue = Queue();
        _now = 100;
        Event(queue, "a").ScheduleAt(3);
        Assert.That(queue.NextDue, Is.LessThanOrEqualTo(_now));
        queue.RunDue();
        Assert.That(_ran, Is.EqualTo(["a@100"]));
    }

    [Test]
    public void A_queue_without_events_is_never_due()
    {
        EventQueue queue = Queue();
        Assert.That(queue.NextDue, Is.EqualTo(ulong.MaxValue));
        RunAt(queue, ulong.MaxValue - 1);
        Assert.That(_ran, Is.Empty);
    }

    [Test]
    public void What_is_scheduled_belongs_to_the_saved_state()
    {
        EventQueue first = Queue(), second = Queue();
        TimedEvent a = Event(first, "a"), b = Event(first, "b");
        Event(second, "a").ScheduleAt(1);
        Event(second, "b");
        a.ScheduleAt(70);
        b.ScheduleAt(60);
        StateWriter writer = new();
        first.Save(writer);
        second.Load(new StateReader(writer.Written.ToArray()));
        Assert.That(second.NextDue, Is.EqualTo(60ul));
        RunAt(second, 70);
        Assert.That(_ran, Is.EqualTo(["b@70", "a@70"]));
    }

    private EventQueue Queue() => new(() => _now, 1000);

    private TimedEvent Event(EventQueue queue, string name) => queue.Create(name, () => _ran.Add($"{name}@{_now}"));

    private void RunAt(EventQueue queue, ulong now)
    {
        _now = now;
        queue.RunDue();
    }
}
