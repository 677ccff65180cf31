using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Tests.Sessions;

/// <summary>A checkpoint that is made in place of an older one takes over what cannot have changed since, and nothing else.</summary>
public sealed class CheckpointTests
{
    private const int Steps = 400;
    private const uint ScratchRegister = 0xef600307;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5)]
    public void It_holds_the_present_state(int triedAhead)
    {
        using SmallGuest guest = new SmallGuest().Print("ab").EchoForEver();
        GuestMachine machine = guest.Start().Machine;
        guest.Board.Processor.Timers.WritePit(97);
        MachineCheckpoint kept = machine.Keep();
        for (int n = 0; n < Steps; n++)
        {
            if (triedAhead > 0)
            {
                if (n % 3 == 0)
                    machine.Apply(new InterruptInjection(InterruptSource.External, 0));
                machine.Run(machine.Count + (ulong)triedAhead);
                machine.Restore(kept);
                Assert.That(Present(guest), Is.EqualTo(kept.State), $"back at step {n}");
            }

            machine.Run(machine.Count + 1);
            switch (n % 50)
            {
                case 11: machine.Press((byte)'x'); break;
                case 23: machine.Apply(new InterruptInjection(InterruptSource.None, 3)); break;
                case 35: machine.Apply(new DeviceInjection(ScratchRegister, 1, (uint)n)); break;
                case 41: machine.GiveText("y"u8); break;
            }

            kept = machine.Keep(kept);
            Assert.That(kept.State, Is.EqualTo(Present(guest)), $"at step {n}");
        }

        Assert.That(guest.Console.Text, Does.StartWith("ab"));
    }

    /// <summary>A handler that acknowledges its interrupt changes nothing but the controller, and only that is loaded then.</summary>
    [TestCase(0xc2u, true, TestName = "{m}(interrupt controller)")]
    [TestCase(0x12u, false, TestName = "{m}(bus controller)")]
    public void Interrupt_controllers_come_back_alone(uint register, bool alone)
    {
        using SmallGuest guest = new SmallGuest().EchoForEver();
        GuestMachine machine = guest.Start().Machine;
        MachineCheckpoint kept = machine.Keep();
        for (uint n = 1; n < 4; n++)
        {
            guest.Board.Dcr.Write(register, n);
            if (alone)
                Assert.That(Present(guest), Is.Not.EqualTo(kept.State));
            ulong changes = guest.Board.ChangesBesideControllers;
            machine.Restore(kept);
            Assert.That(Present(guest), Is.EqualTo(kept.State));
            Assert.That(guest.Board.ChangesBesideControllers == changes, Is.EqualTo(alone), "whether all devices were loaded");
            machine.Run(machine.Count + 1);
            kept = machine.Keep(kept);
        }
    }

    private static byte[] Present(SmallGuest guest)
    {
        StateWriter present = new();
        guest.Board.Save(present);
        return present.Written.ToArray();
    }
}
