using NUnit.Framework;
using PpcJit.Lab.Testing;

public sealed class KeyTests
{
    [Test]
    public void Eight_keys_are_kept_and_the_ninth_overwrites_what_follows()
    {
        using var m = GuestMachine.Boot("corpus.elf", new GuestOptions { CommandLine = "fault=ring_index" });
        m.RunUntil("keys: ");
        m.Send("12345678");
        m.Run(1_000_000);
        Assert.That(m.Memory.Read(m.AddressOf("receiver"), 8), Is.EqualTo("12345678"u8.ToArray()));
        m.Send("9\n");
        m.RunTo("panic");
        Assert.That(m.Registers.R3, Is.EqualTo('9'));
        m.BackToWrite("receiver+8");
        Assert.That(m.Place, Does.Contain("take_keys"));
    }
}
