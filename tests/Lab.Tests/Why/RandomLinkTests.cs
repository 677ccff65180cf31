using System.Buffers.Binary;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Tests.Debugging;
using PpcJit.Lab.Why;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Why;

/// <summary>
/// Links of random slices are right: an instruction that is done again with nothing but the inputs that its link names gives the value; where the
/// operation is one-to-one in an input, another input gives another value; and nothing between a link and the use of its value wrote the place.
/// </summary>
public sealed unsafe class RandomLinkTests
{
    private const int Links = 500;

    /// <summary>Instructions over which each state is looked at.</summary>
    private const ulong Watched = 300;

    /// <summary>XER[CA]: the rest of XER is not followed where comparisons copy SO.</summary>
    private const uint Carry = 0x20000000;

    private static readonly Op[] OneToOne =
        [Op.Or, Op.Addi, Op.Addis, Op.Add, Op.Xor, Op.Xori, Op.Xoris, Op.Neg, Op.Lwz, Op.Lbz, Op.Lhz, Op.Stw, Op.Stb, Op.Sth];

    [TestCase("demo", true, 400_000ul)]
    [TestCase("uarea", false, 280_000ul)]
    public void Links_are_right(string name, bool jit, ulong end)
    {
        using DebuggedGuest guest = new(jit, name);
        guest.Timeline.GoTo(new Moment(end));
        Random random = new(405);
        HashSet<(ValuePlace, Moment)> seen = [];
        int changed = 0;
        while (seen.Count < Links)
        {
            Moment here = new((ulong)random.NextInt64(50_000, (long)end));
            guest.Timeline.GoTo(here);
            ulong hash = guest.Board.StateHash();
            SliceOptions options = new() { MaxLinks = 40, FollowsAddresses = true, FollowsControl = random.Next(4) == 0 };
            DynamicSlice slice = new(guest.Timeline, new DebugNames(guest.Board, (SymbolTable)guest.Symbols), options);
            CausalLink newest = slice.Follow(ValuePlace.Gpr(random.Next(32)));
            Assert.That((guest.Timeline.Present, guest.Board.StateHash()), Is.EqualTo((here, hash)), "it changed the run");
            foreach ((CausalLink link, Moment used) in Uses(newest, here))
            {
                if (link.At is not { } at || link.End == LinkEnd.Shown || !seen.Add((link.Place, at)))
                    continue;
                NothingElseWrote(guest.Timeline, link, at, used);
                if (link.Word == 0 || link.Place.Register == "pc" || link.End is LinkEnd.Device or LinkEnd.Machine or LinkEnd.Key)
                    continue;
                Assert.That(Redone(guest, link, random, _ => { }), Is.EqualTo(link.Value), $"{link}");
                if (Changed(guest, link, random) is not { } other)
                    continue;
                Assert.That(other, Is.Not.EqualTo(link.Value), $"{link}");
                changed++;
            }
        }

        Assert.That(changed, Is.GreaterThan(Links / 4), "links with an input that was changed");
    }

    private static IEnumerable<(CausalLink Link, Moment Used)> Uses(CausalLink link, Moment used)
    {
        yield return (link, used);
        foreach (CausalLink source in link.From)
        {
            foreach ((CausalLink, Moment) further in Uses(source, link.At ?? used))
                yield return further;
        }
    }

    /// <summary>Looks at all that a run did from a link to the use of its value, and at each state of the first instructions.</summary>
    private static void NothingElseWrote(Timeline timeline, CausalLink link, Moment at, Moment used)
    {
        Moment after = link.Exception is null ? new Moment(at.Count + 1) : at with { Exceptions = at.Exceptions + 1 };
        if (after >= used || link.Place.Register is "pc" or "tbl" or "tbu" or "pit" or "tsr")
            return;
        if (used.Count - after.Count < 50_000)
        {
            IntervalTrace trace = IntervalTrace.Of(timeline, after, used);
            Assert.That(trace.Events.Where(traced => link.Place.IsMemory ? trace.StoresInto(traced, link.Place) : traced.Writes(link.Place)),
                Is.Empty, $"{link} until {used}");
        }

        for (Moment now = after; now <= used && now.Count < after.Count + Watched; now = new Moment(now.Count + 1))
        {
            timeline.GoTo(now);
            Assert.That(link.Place.Read(timeline.Machine.Board), Is.EqualTo(link.Value), $"{link} at {now}");
        }
    }

