namespace PpcJit.Machine.Devices.OnChip;

/// <summary>A controller of the RAM, which comes up as firmware leaves it.</summary>
public interface IMemoryController
{
    /// <summary>Takes back what firmware would have programmed: the controller is disabled, without banks, as after a reset.</summary>
    void ComeOutOfReset();
}
