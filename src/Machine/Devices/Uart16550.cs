namespace PpcJit.Machine.Devices;

/// <summary>A 16550A UART.</summary>
public sealed class Uart16550;
