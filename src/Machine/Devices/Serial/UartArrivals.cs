using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Serial;

/// <summary>Which characters of its line a UART holds. No part of its saved state: see <see cref="Arrival"/>.</summary>
/// <param name="Arrived">Characters that the line has brought so far.</param>
/// <param name="Last">The one that the guest read last.</param>
/// <param name="Waiting">Those that wait to be read, the oldest first.</param>
public sealed record UartArrivals(ulong Arrived, Arrival Last, IReadOnlyList<Arrival> Waiting);
