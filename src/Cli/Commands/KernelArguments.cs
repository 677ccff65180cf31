using System.CommandLine;
using PpcJit.Kernel;
using PpcJit.Lab.Kernels;

namespace PpcJit.Cli.Commands;

/// <summary>The option that says which kernel a guest has.</summary>
internal sealed class KernelArguments
{
    private readonly Option<string?> _kernel = new("--kernel")
    {
        Description = "Which kernel it is, so that its lwps and tasks have names, and are threads for gdb: "
            + $"{string.Join(", ", KernelCatalog.All.Select(known => known.Name))}. Default: auto, by the guest's symbols.",
        HelpName = "NAME",
        CompletionSources = { _ => KernelCatalog.All.Select(known => known.Name) },
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_kernel);

    /// <summary>Reads the option.</summary>
    /// <returns>Null when it was not given.</returns>
    /// <exception cref="InputException">There is no such kernel.</exception>
    public string? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_kernel) is not { } name)
            return null;
        return KernelCatalog.All.Any(known => known.Name == name)
            ? name : throw new InputException($"--kernel {name}: {KernelCatalog.Unknown(name)}");
    }
}
