using System.Runtime.CompilerServices;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>What is known of the kernel of a case: by what its file says, and by the image.</summary>
internal static class CaseKernel
{
    /// <summary>The machines of one case share what takes long to read.</summary>
    private static readonly ConditionalWeakTable<ScenarioCase, Lazy<IStructureLayouts?>> Structures = [];
    private static readonly ConditionalWeakTable<ScenarioCase, Lazy<IProgramTypes?>> Types = [];

    /// <summary>Gives the types of a case's program, which are read when somebody asks.</summary>
    /// <param name="scenario">The case.</param>
    /// <param name="boot">What is booted.</param>
    public static Lazy<IProgramTypes?> TypesOf(ScenarioCase scenario, BootOptions boot) =>
        Types.GetValue(scenario, _ => new Lazy<IProgramTypes?>(() => Read(boot, ArgumentTable.Read)));

    /// <summary>Finds out what is known.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="guest">What was loaded.</param>
    /// <param name="scenario">The case.</param>
    /// <param name="boot">What is booted.</param>
    /// <param name="symbols">The image's symbols.</param>
    /// <exception cref="InputException">The image lacks a symbol.</exception>
    public static GuestKernel Create(Board board, LoadedGuest guest, ScenarioCase scenario, BootOptions boot, GuestSymbols symbols)
    {
        KernelSection? section = scenario.Kernel;
        string name = scenario.KernelName ?? section?.Kind ?? KernelCatalog.Auto;
        Lazy<IStructureLayouts?> layouts = Structures.GetValue(
            scenario, _ => new Lazy<IStructureLayouts?>(() => Read(boot, file => StructureTable.Find(file, _ => { }))));
        try
        {
            return new GuestKernel(board, name, new KernelFacts(guest.AllSymbols, layouts, board.Memory.RamSize),
                section is null ? null : known => section.Resolve(symbols, known));
        }
        catch (InputException error) when (section?.Names.TryGetValue(KernelSection.KindKey, out Located<string> said) == true
            && !error.Message.StartsWith(said.Location.File, StringComparison.Ordinal))
        {
            throw said.Location.Error(error.Message);
        }
    }

    /// <summary>Debug information that is damaged says nothing; the image itself can be used without it.</summary>
    private static T? Read<T>(BootOptions boot, Func<ImageBytes, T?> read)
        where T : class
    {
        try
        {
            return DebugFile.Read(boot) is { } file ? read(file) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }
}
