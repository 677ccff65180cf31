namespace PpcJit.Lab.Tests.Debugging.Gdb;

/// <summary>The real gdb, driven against guests of our own.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class RealGdbTests(bool jit)
{
    [Test]
    public void Try_out()
    {
        using DebuggedGuest guest = new(jit);
        using GdbServer server = new(guest);
        string commands = Environment.GetEnvironmentVariable("GDBTRY") ?? "info registers pc";
        TestContext.Out.WriteLine(RealGdb.Run(server.Port, RealGdb.SymbolsOf("demo"), commands.Split(';')));
    }
}