    /// <summary>Does a link's instruction again where all registers have other values but those that it names.</summary>
    private static uint? Redone(DebuggedGuest guest, CausalLink link, Random random, Action<GuestMachine> change)
    {
        // Addresses that are made of constants alone are left out of the slice.
        uint addresses = Decoder.Row(Decoder.Decode(link.Word)).GprsOfAddress(link.Word) | (link.Place.IsTlb ? 1u << Field.Ra(link.Word) : 0);
        HashSet<ValuePlace> named = [.. link.From.Select(source => source.Place.Whole),
            .. Enumerable.Range(0, 32).Where(n => (addresses & (1u << n)) != 0).Select(ValuePlace.Gpr)];
        return guest.Timeline.Fork(link.At!.Value, future => future.Aside(future.Changes), () =>
        {
            GuestMachine machine = guest.Machine;
            for (int register = 0; register < 32; register++)
                Scramble(named, ValuePlace.Gpr(register), value => new GprInjection(register, value));
            Scramble(named, ValuePlace.Of("lr"), value => new SprInjection(Spr.Lr, value));
            Scramble(named, ValuePlace.Of("ctr"), value => new SprInjection(Spr.Ctr, value));
            for (int spr = 0; spr < 8; spr++)
                Scramble(named, ValuePlace.Of($"sprg{spr}"), value => new SprInjection(Spr.Sprg0 + spr, value));
            CpuState* state = guest.State;
            if (!named.Contains(ValuePlace.Of("xer")))
                machine.Apply(new SprInjection(Spr.Xer, state->Xer ^ Carry));
            uint kept = named.Where(place => place.Register == "cr").Aggregate(0u, (bits, place) => bits | (0xf0000000u >> (4 * place.Field)));
            machine.Apply(new CrInjection((state->CrBits & kept) | ((uint)random.NextInt64(1L << 32) & ~kept)));
            change(machine);
            Assert.That(machine.Run(link.At!.Value.Count + 1), Is.EqualTo(StopReason.None));
            return link.Place.Read(guest.Board);

            void Scramble(HashSet<ValuePlace> keep, ValuePlace place, Func<uint, Injection> write)
            {
                if (!keep.Contains(place))
                    machine.Apply(write((uint)random.NextInt64(1L << 32)));
            }
        });
    }

    /// <summary>Does a link's instruction again with another value of an input that decides alone; null where it has none.</summary>
    private static uint? Changed(DebuggedGuest guest, CausalLink link, Random random)
    {
        CausalLink[] values = [.. link.From.Where(source => source.Through == LinkThrough.Value)];
        if (!OneToOne.Contains(Decoder.Decode(link.Word)) || values.Length == 0)
            return null;

        // or rA,rS,rS moves; or of two registers hides bits.
        if (Decoder.Decode(link.Word) == Op.Or && values.Length > 1)
            return null;
        CausalLink chosen = values[random.Next(values.Length)];
        return chosen switch
        {
            { Place: { IsMemory: true } place, Value: { } value } => Redone(guest, link, random, machine => machine.Apply(Flipped(place, value))),
            { Place.Register: ['r', .. var number] } when int.TryParse(number, out int gpr) =>
                Redone(guest, link, random, machine => machine.Apply(new GprInjection(gpr, guest.State->Gpr[gpr] ^ LowestBit(chosen.Place)))),
            _ => null,
        };
    }

    private static uint LowestBit(ValuePlace place) => place.IsPart ? 1u << (8 * (int)(sizeof(uint) - place.Address - place.Length)) : 1;

    private static MemoryInjection Flipped(ValuePlace place, uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value ^ 1);
        return new MemoryInjection(place.Address, bytes[^(int)Math.Min(place.Length, sizeof(uint))..]);
    }
}
