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
              ppcjit boot kernel.itb --fit-config board-2          another configuration of a FIT image than its default one
              ppcjit boot program.bin --load 0x10000 --entry 0x10100
              ppcjit boot linux --exit-on BOOT-OK --max-instructions 500M --stats
                                                                   a test: exit code 0 only if the text appears
              ppcjit boot linux --state-hash-at 1M,10M,100M 2> hashes
                                                                   for comparing two runs or two engines

            Firmware:
              ppcjit boot firmware.bin --load 0xfff80000 --entry 0xfffffffc
                                                                   a whole flash, from the reset vector; what it programs is forgotten
              ppcjit boot --board walnut --firmware u-boot.bin --flash flash.bin,size=512K
                                                                   the firmware goes to the top of a flash that flash.bin keeps
              ppcjit boot --board walnut --flash flash.bin         the flash's own firmware, with its environment

            gdb (docs/gdb.md):
              ppcjit boot linux --gdb 1234                         then: gdb-multiarch vmlinux -ex 'target remote :1234'; ppcjit gdb linux does both
              ppcjit boot linux --gdb 1234 --at panic              gdb finds the guest where its kernel gave up

            The network:
              ppcjit boot linux --net user                         DHCP gives 10.0.2.15; gateway and host are 10.0.2.2, DNS 10.0.2.3
              ppcjit boot linux --net user,tftp=files,pcap=frames.pcap
                                                                   TFTP gives out the folder; Wireshark reads the capture
              ppcjit boot linux --net user,hostfwd=tcp::2222-:22   port 2222 of the host leads to port 22 of the guest
              ppcjit boot linux --net tap,ifname=tap0,mac=02:00:5e:10:00:01
                                                                   a TAP device, made by: sudo ip tuntap add dev tap0 mode tap user $USER
              ppcjit boot linux --net user --save-run FILE         keeps every key and frame with its count; then the same run again:
              ppcjit open FILE --engine interpreter
              With user or tap guest time does not run ahead of the host's.

            The console:
              UART0 is the terminal: keys go to the guest at once; Ctrl-A X leaves, Ctrl-A H helps. When standard input
              is no terminal its lines go in one after the other, each when the guest shows a prompt (a line that ends in
              one of #$>%:?] and a space), as those of --input do. Standard output holds what the guest prints and nothing
              else; everything that PpcJit says goes to standard error.

            Exit codes:
              0  the guest rebooted or halted, the text of --exit-on appeared, or --max-instructions without --exit-on was reached
              1  the guest failed (a panic, the watchdog, exceptions without end, waiting for nothing), or --exit-on's text did not appear in time
              2  something given cannot be used, or output cannot be written
              3  a fault in PpcJit itself
              128 + N  signal N ended the run, after its reports; 141 when nobody reads standard output any more
            """,
        ["open"] =
            """
            Examples:
              ppcjit boot linux --save-run linux.run               the run, for doing it again: some kilobytes
              ppcjit boot linux --save-run linux.run --with-image  with the images: for sending to somebody
              ppcjit open linux.run                                the same states at the same counts, with any engine
              ppcjit open linux.run --image elsewhere/vmlinux      the image is accepted by its hash only

              ppcjit open linux.run --at @41,233,107               where the guest stood then
              ppcjit boot linux --at @41,233,107 --save-state FILE
              ppcjit boot linux --load-state FILE                  the state there, and a boot that begins with it

            Exit codes:
              those of boot, and 1 when the run departs from the saved one: the message says between which counts. Then
              this PpcJit emulates something differently than the one that saved it.
            """,
        ["disasm"] =
            """
            Examples:
              ppcjit disasm vmlinux --symbol start_kernel
              ppcjit disasm vmlinux --start 0xc0000000 --end 0xc0000100
              ppcjit disasm firmware.bin --load 0xfff80000
            """,
        ["dump-region"] =
            """
            Examples:
              ppcjit dump-region linux --at memcpy
              ppcjit dump-region linux --at 0xc0004a10 --all --max-instructions 50M
              ppcjit dump-region linux --at memset --jit-opt fuse-compare=off
            """,
        ["scenario"] =
            """
            Examples:
              ppcjit scenario list
              ppcjit scenario run kern-54994 --report report.html
              ppcjit scenario run mine.yaml --set upages=1 --engine interpreter
              ppcjit scenario run mine.yaml --shard 3/16 --report part-3.json
              ppcjit scenario merge part-*.json --report whole.html --report whole.xml
            """,
        ["demo"] =
            """
            Examples:
              ppcjit demo
              ppcjit demo --engine interpreter
            """,
        ["completion"] =
            """
            Examples:
              source <(ppcjit completion bash)                     in ~/.bashrc
              source <(ppcjit completion zsh)                      in ~/.zshrc, after compinit
              ppcjit completion fish > ~/.config/fish/completions/ppcjit.fish
            """,
    };

    /// <summary>Gives the examples of a command; null when it has none.</summary>
    public static string? Of(string command) => Examples.GetValueOrDefault(command);

    /// <summary>Who asks for help need not give what the command requires.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (!command.Parents.Any())
            output.WriteLine("Start with 'ppcjit demo'; 'ppcjit boot --help' has examples.");
        else if (Of(command.Name) is { } examples)
            output.WriteLine(examples);
        return code;
    }
}
