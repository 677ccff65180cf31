using PpcJit.Kernel;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>A kind of events that can be logged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Like">What users of QEMU know it as; empty for nothing.</param>
/// <param name="Description">What is logged, in a sentence.</param>
public sealed record LogKind(string Name, string Like, string Description)
{
    /// <summary>Calls and returns.</summary>
    public const string Calls = "calls";

    /// <summary>Exceptions.</summary>
    public const string Exceptions = "exceptions";

    /// <summary>Interrupts.</summary>
    public const string Interrupts = "interrupts";

    /// <summary>Writes of the TLB.</summary>
    public const string Tlb = "tlb";

    /// <summary>PID and MSR.</summary>
    public const string Mmu = "mmu";

    /// <summary>Registers of devices.</summary>
    public const string Devices = "devices";

    /// <summary>Frames.</summary>
    public const string Network = "network";

    /// <summary>The console.</summary>
    public const string Console = "console";

    /// <summary>Every instruction.</summary>
    public const string Instructions = "instructions";

    /// <summary>What the hardware does not have.</summary>
    public const string GuestErrors = "guest-errors";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<LogKind> All { get; } =
    [
        new(Calls, "", "Each call and return, with the registers that carry arguments and results."),
        new(Exceptions, "int", "Each exception that is taken: where, the MSR before, ESR and DEAR."),
        new(Interrupts, "int", "Each interrupt that begins or ceases to be asked for, also inputs of the UIC, and each that is taken."),
        new(Tlb, "mmu", "Each write of an entry of the TLB, as registers and in words."),
        new(Mmu, "mmu", "Each change of the PID, of ZPR, and of the MSR but by exceptions."),
        new(Devices, "", "Each access to a register of a device, by name, with the value that goes in or out."),
        new(Network, "", "Each frame that is sent or received: addresses, type, length."),
        new(Console, "", "Each line that is printed, and each byte that is typed."),
        new(Instructions, "in_asm,exec,cpu", "Each instruction, with the registers that it changed."),
        new(GuestErrors, "guest_errors,unimp", "What the guest does to hardware that is not there or not modelled, once for each thing."),
    ];

    /// <summary>Reads names with commas between them.</summary>
    /// <param name="option">The option that they belong to.</param>
    /// <param name="text">The names.</param>
    /// <exception cref="InputException">There is no such kind.</exception>
    public static IReadOnlyList<string> Parse(string option, string text)
    {
        List<string> kinds = [];
        foreach ((string name, int position) in CommaList.Parts(text))
        {
            if (!All.Any(kind => kind.Name == name))
            {
                string[] alike = [.. All.Where(kind => kind.Like.Split(',').Contains(name)).Select(kind => kind.Name)];
                string meant = alike.Length > 0 ? $" QEMU's '{name}' is {string.Join(" and ", alike)} here."
                    : NearestName.Question(name, All.Select(kind => kind.Name));
                throw new InputException(
                    $"{option} {text}: At character {position + 1}: there is nothing called '{name}' to log.{meant} There is: "
                        + $"{string.Join(", ", All.Select(kind => kind.Name))}.");
            }

            kinds.Add(name);
        }

        return [.. kinds.Distinct()];
    }

    /// <summary>Explains all kinds, for people.</summary>
    public static string Help() => string.Concat(
    [
        "--log KINDS, with commas between them. One line an event: the moment, the kind, where, [the task], what.\n\n",
        .. All.Select(kind => $"  {kind.Name,-13} {kind.Description}{(kind.Like.Length > 0 ? $" (QEMU: -d {kind.Like})" : "")}\n"),
        "\n--log-file FILE receives the lines, compressed when its name ends in .gz; without it they go to standard error.\n",
        "--log-from MOMENT and --log-to MOMENT bound the stretch that is logged, --log-in FUNCTION,... the code, --log-limit SIZE the file.\n",
    ]);
}
