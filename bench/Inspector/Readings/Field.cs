using System.Reflection;

namespace PpcJit.Inspector.Readings;

/// <summary>A field, or the field of an automatic property, that is read from objects in another process by its name.</summary>
/// <param name="Owner">The type that declares it; of a generic one the definition.</param>
/// <param name="Name">The name in the source; for private ones a text, which a test compares with the type.</param>
internal sealed record Field(Type Owner, string Name)
{
    private const BindingFlags AnyInstance =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Where the compiler keeps an automatic property of that name.</summary>
    public string BackingName => $"<{Name}>k__BackingField";

    /// <summary>Whether the type has it.</summary>
    public bool Exists => (Owner.GetField(Name, AnyInstance) ?? Owner.GetField(BackingName, AnyInstance)) is not null;
}
