using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Interpreter;
using static PpcJit.Kernel.Tests.Networking.Packets;

namespace PpcJit.Kernel.Tests.Networking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LiveLinkTests : IDisposable
{
    private readonly Board _board = TestBoard.Create();
    private readonly ScriptedBackend _backend = new();
    private readonly LiveLink _link;
    private readonly InterpreterEngine _engine;

    public LiveLinkTests()
    {
        _link = new LiveLink(_board, _board.Ethernet[0], _backend, capture: null);
        _engine = new InterpreterEngine(_board.Processor);
        LoopForEver();
    }

    public void Dispose()
    {
        _link.Dispose();
        _engine.Dispose();
        _board.Dispose();
    }

    [Test]
    public void Frames_enter_at_the_next_instruction_and_a_flood_waits_for_room()
    {
        const int Flood = 200;
        for (int n = 0; n < Flood; n++)
            _backend.Waiting.Enqueue(ArpRequest(GuestIp, GatewayIp));
        _engine.Run(4_000_000); // until there is a link
        _link.Poll(TimeSpan.Zero);
        _engine.Run(4_000_001);
        Assert.That(_board.Ethernet[0].FramesArrived, Is.InRange(1, 64));
        _engine.Run(12_000_000);
        Assert.That((_board.Ethernet[0].FramesArrived, _link.Received), Is.EqualTo(((ulong)Flood, (ulong)Flood)));
    }

    [Test]
    public void An_answer_enters_at_the_count_at_which_the_question_left()
    {
        byte[] answer = ArpRequest(GuestIp, GatewayIp);
        _backend.Answer = answer;
        _board.Ethernet[0].Transmitted!(EthernetFrame.Complete(ArpRequest(GuestIp, GatewayIp)));
        _engine.Run(1);
        Assert.That((_link.Sent, _link.Received, _board.Ethernet[0].FramesArrived), Is.EqualTo((1ul, 1ul, 1ul)));
        Assert.That(_backend.Sent.Single()[..42], Is.EqualTo(answer), "without frame check sequence");
    }

    [Test]
    public void What_no_switch_passes_on_goes_nowhere()
    {
        byte[] good = EthernetFrame.Complete(ArpRequest(GuestIp, GatewayIp));
        byte[] bad = [.. good];
        bad[^1] ^= 1;
        byte[] runt = good[..63];
        EthernetFrame.WriteFcs(runt);
        foreach (byte[] frame in new[] { bad, runt, EthernetFrame.Complete(new byte[1519]), [], new byte[3] })
            _board.Ethernet[0].Transmitted!(frame);
        Assert.That((_link.Malformed, _backend.Sent.Count), Is.EqualTo((5ul, 0)));
    }

    private unsafe void LoopForEver()
    {
        _board.Memory.TryWrite(0x1000, 4, 0x48000000); // b .
        _board.Processor.State->Pc = 0x1000;
        _board.Processor.State->Msr = 0;
    }

    private sealed class ScriptedBackend : INetworkBackend
    {
        public event Action<string>? Noticed
        {
            add { }
            remove { }
        }

        public Queue<byte[]> Waiting { get; } = new();

        public List<byte[]> Sent { get; } = [];

        public byte[]? Answer { get; set; }

        public string Description => "script";

        public bool HasFrame => Waiting.Count > 0;

        public void Send(ReadOnlySpan<byte> frame)
        {
            Sent.Add(frame.ToArray());
            if (Answer is not null)
                Waiting.Enqueue(Answer);
        }

        public byte[] Take() => Waiting.Dequeue();

        public void Poll(TimeSpan most)
        {
        }

        public void Dispose()
        {
        }
    }
}
