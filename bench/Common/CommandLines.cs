using System.CommandLine;
using PpcJit.Kernel;

namespace PpcJit.Bench;

/// <summary>What the command lines of the measuring programs have in common.</summary>
internal static class CommandLines
{
    /// <summary>Parses and runs a command line; whatever stands in its way becomes one line on standard error.</summary>
    /// <param name="name">Name of the program, for messages.</param>
    /// <param name="root">Its command.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string name, RootCommand root, string[] arguments)
    {
        try
        {
            ParseResult parsed = root.Parse(arguments);
            if (parsed.Errors.Count > 0)
                throw new BenchException($"{parsed.Errors[0].Message} See --help.");
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (BenchException problem)
        {
            Console.Error.WriteLine($"{name}: {problem.Message}");
            return problem.ExitCode;
        }
        catch (OutputException problem)
        {
            Console.Error.WriteLine($"{name}: {problem.Message}");
            return ExitCode.BadInput;
        }
    }

    /// <summary>Reads a list of names; none when the option was not given.</summary>
    /// <exception cref="BenchException">A name is not known.</exception>
    public static string[] Names(string? list, string option, IReadOnlyCollection<string> known)
    {
        if (list is null)
            return [];
        string[] names = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length > 0 && names.All(known.Contains)
            ? names
            : throw new BenchException($"{option} {list}: there is {string.Join(",", known)}.");
    }

    /// <summary>Reads the number of rounds.</summary>
    /// <exception cref="BenchException">It is out of range.</exception>
    public static int Rounds(int? given, int usual)
    {
        const int MaxRounds = 100;
        return (given ?? usual) is >= 1 and <= MaxRounds and int rounds
            ? rounds
            : throw new BenchException($"--rounds must be 1 to {MaxRounds}.");
    }
}
