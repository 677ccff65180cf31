namespace PpcJit.Lab.Testing;

/// <summary>
/// The guest did not do what a test asked for, or what was asked of it cannot be had. The message says what happened instead, where the guest stands,
/// and what it printed last.
/// </summary>
public sealed class GuestException : Exception
{
    /// <summary>Creates an exception without a message of its own.</summary>
    public GuestException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened.</param>
    public GuestException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="inner">Its cause.</param>
    public GuestException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
