using System.Globalization;
using Iced.Intel;

namespace PpcJit.Cli.Reports;

/// <summary>The machine code of a region as text.</summary>
internal static class NativeCode
{
    /// <summary>The longest x86 instruction, in bytes.</summary>
    private const int MaxInstructionLength = 15;

    /// <summary>A jump by a table has the comparison with the table's length so many instructions before it at most.</summary>
    private const int Reach = 12;

    /// <summary>Lists the instructions that can be reached from an entry by direct branches and by tables.</summary>
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

    /// <summary>The machine code from an entry to the last instruction that can be reached from it, too.</summary>
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
            List<Instruction> run = [];
            while (!found.ContainsKey(address))
            {
                Instruction instruction = Decode(address);
                found.Add(address, instruction);
                run.Add(instruction);
                if (instruction.FlowControl is FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch)
                    starts.Push(instruction.NearBranchTarget);
                else if (instruction.FlowControl == FlowControl.IndirectBranch)
                    PushAll(starts, TargetsOf(run));
                if (instruction.FlowControl is FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Return
                    or FlowControl.Interrupt || instruction.IsInvalid)
                    break;
                address = instruction.NextIP;
            }
        }

        return found;
    }

    /// <summary>
    /// Where the jump at the end of a run goes if it is one of a switch: a comparison with the highest case, the address of a table
    /// of distances, and the address from which these count.
    /// </summary>
    private static unsafe IEnumerable<ulong> TargetsOf(List<Instruction> run)
    {
        List<Instruction> last = run[Math.Max(0, run.Count - Reach)..];
        List<Instruction> addresses = last.FindAll(i => i is { Mnemonic: Mnemonic.Lea, IsIPRelativeMemoryOperand: true });
        int compare = last.FindLastIndex(i => i.Mnemonic == Mnemonic.Cmp && i.Op1Kind is OpKind.Immediate8to32 or OpKind.Immediate32);
        if (addresses is not [.., var table, var start] || compare < 0 || last[compare + 1].Mnemonic == Mnemonic.Jmp)
            return [];
        List<ulong> targets = [];
        for (uint n = 0; n <= (uint)last[compare].GetImmediate(1); n++)
            targets.Add(start.IPRelativeMemoryAddress + ((uint*)table.IPRelativeMemoryAddress)[n]);
        return targets;
    }

    private static void PushAll(Stack<ulong> stack, IEnumerable<ulong> more)
    {
        foreach (ulong one in more)
            stack.Push(one);
    }

    private static unsafe Instruction Decode(ulong address)
    {
        byte[] bytes = new ReadOnlySpan<byte>((void*)address, MaxInstructionLength).ToArray();
        return Decoder.Create(64, bytes, address).Decode();
    }
}
