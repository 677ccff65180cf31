using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Runs;

/// <summary>The board of a recorded run, with its guest at the first instruction and its cables plugged in.</summary>
public sealed class RecordedGuest : IDisposable
{
    private readonly DiskFile? _disk;

    /// <summary>Loads the guest.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="options">What is booted, as <see cref="RunImages"/> found it.</param>
    /// <param name="settings">What the interfaces are connected to where the run becomes live.</param>
    /// <exception cref="InputException">Something of it cannot be used.</exception>
    public RecordedGuest(RunFile run, string path, BootOptions options, NetworkSettings settings)
    {
        ReadOnlyMemory<byte> image = GuestLoader.ReadImage(options, run.MemoryBytes(path));
        FlashFile? flash = GuestLoader.OpenFlash(run.FindBoard(path), image, options, run.MemoryBytes(path));
        _disk = GuestLoader.OpenDisk(run.FindBoard(path), ref options, isKept: false);
        try
        {
            Board = run.CreateBoard(path, flash, _disk);
            Network = GuestNetwork.Open(Board, run.Connect(Board, settings));
            Guest = GuestLoader.Load(Board, image, options.ImagePath, options);
        }
        catch
        {
            Dispose();
            throw;
        }

        Options = options;
        Start = new RunStart(Board, image, options, RunIdentity.Of(Board, image, options, run.Options.TypedText));
    }

    /// <summary>The board.</summary>
    public Board Board { get; }

    /// <summary>Its cables.</summary>
    public GuestNetwork Network { get; }

    /// <summary>What was loaded.</summary>
    public LoadedGuest Guest { get; }

    /// <summary>What was booted.</summary>
    public RunStart Start { get; }

    /// <summary>How it was booted.</summary>
    public BootOptions Options { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network?.Dispose();
        Board?.Dispose();
        _disk?.Dispose();
    }
}
