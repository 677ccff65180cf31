using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PpcJit.Kernel;
using PpcJit.Kernel.Host;

namespace PpcJit.Cli.Debugging;

/// <summary>A pseudo terminal in raw mode, which a person opens with screen, minicom or cat.</summary>
internal sealed unsafe class PseudoTerminal : IDisposable
{
    private const int AttributesSize = 256;

    /// <summary>How long a text waits for somebody to read, in milliseconds.</summary>
    private const int MaxWait = 100;
    private readonly int _master;
    private readonly int _slave;
    private bool _isFull;

    /// <summary>Creates one.</summary>
    /// <exception cref="InputException">The host has none.</exception>
    public PseudoTerminal()
    {
        _master = LibC.OpenPseudoTerminal(LibC.ReadWrite | LibC.NoTerminal);
        if (_master < 0
            || LibC.GrantPseudoTerminal(_master) != 0 || LibC.UnlockPseudoTerminal(_master) != 0
            || LibC.NameOfPseudoTerminal(_master) is var name && name == null)
            throw new InputException($"A pseudo terminal cannot be had: {Marshal.GetLastPInvokeErrorMessage()}.");
        Name = Marshal.PtrToStringUTF8((nint)name) ?? "";

        // As long as the other end is open here, reading does not fail while nobody else has it open.
        _slave = LibC.Open(Name, LibC.ReadWrite | LibC.NoTerminal);
        byte* attributes = stackalloc byte[AttributesSize];
        if (LibC.GetAttributes(_slave, attributes) == 0)
        {
            LibC.MakeRaw(attributes);
            _ = LibC.SetAttributes(_slave, LibC.Drain, attributes);
        }

        Input = new FileStream(new SafeFileHandle(_master, ownsHandle: false), FileAccess.Read, bufferSize: 0);
    }

    /// <summary>What a person opens.</summary>
    public string Name { get; }

    /// <summary>What is typed there.</summary>
    public Stream Input { get; }

    /// <summary>Shows a text; what nobody reads is lost.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            for (int done = 0; done < text.Length;)
            {
                LibC.PollRequest request = new() { Descriptor = _master, Events = LibC.PollOut };
                if (LibC.Poll(&request, 1, _isFull ? 0 : MaxWait) <= 0)
                {
                    _isFull = true;
                    return;
                }

                _isFull = false;
                nint written = LibC.Write(_master, start + done, (nuint)Math.Min(text.Length - done, 256));
                if (written <= 0)
                    return;
                done += (int)written;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        _ = LibC.Close(_slave);
        _ = LibC.Close(_master);
    }
}
