using Iced.Intel;
using PpcJit.Jit.State;

namespace PpcJit.Inspector.Counting;

/// <summary>
/// Says what each host instruction of a region is for, by the patterns that the emitters and the runtime's compiler leave:
/// there is no other trace of it.
/// </summary>
internal sealed class HostClassifier
{
    private const int PrologueLength = 24;
    private const int PageShift = 12;
    private const ulong PageMask = 0xfff;

    /// <summary>Comparisons of an offset in a page have a limit from here on: a page less the bytes of a group.</summary>
    private const ulong LowestLimit = 0xc00;

    /// <summary>So many instructions belong together at most, unless others are in between.</summary>
    private const int Reach = 6;

    private readonly IReadOnlyList<Instruction> _code;
    private readonly HostClass?[] _classes;
    private readonly HashSet<Register> _states = [Register.RDI];
    private readonly HashSet<Register> _budgets = [Register.RSI];
    private readonly HashSet<ulong> _budgetSlots = [];

    private HostClassifier(IReadOnlyList<Instruction> code)
    {
        _code = code;
        _classes = new HostClass?[code.Count];
        FindArguments();
    }

    /// <summary>Decodes machine code.</summary>
    /// <param name="code">The bytes.</param>
    /// <param name="start">Where they are.</param>
    public static IReadOnlyList<Instruction> Decode(byte[] code, ulong start)
    {
        List<Instruction> instructions = [];
        Decoder decoder = Decoder.Create(64, code, start);
        while (decoder.IP < start + (ulong)code.Length)
            instructions.Add(decoder.Decode());
        return instructions;
    }

    /// <summary>Gives the class of each instruction of a region.</summary>
    public static HostClass[] Classify(IReadOnlyList<Instruction> code)
    {
        HostClassifier classifier = new(code);
        for (int n = 0; n < code.Count; n++)
            classifier.Look(n);
        return [.. classifier._classes.Select(found => found ?? HostClass.Work)];
    }

    /// <summary>The registers into which the prologue moves the state's address and the budget.</summary>
    private void FindArguments()
    {
        for (int n = 0; n < Math.Min(PrologueLength, _code.Count) && _code[n].FlowControl == FlowControl.Next; n++)
        {
            Instruction i = _code[n];
            if (i.Mnemonic != Mnemonic.Mov || i.OpCount != 2 || i.Op1Kind != OpKind.Register)
                continue;
            if (i.Op1Register == Register.RDI && i.Op0Kind == OpKind.Register)
                _states.Add(i.Op0Register);
            else if (i.Op1Register == Register.RSI && i.Op0Kind == OpKind.Register)
                _budgets.Add(i.Op0Register);
            else if (i.Op1Register == Register.RSI && IsOnStack(i))
                _budgetSlots.Add(i.MemoryDisplacement64);
        }
    }

    private void Look(int n)
    {
        if (_classes[n] is not null)
            return;
        Instruction i = _code[n];
        if (IsBudget(i))
            Budget(n);
        else if (i.Mnemonic is Mnemonic.Push or Mnemonic.Pop or Mnemonic.Ret or Mnemonic.Leave || IsFrame(i) || TouchesState(i))
            _classes[n] = HostClass.EntryExit;
        else if (i.FlowControl == FlowControl.IndirectBranch && n > 0 && _code[n - 1].Mnemonic == Mnemonic.Add)
            JumpByTable(n);
        else if (i.FlowControl == FlowControl.IndirectBranch)
            LeaveBack(n);
        else if (IsShiftToPage(i) && Find(n, IsEntryOffset) is >= 0 and var offset && offset - n <= 2)
            FindJumpEntry(n, offset);
        else if (IsShiftToPage(i))
            LookUp(n);
        else if (i.Mnemonic == Mnemonic.And && IsImmediate(i, limit => limit == PageMask) && FindLimit(n, out int compare))
            Mark(HostClass.LookUps, [MoveBefore(n), n, compare, JumpAfter(compare)]);
        else if (i.Mnemonic == Mnemonic.Cmp && IsImmediate(i, limit => limit is >= LowestLimit and <= PageMask))
            HeldCheck(n);
        else
            _classes[n] = Simple(i);
    }

    private static HostClass? Simple(in Instruction i)
    {
        if (i.FlowControl == FlowControl.UnconditionalBranch)
            return HostClass.Jumps;
        if (i.Mnemonic == Mnemonic.Xchg || (i.Mnemonic == Mnemonic.Mov && i.Op0Kind == OpKind.Register && i.Op1Kind == OpKind.Register))
            return HostClass.Moves;
        if (i.Mnemonic == Mnemonic.Mov && IsOnStack(i))
            return HostClass.Spills;
        return i.Mnemonic == Mnemonic.Movsxd || i.Mnemonic.ToString().StartsWith("Set", StringComparison.Ordinal)
            ? HostClass.Conditions
            : null;
    }

    private bool IsBudget(in Instruction i) =>
        (i.Op0Kind == OpKind.Register && _budgets.Contains(i.Op0Register)
            && i.Mnemonic is Mnemonic.Add or Mnemonic.Sub or Mnemonic.Lea or Mnemonic.Dec or Mnemonic.Inc or Mnemonic.Cmp)
        || (IsOnStack(i) && _budgetSlots.Contains(i.MemoryDisplacement64));

