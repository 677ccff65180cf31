namespace PpcJit.Machine.Devices.Flash;

/// <summary>Which cycles of a command a flash has seen.</summary>
internal enum FlashStep : byte
{
    Idle,
    Unlocked1,
    Unlocked2,
    Program,
    EraseSetup,
    EraseUnlocked1,
    EraseUnlocked2,
    BufferCount,
    BufferData,
    BufferConfirm,

    /// <summary>90 was written to leave the unlock bypass, or the sector protection commands.</summary>
    Leave,

    /// <summary>A0 was written while sector protection commands are understood: a sector follows.</summary>
    ProtectSector,
}

/// <summary>What a flash shows when it does nothing.</summary>
internal enum FlashOutput : byte
{
    Array,
    Autoselect,
    Query,

    /// <summary>The dynamic protection bit of a sector.</summary>
    Protection,
}

/// <summary>What a flash does by itself.</summary>
internal enum FlashActivity : byte
{
    None,
    Program,
    BufferProgram,

    /// <summary>More sectors may be named.</summary>
    EraseWindow,
    Erase,

    /// <summary>What was asked for is protected: it only seems to begin.</summary>
    Refused,
}
