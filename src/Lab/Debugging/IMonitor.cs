namespace PpcJit.Lab.Debugging;

/// <summary>Carries out the commands that people type about a run: in gdb behind <c>monitor</c>.</summary>
public interface IMonitor
{
    /// <summary>Carries out a command. A wrong one is explained in one sentence.</summary>
    /// <param name="command">The command.</param>
    /// <param name="output">Takes lines without their ends.</param>
    /// <param name="cancel">Gives up.</param>
    void Execute(string command, Action<string> output, CancellationToken cancel = default);
}
