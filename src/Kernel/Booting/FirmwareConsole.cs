using PpcJit.Machine.Boards;
using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// Sets up the console UART as every firmware does before it starts a kernel: 8 data bits, no parity. A boot wrapper
/// prints through it as it finds it, and after reset a 16550 has characters of 5 bits.
/// </summary>
internal static class FirmwareConsole
{
    private const uint DivisorLow = 0;
    private const uint DivisorHigh = 1;
    private const uint LineControl = 3;
    private const uint ModemControl = 4;
    private const uint SelectDivisor = 0x80;
    private const uint EightBits = 0x03;
    private const uint ReadyToReceive = 0x03; // DTR and RTS

    /// <summary>Sets up the board's console; does nothing on a board without one.</summary>
    /// <param name="board">The board.</param>
    /// <param name="baudRate">Bits per second.</param>
    public static void SetUp(Board board, uint baudRate)
    {
        if (board.Console is not { } console)
            return;
        IMmioDevice registers = console;
        uint divisor = Math.Clamp(((console.ClockHz / 16) + (baudRate / 2)) / baudRate, 1, 0xffff);
        registers.Write(LineControl, 1, SelectDivisor | EightBits);
        registers.Write(DivisorLow, 1, divisor & 0xff);
        registers.Write(DivisorHigh, 1, divisor >> 8);
        registers.Write(LineControl, 1, EightBits);
        registers.Write(ModemControl, 1, ReadyToReceive);
    }
}
