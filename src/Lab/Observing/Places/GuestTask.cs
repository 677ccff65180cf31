using System.Text;

namespace PpcJit.Lab.Observing.Places;

/// <summary>What a guest's kernel takes turns with: a thread, process or lwp, as far as it is known.</summary>
/// <param name="Key">Tells it from others.</param>
/// <param name="Name">For people.</param>
public sealed record GuestTask(ulong Key, string Name)
{
    /// <summary>Whether the guest's kernel says it, so that the key stays when the name or the stack changes.</summary>
    public bool IsOfKernel { get; init; }

    /// <summary>The name's bytes.</summary>
    internal byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Name);
}
