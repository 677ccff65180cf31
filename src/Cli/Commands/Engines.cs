using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Cli.Commands;

/// <summary>The engines by name.</summary>
internal static class Engines
{
    /// <summary>The engine that is used when none is named.</summary>
    public const string Default = "interpreter";

    private static readonly Dictionary<string, Func<Processor, IEngine>> All = new(StringComparer.OrdinalIgnoreCase)
    {
        ["interpreter"] = processor => new InterpreterEngine(processor),
    };

    /// <summary>Refuses a name that no engine has.</summary>
    /// <exception cref="InputException">There is no such engine.</exception>
    public static void Check(string name)
    {
        if (!All.ContainsKey(name))
            throw new InputException($"There is no engine '{name}'; there is: {string.Join(", ", All.Keys)}.{NearestName.Question(name, All.Keys)}");
    }

    /// <summary>Creates an engine whose name was checked.</summary>
    public static IEngine Create(string name, Processor processor) => All[name](processor);
}
