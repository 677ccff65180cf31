using System.Reflection;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>
/// Every field in which a device keeps something that can change comes back from saved state: a forgotten one would
/// break replay.
/// </summary>
public sealed class DeviceFieldTests
{
    private const BindingFlags OwnFields = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
    private const int Rounds = 400;
    private const int PokesPerRound = 150;

    /// <summary>
    /// What only the builder or the outside sets, registers without a writable bit, and what lasts no longer than one
    /// access.
    /// </summary>
    private static readonly string[] Constant =
    [
        "EMAC0.<Address>k__BackingField", "EMAC1.<Address>k__BackingField", "PHY0.<IsConnected>k__BackingField",
            "PHY1.<IsConnected>k__BackingField",
        "UART0._modemInputs", "UART1._modemInputs", "GPIO0.<Pins>k__BackingField", "EEPROM.<address>P", "NVRAM.<model>P", "POB0._registers",
        "EEPROM._expectsAddress", "RTC._expectsPointer", "Thermometer.<address>P", "Thermometer._expectsPointer",
        "PCIE0.<first>P", "PCIE1.<first>P", "DISK.<IsWriteProtected>k__BackingField",

        // What nothing drives, or nobody answers on
        "UIC2._lines", "UIC2._levels", "IIC1._bus", "IIC1._isBusHeld", "IIC1._restarts",
    ];

    /// <summary>Which bytes and frames those are that are here names them to people; it is not the guest's, and not in its state.</summary>
    private static readonly string[] Names = ["._arrived", "._lastArrival", "._draining", ".<LastWriteAt>k__BackingField"];

    [Test]
    public void Loading_restores_every_field_that_a_device_can_change(
        [ValueSource(typeof(BoardPoker), nameof(BoardPoker.Boards))] string name)
    {
        using Board original = BoardPoker.Create(name, 64);
        SortedSet<string> changed = [];
        SortedSet<string> lost = [];
        for (int round = 0; round < Rounds; round++)
        {
            using Board copy = BoardPoker.Create(name, 64);
            Dictionary<string, string> reset = Fields(copy);
            BoardPoker.Poke(original, new Random(round), PokesPerRound);
            BoardPoker.Load(copy, BoardPoker.Save(original));
            copy.RestoreDisk(original.Disk?.Content);
            Dictionary<string, string> expected = Fields(original);
            Dictionary<string, string> loaded = Fields(copy);
            foreach ((string field, string value) in expected)
            {
                if (reset[field] != value)
                    changed.Add(field);
                if (loaded[field] != value)
                    lost.Add(field);
            }
        }

        lost.RemoveWhere(field => Names.Any(end => field.EndsWith(end, StringComparison.Ordinal)));
        Assert.That(lost, Is.Empty);
        IEnumerable<string> untried = Fields(original).Keys.Except(changed).Except(Constant);
        if (!original.DevicesOf<RgmiiBridge>().Any())
            untried = untried.Where(field => !field.EndsWith("._gigabitControl", StringComparison.Ordinal)); // PHYs for 100 Mbit/s
        Assert.That(untried, Is.Empty, "fields that no round changed prove nothing");
    }

    private static Dictionary<string, string> Fields(Board board)
    {
        Dictionary<string, string> values = [];
        foreach ((string name, IStateful device) in board.Devices)
        {
            for (Type? type = device.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(OwnFields))
                {
                    if (Describe(field, field.GetValue(device)) is { } value)
                        values.Add($"{name}.{field.Name}", value);
                }
            }
        }

        return values;
    }

    /// <summary>Gives a field's contents as text; null when it is wiring or cannot change.</summary>
    private static string? Describe(FieldInfo field, object? value) => value switch
    {
        InterruptLine line => line.Level.ToString(),
        InterruptLine[] lines => string.Join(' ', lines.Select(line => line.Level)),
        byte[] bytes => Convert.ToHexString(bytes),
        IStateful part when field.FieldType != typeof(PhysicalAddressSpace) && part is not EventQueue => Saved(part),
        ValueType when !field.IsInitOnly => value.ToString(),
        _ => null,
    };

    private static string Saved(IStateful part)
    {
        StateWriter writer = new();
        part.Save(writer);
        return Convert.ToHexString(writer.Written);
    }
}
