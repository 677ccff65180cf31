using System.Globalization;
using Iced.Intel;

namespace PpcJit.Inspector.Counting;

/// <summary>
/// The code that QEMU has translated, from its own log (<c>-d in_asm,out_asm</c>): for each host instruction what it is for, and how many
/// guest instructions begin with it.
/// </summary>
internal sealed class PeerCode
{
    private const string GuestMark = "  -- guest addr 0x";
    private const string OtherMark = "  -- ";
    private const string DataMark = "  data:";
    private const string HostMark = "0x";

    /// <summary>The comparison of a look-up follows its shift within so many instructions.</summary>
    private const int Reach = 9;

    private readonly Dictionary<ulong, PeerInstruction> _instructions = [];

    /// <summary>What is known of the instruction at a host address; null when it is not translated code.</summary>
    public PeerInstruction? At(ulong address) => _instructions.GetValueOrDefault(address);

    /// <summary>Reads a log.</summary>
    public static PeerCode Read(TextReader log)
    {
        PeerCode code = new();
        List<uint> guest = [];
        string? line = log.ReadLine();
        while (line is not null)
        {
            if (line.StartsWith("IN:", StringComparison.Ordinal))
            {
                guest = ReadGuest(log);
                line = log.ReadLine();
            }
            else if (line.StartsWith("OUT:", StringComparison.Ordinal))
            {
                line = code.ReadHost(log, guest);
            }
            else
            {
                line = log.ReadLine();
            }
        }

        return code;
    }

    private static List<uint> ReadGuest(TextReader log)
    {
        List<uint> addresses = [];
        while (log.ReadLine() is { } line && line.StartsWith(HostMark, StringComparison.Ordinal))
            addresses.Add((uint)Hex(line.AsSpan(HostMark.Length, 8)));
        return addresses;
    }

    /// <summary>Reads a translated block.</summary>
    /// <returns>The line after it.</returns>
    private string? ReadHost(TextReader log, List<uint> guest)
    {
        List<byte> bytes = [];
        List<(ulong Host, uint Guest)> marks = [];
        ulong start = 0;
        uint? pending = null;
        string? line;
        while ((line = log.ReadLine()) is { Length: > 0 } && !line.StartsWith(DataMark, StringComparison.Ordinal))
        {
            if (line.StartsWith(GuestMark, StringComparison.Ordinal))
                pending = (uint)Hex(line.AsSpan(GuestMark.Length).TrimEnd(" + tb prologue"));
            else if (!line.StartsWith(OtherMark, StringComparison.Ordinal) && line.Split(':', 2) is [var place, var rest])
            {
                ulong address = Hex(place.AsSpan(HostMark.Length));
                start = bytes.Count == 0 ? address : start;
                if (pending is { } mark)
                    marks.Add((address, mark));
                pending = null;
                AddBytes(bytes, rest);
            }
        }

        if (bytes.Count > 0)
            Add(HostClassifier.Decode([.. bytes], start), marks, guest);
        return line;
    }

    /// <summary>Bytes are written as pairs of digits, in front of the text of the instruction.</summary>
    private static void AddBytes(List<byte> bytes, string text)
    {
        foreach (string word in text.TrimStart().Split(' '))
        {
            if (word.Length != 2 || !byte.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte one))
                return;
            bytes.Add(one);
        }
    }

    private void Add(IReadOnlyList<Instruction> code, List<(ulong Host, uint Guest)> marks, List<uint> guest)
    {
        PeerClass[] classes = Classify(code);
        Dictionary<ulong, int> counts = [];
        for (int n = 0; n < marks.Count; n++)
        {
            // Instructions without code of their own belong to the one before, at the begin to the one after.
            uint first = n == 0 ? 0 : marks[n].Guest, end = n + 1 < marks.Count ? marks[n + 1].Guest : uint.MaxValue;
            counts[marks[n].Host] = guest.Count(address => address >= first && address < end);
        }

        for (int n = 0; n < code.Count; n++)
        {
            bool isCall = code[n].FlowControl is FlowControl.Call or FlowControl.IndirectCall;
            _instructions[code[n].IP] = new PeerInstruction(classes[n], counts.GetValueOrDefault(code[n].IP), code[n].NextIP, isCall);
        }
    }

    private static PeerClass[] Classify(IReadOnlyList<Instruction> code)
    {
        PeerClass?[] classes = new PeerClass?[code.Count];
        for (int n = 0; n < Math.Min(3, code.Count); n++)
            classes[n] = PeerClass.Checks;
        for (int n = 1; n < code.Count; n++)
        {
            if (code[n].Mnemonic == Mnemonic.Shr && n + 1 < code.Count && IsTlb(code[n + 1]))
                LookUp(code, classes, n);
        }

        return [.. classes.Select((found, n) => found ?? Simple(code[n]))];
    }

    /// <summary>The parts of QEMU's TLB are found by addresses below its register of the state.</summary>
    private static bool IsTlb(in Instruction i) =>
        i.Mnemonic == Mnemonic.And && i.Op1Kind == OpKind.Memory && i.MemoryBase == Register.RBP && (long)i.MemoryDisplacement64 < 0;

    /// <summary>From the copy before the shift to the addition after the jump.</summary>
    private static void LookUp(IReadOnlyList<Instruction> code, PeerClass?[] classes, int shift)
    {
        for (int n = shift - 1; n < Math.Min(code.Count, shift + Reach); n++)
        {
            classes[n] = PeerClass.LookUps;
            if (code[n].FlowControl != FlowControl.ConditionalBranch)
                continue;
            if (n + 1 < code.Count && code[n + 1].Mnemonic == Mnemonic.Add)
                classes[n + 1] = PeerClass.LookUps;
            return;
        }
    }

    private static PeerClass Simple(in Instruction i)
    {
        if (i.FlowControl is FlowControl.UnconditionalBranch or FlowControl.IndirectBranch || i.Mnemonic == Mnemonic.Nop)
            return PeerClass.Jumps;
        if (i.Mnemonic != Mnemonic.Mov)
            return PeerClass.Work;
        if ((i.Op0Kind == OpKind.Memory || i.Op1Kind == OpKind.Memory) && i.MemoryBase == Register.RBP)
            return PeerClass.State;
        return i.Op0Kind == OpKind.Register && i.Op1Kind == OpKind.Register ? PeerClass.Moves : PeerClass.Work;
    }

    private static ulong Hex(ReadOnlySpan<char> text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

/// <summary>A host instruction of translated code.</summary>
/// <param name="Class">What it is for.</param>
/// <param name="Guest">How many guest instructions begin with it.</param>
/// <param name="Next">The address after it.</param>
/// <param name="IsCall">Whether it calls a helper.</param>
internal sealed record PeerInstruction(PeerClass Class, int Guest, ulong Next, bool IsCall);
