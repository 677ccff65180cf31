namespace PpcJit.Machine.Buses;

/// <summary>
/// A device that comes up as a board's firmware leaves it: a controller of the RAM, or what stands on a bus that firmware looks through.
/// </summary>
public interface ISetUpByFirmware
{
    /// <summary>Takes back what firmware would have programmed: the device is as after a reset.</summary>
    void ComeOutOfReset();
}
