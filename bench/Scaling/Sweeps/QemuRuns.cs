using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Files;
using PpcJit.Scaling.Guests;

namespace PpcJit.Scaling.Sweeps;

/// <summary>
/// Runs a guest on the peer, with few rounds and with more: what the difference costs is the steady state, since start,
/// preparation and translation are in both. How many instructions a round has is counted here.
/// </summary>
internal sealed class QemuRuns : IDisposable
{
    private const int Few = 2;
    private const int MaxRounds = 1 << 30;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly GuestImage _guest;
    private readonly double _seconds;
    private readonly double _instructionsPerRound;
    private readonly string _checksum;
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"ppcjit-scaling-{Environment.ProcessId}.elf");
    private int _more = 1;

    /// <summary>Prepares runs of a guest.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="seconds">Processor time of a value.</param>
    public QemuRuns(GuestImage guest, double seconds)
    {
        (_guest, _seconds) = (guest, seconds);
        (ulong few, _checksum) = Count(Few);
        (ulong more, _) = Count(2 * Few);
        _instructionsPerRound = (more - few) / (double)Few;
    }

    /// <summary>Gives guest instructions per second of processor time.</summary>
    /// <exception cref="BenchException">The guest failed, or computed something else.</exception>
    public double Rate()
    {
        double start = Run(Few, _checksum);
        while (true)
        {
            double spent = Run(Few + _more, null) - start;
            if (spent >= 0.7 * _seconds || _more >= MaxRounds / 16)
                return _more * _instructionsPerRound / spent;
            _more = (int)Math.Min(MaxRounds / 16, _more * Math.Clamp(1.2 * _seconds / Math.Max(spent, 1e-3), 2, 16));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_file);

    private (ulong Instructions, string Checksum) Count(int rounds)
    {
        using BareMachine machine = new(_guest.ToElf(rounds), new JitOptions { Regions = false });
        machine.RunToReset();
        return (machine.Count, machine.Console);
    }

    private double Run(int rounds, string? checksum)
    {
        OutputFile.Write("the image for QEMU ", _file, _guest.ToElf(rounds));
        ProcessFigures figures = ChildProcess.Run(Qemu.Command(_file), null, Limit);
        if (figures.End != ProcessEnd.Success)
            throw new BenchException($"QEMU ended with {figures.End}. It printed last: {figures.Output.Trim()}", ExitCode.Failure);
        if (checksum is not null && figures.Output.Trim() != checksum)
            throw new BenchException(
                $"QEMU computed '{figures.Output.Trim()}', PpcJit '{checksum}'. No comparison of different results.", ExitCode.Failure);
        return figures.CpuSeconds;
    }
}
