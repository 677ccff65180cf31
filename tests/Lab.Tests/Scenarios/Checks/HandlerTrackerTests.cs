using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Tests.Scenarios.Checks;

/// <summary>Which handler runs, told by events alone.</summary>
public sealed class HandlerTrackerTests
{
    private const int Remembered = 16;

    private int _number;

    [Test]
    public void Handlers_go_on_where_they_were_interrupted()
    {
        using UareaMachine machine = new("entry=mmu-first uarea=kva");
        GuestView guest = machine.Prepared();
        Random random = new(7);
        List<(HandlerTracker Tracker, Model Model)> all = [(new HandlerTracker(), new Model())];
        int resumed = 0;
        for (int n = 0; n < 20_000; n++)
        {
            (HandlerTracker tracker, Model model) = all[random.Next(all.Count)];
            GuestEvent happened = random.Next(9) < 5 || model.Interrupted.Count == 0 ? Taken(random)
                : Returned(model.Interrupted[^random.Next(1, Math.Min(4, model.Interrupted.Count) + 1)].By, random.Next(20) == 0);
            tracker.Observe(happened, guest);
            resumed += model.Observe(happened) ? 1 : 0;
            Assert.That((tracker.Current?.Id, tracker.Current?.Taken.Count), Is.EqualTo((model.Current?.Id, model.Current?.Taken)), $"after {n}");
            if (n % 50 == 0)
                all[random.Next(all.Count)] = (tracker.Fork(), model.Fork());
            if (n % 50 == 25 && all.Count < 5)
                all.Add((tracker.Fork(), model.Fork()));
        }

        Assert.That(resumed, Is.GreaterThan(1000));
    }

    [Test]
    public void A_check_gets_what_it_sees()
    {
        using UareaMachine machine = new("entry=mmu-first-saved uarea=kva");
        Listener some = new(GuestEventKind.ReturnedFromInterrupt), all = new(null);
        machine.Run(some, all);
        Assert.That(some.Heard.Keys, Is.EqualTo([GuestEventKind.ReturnedFromInterrupt]));
        Assert.That(some.Heard[GuestEventKind.ReturnedFromInterrupt], Is.EqualTo(all.Heard[GuestEventKind.ReturnedFromInterrupt]));
        Assert.That(all.Heard, Has.Count.GreaterThan(3));
    }

    [Test]
    public void What_is_watched_can_change([Values(0u, 0x100u, 0x00f00ffcu)] uint address)
    {
        const uint NoOperation = 0x60000000;
        using UareaMachine machine = new("entry=mmu-first-saved uarea=kva");
        GuestView guest = machine.Prepared();
        using GuestWatcher watcher = new(guest.Board);
        watcher.Attach(guest, [], new WatchList());
        Assert.That(watcher.Watches(address, NoOperation), Is.False);
        Assert.That(watcher.Watches(address, NoOperation), Is.False);
        WatchList watches = new();
        watches.Reach(address);
        watcher.Attach(guest, [], watches);
        Assert.That(watcher.Watches(address, NoOperation), Is.True);
        Assert.That(watcher.Watches(address, 0), Is.True);
        Assert.That(watcher.Watches(address + 2048, NoOperation), Is.False);
        Assert.That(watcher.Watches(address, NoOperation), Is.True);
    }

    /// <summary>Places are few, so that many look alike.</summary>
    private GuestEvent Taken(Random random) => new(
        GuestEventKind.ExceptionTaken, (ulong)++_number, 0x500, 0, (uint)random.Next(3), (int)ExceptionKind.External, (uint)random.Next(4) * 4, 0x30);

    private static GuestEvent Returned(GuestEvent by, bool elsewhere) => new(
        GuestEventKind.ReturnedFromInterrupt, by.Count, 0x600, 0, by.StackPointer, 0, elsewhere ? 0x7000 : by.Address, by.Value);

    /// <summary>The same, as simple as it can be.</summary>
    private sealed class Model
    {
        private int _last;

        public (int Id, ulong Taken)? Current { get; private set; }

        public List<((int Id, ulong Taken) Handler, GuestEvent By)> Interrupted { get; private init; } = [];

        public Model Fork() => new() { _last = _last, Current = Current, Interrupted = [.. Interrupted] };

        /// <returns>Whether a handler goes on.</returns>
        public bool Observe(GuestEvent happened)
        {
            if (happened.Kind == GuestEventKind.ExceptionTaken)
            {
                if (Current is { } running)
                    Interrupted.Add((running, happened));
                if (Interrupted.Count > Remembered)
                    Interrupted.RemoveAt(0);
                Current = (++_last, happened.Count);
                return false;
            }

            int found = Interrupted.FindLastIndex(one =>
                (one.By.Address, one.By.Value, one.By.StackPointer) == (happened.Address, happened.Value, happened.StackPointer));
            Current = found < 0 ? null : Interrupted[found].Handler;
            if (found >= 0)
                Interrupted.RemoveRange(found, Interrupted.Count - found);
            return found >= 0;
        }
    }

    private sealed class Listener(GuestEventKind? only) : ICheck
    {
        public string Name => "listener";

        public Dictionary<GuestEventKind, int> Heard { get; } = [];

        public void Prepare(GuestView guest, WatchList watches)
        {
        }

        public bool Sees(GuestEventKind kind) => only is null || kind == only;

        public void Observe(in GuestEvent happened, GuestView guest) => Heard[happened.Kind] = Heard.GetValueOrDefault(happened.Kind) + 1;

        public ICheck Fork() => this;
    }
}
