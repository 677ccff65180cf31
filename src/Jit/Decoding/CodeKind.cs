namespace PpcJit.Jit.Decoding;

/// <summary>What a code does in general.</summary>
internal enum CodeKind : byte
{
    /// <summary>Nothing that anyone but its emitter asks about.</summary>
    Plain,

    /// <summary>A mark of the cold tier; or the interpreter executes it.</summary>
    Marker,

    /// <summary>Sums and differences, and a product with a constant.</summary>
    Arithmetic,

    /// <summary>A product of two registers.</summary>
    Multiply,

    /// <summary>The multiply-accumulate group.</summary>
    MultiplyAccumulate,

    /// <summary>A quotient.</summary>
    Divide,

    /// <summary>Logic on whole registers.</summary>
    Logical,

    /// <summary>Rotates and shifts by a register.</summary>
    ShiftByRegister,

    /// <summary>Sets a CR field by comparing.</summary>
    Compare,

    /// <summary>A trap when a condition holds.</summary>
    Trap,

    /// <summary>Loads one register.</summary>
    Load,

    /// <summary>The same with a reservation: lwarx.</summary>
    LoadReserved,

    /// <summary>Loads registers to r31: lmw.</summary>
    LoadMultiple,

    /// <summary>Loads bytes into a run of registers: lswi.</summary>
    LoadString,

    /// <summary>Stores one register.</summary>
    Store,

    /// <summary>The same if the reservation holds: stwcx.</summary>
    StoreConditional,

    /// <summary>Stores registers to r31: stmw.</summary>
    StoreMultiple,

    /// <summary>Stores bytes from a run of registers: stswi.</summary>
    StoreString,

    /// <summary>Only needs the address to be readable.</summary>
    Touch,

    /// <summary>Clears a cache block: dcbz.</summary>
    ClearBlock,

    /// <summary>Changes translation, privilege or the PID. The cold tier leaves it to the interpreter.</summary>
    Context,
}
