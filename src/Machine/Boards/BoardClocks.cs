namespace PpcJit.Machine.Boards;

/// <summary>A board's clocks in Hz as its firmware knows them and tells a kernel.</summary>
/// <param name="Cpu">Core and timebase.</param>
/// <param name="Plb">Processor local bus.</param>
/// <param name="Opb">On-chip peripheral bus.</param>
/// <param name="Ebc">External bus controller.</param>
public readonly record struct BoardClocks(uint Cpu, uint Plb, uint Opb, uint Ebc);
