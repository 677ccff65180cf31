using PpcJit.Kernel;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Formats;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Profiles;

/// <summary>Takes a profile while a guest runs, and writes it.</summary>
internal sealed class ProfileRecorder : IRecorder
{
    private readonly ObservedGuest _guest;
    private readonly ExecutionFlow _flow;
    private readonly CallStacks _stacks;
    private readonly OutputFiles _files;
    private readonly string _title;

    /// <summary>Opens the files, and begins.</summary>
    /// <exception cref="InputException">Nobody knows the form of a file.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public ProfileRecorder(ObservedGuest guest, ExecutionFlow flow, IEnumerable<string> paths, string title)
    {
        (_guest, _flow, _title) = (guest, flow, title);
        _files = new OutputFiles("--profile", paths, [.. ProfileWriter.Endings]);
        _stacks = new CallStacks(guest, Profile);
        flow.Add(_stacks);
    }

    /// <summary>The profile.</summary>
    public ExactProfile Profile { get; } = new();

    /// <inheritdoc/>
    public void Complete()
    {
        _flow.Remove(_stacks);
        Profile.Root.AddUp();
        _files.Write((path, to) => ProfileWriter.Write(path, to, Profile, _guest.Places, _title));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Report() => ProfileTable.Lines(Profile);

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
