using PpcJit.Kernel;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that write files.</summary>
internal static class FileWords
{
    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("save-run", "FILE", "Write the run into a file, which 'ppcjit open' does again.", SaveRun),
    ];

    private static MonitorReply SaveRun(MonitorCall call)
    {
        if (call.Arguments.Length == 0)
            throw new InputException("save-run needs the name of a file.");
        Action<string> save = call.Run.SaveRun ?? throw new InputException("save-run: this run cannot be saved.");
        save(call.Arguments);
        return new MonitorReply([$"The run is in {call.Arguments}; 'ppcjit open' does it again."], new { file = call.Arguments });
    }
}
