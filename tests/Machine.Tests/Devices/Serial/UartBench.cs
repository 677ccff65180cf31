using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Serial;


namespace PpcJit.Machine.Tests.Devices.Serial;

/// <summary>A UART on a bench, with the register names that drivers use.</summary>
internal sealed class UartBench
{
    public const int Rbr = 0, Thr = 0, Dll = 0, Ier = 1, Dlm = 1, Iir = 2, Fcr = 2, Lcr = 3, Mcr = 4, Lsr = 5, Msr = 6, Scr = 7;

    public UartBench()
    {
        Uart = new Uart16550(Clock.Events, Line, "UART", 16 * 9600);
        Uart.Transmitted = Sent.Add;
    }

    public DeviceClock Clock { get; } = new();

    public InterruptLine Line { get; } = InterruptLine.Unconnected;

    public List<byte> Sent { get; } = [];

    public Uart16550 Uart { get; }

    public uint this[int register]
    {
        get => Uart.Read((uint)register, 1);
        set => Uart.Write((uint)register, 1, value);
    }

    public void Receive(params byte[] characters)
    {
        foreach (byte character in characters)
            Uart.Receive(character);
    }
}
