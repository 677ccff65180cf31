using System.Buffers.Binary;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>The word that changes something.</summary>
internal static class ChangeWords
{
    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("set", "REGISTER|DEVICE.REGISTER|[ADDRESS]|u8[ADDRESS]|u16[ADDRESS] = VALUE",
            "Change a register, a device's register or memory here. What the run did after this moment is forgotten: another one begins.", Set),
    ];

    private static MonitorReply Set(MonitorCall call)
    {
        int equals = call.Arguments.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            throw new InputException("set needs what is changed, = and a value: set r3 = 1.");
        string target = call.Arguments[..equals].Trim();
        uint value = (uint)call.Run.Value(call.Arguments[(equals + 1)..].Trim(), "set");
        IReadOnlyList<Injection> changes = target.EndsWith(']') ? [Memory(call.Run, target, value)]
            : target.Contains('.', StringComparison.Ordinal) ? Device(call.Run, target, value) : [Register(target, value)];
        if (!changes.All(call.Run.Timeline.Change))
            throw new InputException($"set: {target} cannot be changed.");
        return call.Run.Where($"Changed {target} at {call.Run.Timeline.Present}; another run begins here.");
    }

    private static Injection Register(string name, uint value)
    {
        string plain = name.StartsWith('$') ? name[1..] : name;
        DebugRegister register = DebugRegister.Find(plain)
            ?? throw new InputException($"set: there is no register "
                + $"'{plain}'.{NearestName.Question(plain, DebugRegister.All.Select(known => known.Name))}");
        return register.Write?.Invoke(value) ?? throw new InputException($"set: {register.Name} can only be read.");
    }

    /// <summary>Writes a device's register as the processor would: what is reached by CFGADDR and CFGDATA needs both.</summary>
    private static IReadOnlyList<Injection> Device(MonitoredRun run, string name, uint value)
    {
        BoardRegister register = DeviceWords.Choose([.. BoardRegister.All(run.Board)], name, "set")[0];
        if (!register.IsDcr)
            return [new DeviceInjection(register.Address, register.Size, value)];
        return register.Behind is { } behind
            ? [new DcrInjection(behind.DataDcr - 1, register.Index), new DcrInjection(register.Address, value)]
            : [new DcrInjection(register.Address, value)];
    }

    private static Injection Memory(MonitoredRun run, string target, uint value)
    {
        int bracket = target.IndexOf('[', StringComparison.Ordinal);
        int size = (bracket < 0 ? null : target[..bracket]) switch
        {
            "u8" => 1,
            "u16" => 2,
            "" or "u32" => 4,
            _ => throw new InputException($"set: memory is written as [ADDRESS], u8[ADDRESS], u16[ADDRESS] or u32[ADDRESS]."),
        };
        uint address = (uint)run.Value(target[(bracket + 1)..^1], "set");
        if (!GuestMemory.TryTranslate(run.Board, address, out uint physical, out StorageAttributes attributes))
            throw new InputException(new MemoryView(run.Board, isPhysical: false).Why(address));
        if (!GuestMemory.TryTranslate(run.Board, address + (uint)size - 1, out uint last, out _) || last != physical + (uint)size - 1)
            throw new InputException($"set: the bytes at 0x{address:x8} lie in two pages that are not neighbours; they can be written one by one.");
        bool isLittle = (attributes & StorageAttributes.LittleEndian) != 0;
        if (run.Board.Memory.Find(physical) is { Device: not null })
            return new DeviceInjection(physical, size, isLittle ? BinaryPrimitives.ReverseEndianness(value) >> (8 * (4 - size)) : value);
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        bytes = bytes[^size..];
        if (isLittle)
            Array.Reverse(bytes);
        return new MemoryInjection(physical, bytes);
    }
}
