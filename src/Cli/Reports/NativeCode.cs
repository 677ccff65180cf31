using System.Globalization;
using Iced.Intel;

namespace PpcJit.Cli.Reports;

/// <summary>The machine code of a region as text.</summary>
internal static class NativeCode
{
    /// <summary>The longest x86 instruction, in bytes.</summary>
    private const int MaxInstructionLength = 15;

    /// <summary>Lists the instructions that can be reached from an entry by direct branches.</summary>
    /// <param name="entry">Host address.</param>
    /// <returns>Lines with the offset from the entry, in order.</returns>
    /// <remarks>The runtime does not say how long the code of a dynamic method is; following its branches finds all of it.</remarks>
    public static IEnumerable<string> Lines(nint entry)
    {
        IntelFormatter formatter = new();
        StringOutput text = new();
        foreach ((ulong address, Instruction instruction) in Reachable((ulong)entry))
        {
            formatter.Format(instruction, text);
            yield return string.Create(CultureInfo.InvariantCulture, $"{address - (ulong)entry:x4}  {text.ToStringAndReset()}");
        }
    }

    /// <summary>The machine code from an entry to the last instruction that can be reached from it by direct branches.</summary>
    /// <param name="entry">Host address.</param>
    public static unsafe byte[] Bytes(nint entry)
    {
        (ulong last, Instruction instruction) = Reachable((ulong)entry).Last();
        return new ReadOnlySpan<byte>((void*)entry, (int)(last + (ulong)instruction.Length - (ulong)entry)).ToArray();
    }

    private static SortedDictionary<ulong, Instruction> Reachable(ulong entry)
    {
        SortedDictionary<ulong, Instruction> found = [];
        Stack<ulong> starts = new([entry]);
        while (starts.TryPop(out ulong address))
        {
            while (!found.ContainsKey(address))
            {
                Instruction instruction = Decode(address);
                found.Add(address, instruction);
                if (instruction.FlowControl is FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch)
                    starts.Push(instruction.NearBranchTarget);
                if (instruction.FlowControl is FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Return
                    or FlowControl.Interrupt || instruction.IsInvalid)
                    break;
                address = instruction.NextIP;
            }
        }

        return found;
    }

    private static unsafe Instruction Decode(ulong address)
    {
        byte[] bytes = new ReadOnlySpan<byte>((void*)address, MaxInstructionLength).ToArray();
        return Decoder.Create(64, bytes, address).Decode();
    }
}
