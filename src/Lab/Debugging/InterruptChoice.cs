using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Lab.Debugging;

/// <summary>
/// An interrupt that a scenario can raise: one of the core's, or an input of the interrupt controller by number or by
/// what drives it.
/// </summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Source">The core's interrupt; for an input of the controller, <see cref="InterruptSource.None"/>.</param>
/// <param name="Input">The controllers' input, counted on over all of them; -1 for an interrupt of the core.</param>
public sealed record InterruptChoice(string Name, InterruptSource Source, int Input)
{
    private static readonly Dictionary<string, InterruptSource> Core = new(StringComparer.OrdinalIgnoreCase)
    {
        ["external"] = InterruptSource.External,
        ["critical"] = InterruptSource.CriticalInput,
        ["pit"] = InterruptSource.Pit,
        ["fit"] = InterruptSource.Fit,
        ["watchdog"] = InterruptSource.Watchdog,
        ["machine-check"] = InterruptSource.MachineCheck,
    };

    /// <summary>
    /// Finds an interrupt by its name: <c>external, critical, pit, fit, watchdog, machine-check</c>, <c>uic0</c> to
    /// <c>uic31</c> (to <c>uic95</c> with three controllers), or a device of the board.
    /// </summary>
    /// <returns>Null when the board has none of that name.</returns>
    public static InterruptChoice? Find(string name, Board board)
    {
        if (Core.TryGetValue(name, out InterruptSource source))
            return new InterruptChoice(name.ToLowerInvariant(), source, -1);
        if (name.StartsWith("uic", StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(3), out int input) && input >= 0
            && board.InterruptInput(input) is not null)
            return new InterruptChoice($"uic{input}", InterruptSource.None, input);
        foreach (BoardInterrupt interrupt in board.Interrupts)
        {
            if (string.Equals(WithoutSpaces(interrupt.Device), name, StringComparison.OrdinalIgnoreCase))
                return new InterruptChoice(WithoutSpaces(interrupt.Device), InterruptSource.None, interrupt.Input);
        }

        return null;
    }

    /// <summary>All names that <see cref="Find"/> knows, for errors.</summary>
    public static IEnumerable<string> Names(Board board) => Core.Keys.Concat(board.Interrupts.Select(interrupt => WithoutSpaces(interrupt.Device)));

    /// <summary>The names of the controllers' inputs, for errors.</summary>
    public static string Inputs(Board board) => $"uic0 to uic{(board.DevicesOf<Uic>().Count() * Uic.InputCount) - 1}";

    private static string WithoutSpaces(string device) => device.Replace(' ', '-');
}
