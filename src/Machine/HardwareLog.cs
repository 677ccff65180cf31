namespace PpcJit.Machine;

/// <summary>Collects what a guest did to hardware that is not there or not modelled: each thing is reported once.</summary>
public sealed class HardwareLog
{
    /// <summary>Distinct reports. A guest can make up keys without end, and nobody reads more.</summary>
    private const int MaxReports = 1000;

    private readonly HashSet<string> _seen = [];

    /// <summary>Raised with a sentence without a full stop, once for each distinct key.</summary>
    public event Action<string>? Reported;

    /// <summary>Whether nothing is reported: who looks does not do what is looked at.</summary>
    public bool IsMuted { get; set; }

    /// <summary>Reports something the first time it happens.</summary>
    /// <param name="message">What happened, naming the device or register and its address.</param>
    /// <param name="key">What makes it the same thing again; the message itself when null.</param>
    public void ReportOnce(string message, string? key = null)
    {
        // A hostile guest could touch every address there is: the log stays bounded.
        if (!IsMuted && _seen.Count < MaxReports && _seen.Add(key ?? message))
            Reported?.Invoke(message);
    }
}
