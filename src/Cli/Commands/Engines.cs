using System.CommandLine;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Cli.Commands;

/// <summary>The engines by name.</summary>
internal static class Engines
{
    /// <summary>The engine that is used when none is named.</summary>
    public const string Default = Jit;

    private const string Jit = "jit";

    private static readonly Dictionary<string, Func<Processor, JitOptions, IEngine>> All = new(StringComparer.OrdinalIgnoreCase)
    {
        [Jit] = (processor, options) => new JitEngine(processor, options),
        ["interpreter"] = (processor, _) => new InterpreterEngine(processor),
    };

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Refuses a name that no engine has.</summary>
    /// <exception cref="InputException">There is no such engine.</exception>
    public static void Check(string name)
    {
        if (!All.ContainsKey(name))
            throw new InputException($"There is no engine '{name}'; there is: {string.Join(", ", All.Keys)}.{NearestName.Question(name, All.Keys)}");
    }

    /// <summary>Creates an engine whose name was checked.</summary>
    public static IEngine Create(string name, JitOptions options, Processor processor) => All[name](processor, options);

    /// <summary>Creates the option <c>--jit-opt</c>.</summary>
    public static Option<string[]> JitOptionsOption() => new("--jit-opt")
    {
        Description = $"Change a switch of the jit, to find out what makes a difference: {JitOptions.Known}.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Reads the settings of <c>--jit-opt</c>.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="usual">What holds without them; null for what usually does.</param>
    /// <exception cref="InputException">One of them is unknown.</exception>
    public static JitOptions ReadOptions(IEnumerable<string> settings, JitOptions? usual = null)
    {
        JitOptions options = usual ?? new();
        foreach (string setting in settings.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!options.TryApply(setting, out options))
                throw new InputException($"--jit-opt {setting} is not known; there is: {JitOptions.Known}.");
        }

        return options;
    }
}
