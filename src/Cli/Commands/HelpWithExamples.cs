using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PpcJit.Cli.Commands;

/// <summary>The usual help, followed by examples: the quickest way to learn a command.</summary>
/// <param name="usual">The usual help.</param>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> Examples = new()
    {
        ["boot"] =
            """
            Examples:
              ppcjit boot linux                                    the Linux guest of guests/linux, to its BOOT-OK
              ppcjit boot linux --append "console=ttyS0,115200 mode=shell"
                                                                   the same with a shell; Ctrl-A X leaves
              ppcjit boot vmlinux.elf --initrd rootfs.cpio --append "console=ttyS0"
              ppcjit boot uImage --dtb board.dtb --memory 64M
              ppcjit boot firmware.bin --load 0xfff80000 --entry 0xfffffffc
              ppcjit boot linux --exit-on BOOT-OK --max-instructions 500M --stats
                                                                   a test: exit code 0 only if the text appears
              ppcjit boot linux --state-hash-at 1M,10M,100M 2> hashes
                                                                   for comparing two runs or two engines

            The console:
              UART0 is the terminal: keys go to the guest at once; Ctrl-A X leaves, Ctrl-A H helps. When standard input
              is no terminal its lines go in one after the other, each when the guest shows a prompt (a line that ends in
              one of #$>%:?] and a space), as those of --input do. Standard output holds what the guest prints and nothing
              else; everything that PpcJit says goes to standard error.

            Exit codes:
              0  the guest rebooted, the text of --exit-on appeared, or --max-instructions without --exit-on was reached
              1  the guest failed (exceptions without end, waiting for nothing), or --exit-on's text did not appear in time
              2  something given cannot be used, or output cannot be written
              3  a fault in PpcJit itself
            """,
        ["disasm"] =
            """
            Examples:
              ppcjit disasm vmlinux --symbol start_kernel
              ppcjit disasm vmlinux --start 0xc0000000 --end 0xc0000100
              ppcjit disasm firmware.bin --load 0xfff80000
            """,
        ["demo"] =
            """
            Examples:
              ppcjit demo
              ppcjit demo --stats
            """,
    };

    /// <summary>Who asks for help need not give what the command requires.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (Application.IsRoot(command))
            output.WriteLine("Start with 'ppcjit demo'; 'ppcjit boot --help' has examples.");
        else if (Examples.TryGetValue(command.Name, out string? examples))
            output.WriteLine(examples);
        return code;
    }
}