    private void Budget(int n)
    {
        _classes[n] = HostClass.Budget;
        if (_code[n].Mnemonic == Mnemonic.Cmp)
            Mark(HostClass.Budget, [JumpAfter(n)]);
    }

    /// <summary>The table holds distances, to which the address of the code is added.</summary>
    private void JumpByTable(int n)
    {
        const int Steps = 4;
        for (int place = Math.Max(0, n - Steps); place <= n; place++)
            _classes[place] = HostClass.Jumps;
    }

    /// <summary>The last instructions before the region is left for another one, from the last store of a register on.</summary>
    private void LeaveBack(int n)
    {
        _classes[n] = HostClass.EntryExit;
        for (int before = n - 1; before >= 0 && _code[before].FlowControl is FlowControl.Next or FlowControl.ConditionalBranch; before--)
        {
            if (TouchesState(_code[before]) && _code[before].Op0Kind == OpKind.Memory)
                break;
            _classes[before] = HostClass.EntryExit;
        }
    }

    /// <summary>Two parts of an address give the offset of its entry in the jump cache.</summary>
    private void FindJumpEntry(int shift, int offset)
    {
        Mark(HostClass.EntryExit, [MoveBefore(shift), shift, offset - 1, offset]);
        int near = MoveBefore(shift) < 0 ? shift - 1 : shift - 2;
        if (near >= 0 && _code[near].Mnemonic is Mnemonic.Lea or Mnemonic.Shl)
            Mark(HostClass.EntryExit, [near]);
    }

    private void LookUp(int n)
    {
        Mark(HostClass.LookUps, [MoveBefore(n), n]);
        int load = Find(n, i => i.MemoryIndexScale == sizeof(ulong) && i.MemoryIndex != Register.None);
        if (load < 0)
            return;
        int test = Find(load - 1, i => i.Mnemonic is Mnemonic.Test or Mnemonic.Cmp && i.Op0Kind != OpKind.Immediate32);
        int jump = test < 0 ? -1 : JumpAfter(test);
        Mark(HostClass.LookUps, [load, test, jump]);
        if (jump >= 0 && jump + 1 < _code.Count && IsAlignment(_code[jump + 1]))
            Mark(HostClass.LookUps, [jump + 1, JumpAfter(jump + 1)]);
    }

    /// <summary>Whether it asks if an address is one of a halfword or a word.</summary>
    private static bool IsAlignment(in Instruction i) => i.Mnemonic == Mnemonic.Test && IsImmediate(i, bits => bits is 1 or 3);

    private void HeldCheck(int n)
    {
        int difference = -1;
        for (int before = n - 1; before >= Math.Max(0, n - Reach) && difference < 0; before--)
        {
            if (_code[before].Mnemonic is Mnemonic.Add or Mnemonic.Sub or Mnemonic.Lea)
                difference = before;
        }

        Mark(HostClass.HeldChecks, [difference < 0 ? -1 : MoveBefore(difference), difference, n, JumpAfter(n)]);
    }

    private bool FindLimit(int n, out int compare)
    {
        compare = Find(n, i => i.Mnemonic == Mnemonic.Cmp && IsImmediate(i, limit => limit is >= LowestLimit and <= PageMask));
        return compare >= 0;
    }

    /// <summary>The next instruction of a kind; -1 when there is none near.</summary>
    private int Find(int n, Predicate<Instruction> isWanted)
    {
        for (int next = n + 1; next < Math.Min(_code.Count, n + Reach); next++)
        {
            if (isWanted(_code[next]))
                return next;
        }

        return -1;
    }

    private int JumpAfter(int n) => Find(n, i => i.FlowControl == FlowControl.ConditionalBranch);

    private int MoveBefore(int n) => n > 0 && Simple(_code[n - 1]) == HostClass.Moves ? n - 1 : -1;

    private void Mark(HostClass what, ReadOnlySpan<int> places)
    {
        foreach (int place in places)
        {
            // The copy before it was taken for one of its own.
            if (place >= 0 && _classes[place] is null or HostClass.Moves)
                _classes[place] = what;
        }
    }

    private bool TouchesState(in Instruction i) => HasMemory(i) && _states.Contains(i.MemoryBase);

    private static bool IsFrame(in Instruction i) => i.Op0Kind == OpKind.Register
        && (i.Op0Register == Register.RSP || (i.Op0Register == Register.RBP && i.Mnemonic == Mnemonic.Lea && i.MemoryBase == Register.RSP));

    private static bool IsShiftToPage(in Instruction i) => i.Mnemonic == Mnemonic.Shr && IsImmediate(i, count => count == PageShift);

    private static bool IsEntryOffset(Instruction i) =>
        i.Mnemonic == Mnemonic.And && IsImmediate(i, mask => mask == (JumpCacheEntry.Count - 1) << JumpCacheEntry.SizeLog);

    private static bool IsOnStack(in Instruction i) => HasMemory(i) && i.MemoryBase is Register.RSP or Register.RBP;

    private static bool HasMemory(in Instruction i) => i.Op0Kind == OpKind.Memory || i.Op1Kind == OpKind.Memory;

    private static bool IsImmediate(in Instruction i, Predicate<ulong> isWanted) =>
        i.OpCount == 2 && i.Op1Kind is OpKind.Immediate8 or OpKind.Immediate32 or OpKind.Immediate8to32 or OpKind.Immediate8to64
            or OpKind.Immediate32to64 && isWanted(i.GetImmediate(1));
}
