namespace PpcJit.Lab.Why.Explaining;

/// <summary>What is wrong at a moment.</summary>
/// <param name="Places">Where wrong values are.</param>
public sealed record WrongValue(params IReadOnlyList<ValuePlace> Places)
{
    /// <summary>Whether the address is wrong of the access that the instruction makes.</summary>
    public bool IsAddress { get; init; }

    /// <summary>Nothing that has a place.</summary>
    public static WrongValue None { get; } = new();

    /// <summary>The address of the access, and how the guest came to make it.</summary>
    public static WrongValue Address { get; } = new() { IsAddress = true };

    /// <summary>Registers.</summary>
    public static WrongValue Registers(params IEnumerable<string> names) => new([.. names.Select(ValuePlace.Of)]);
}
