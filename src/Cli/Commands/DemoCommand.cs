using System.CommandLine;
using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guest;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit demo</c>: runs the small guest that every copy of the emulator carries.</summary>
internal static class DemoCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        RunArguments runs = new();
        Command command = new("demo", "Run the embedded demo guest: exceptions, TLB misses, timer interrupts and tasks on the Ref405ep.");
        runs.AddTo(command);
        command.SetAction(parsed =>
        {
            RunRequest request = runs.Read(parsed);
            request = request with { Options = request.Options with { Expected = Encoding.ASCII.GetBytes(DemoGuest.SuccessText) } };
            BoardDescription description = BoardCatalog.Find(DemoGuest.BoardName) ?? BoardCatalog.All[0];
            using Board board = description.Create(new BoardOptions());
            BootOptions options = new() { ImagePath = DemoGuest.DisplayName };
            LoadedGuest guest = GuestLoader.Load(board, DemoGuest.Image, DemoGuest.DisplayName, options);
            return GuestRun.Execute(board, guest, request, readsInput: false);
        });
        return command;
    }
}
