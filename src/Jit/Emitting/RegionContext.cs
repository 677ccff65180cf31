using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// What the parts of a region's emitter share: the plan, the writer, the place where IL is written now, and each other.
/// The methods that push and pop return the context, so that an instruction's emitter is one statement.
/// </summary>
internal sealed class RegionContext
{
    private readonly List<Action> _outOfLine = [];

    /// <summary>Creates the context of a region.</summary>
    /// <param name="plan">The region.</param>
    /// <param name="options">Switches.</param>
    /// <param name="il">Where the IL goes.</param>
    public RegionContext(RegionPlan plan, JitOptions options, ILGenerator il)
    {
        (Plan, Options, Il) = (plan, options, new IlWriter(il, options));
        Effective = new AddressLocal(Il, options, "effective");
        Host = Il.DeclareLocal(typeof(long), "host");
        ExitCode = Il.DeclareLocal(typeof(uint), "exitCode");
        Target = Il.DeclareLocal(typeof(uint), "target");
        Wide = Il.DeclareLocal(typeof(long), "wide");
        Scratch = Il.DeclareLocal(typeof(uint), "scratch");
        Registers = new GuestRegisters(this);
        Pages = new PageLookup(this);
        Ways = new WaysOut(this);
        Flow = new ControlFlow(this);
    }

    /// <summary>The region.</summary>
    public RegionPlan Plan { get; }

    /// <summary>Switches.</summary>
    public JitOptions Options { get; }

    /// <summary>Where IL is written.</summary>
    public IlWriter Il { get; }

    /// <summary>The guest's registers.</summary>
    public GuestRegisters Registers { get; }

    /// <summary>Finds the host addresses of accesses.</summary>
    public PageLookup Pages { get; }

    /// <summary>How the region is left.</summary>
    public WaysOut Ways { get; }

    /// <summary>How one block follows another.</summary>
    public ControlFlow Flow { get; }

    /// <summary>Local for the effective address of the last access.</summary>
    public AddressLocal Effective { get; }

    /// <summary>Local for the difference between host address and effective address of the last access.</summary>
    public LocalBuilder Host { get; }

    /// <summary>Local for what <see cref="WaysOut"/> passes to the shared exit.</summary>
    public LocalBuilder ExitCode { get; }

    /// <summary>Local for the address where a jump goes.</summary>
    public LocalBuilder Target { get; }

    /// <summary>Local for 64 bits that one instruction needs.</summary>
    public LocalBuilder Wide { get; }

    /// <summary>Local for 32 bits that one instruction needs.</summary>
    public LocalBuilder Scratch { get; }

    /// <summary>The block that is written.</summary>
    public RegionBlock Block { get; set; } = null!;

    /// <summary>Index in the block of the instruction that is written.</summary>
    public int Index { get; set; }

    /// <summary>Whether the block is known to run in supervisor state from here on.</summary>
    public bool IsPrivileged { get; set; }

    /// <summary>Registers whose value is needed after the instruction.</summary>
    public ulong LiveAfter { get; set; }

    /// <summary>Registers that may differ from the state here: what leaving stores.</summary>
    public ulong Changed { get; set; }

    /// <summary>What the CR fields stand for here.</summary>
    public CrSources Sources { get; set; } = CrSources.None;

    /// <summary>Index in the page of the instruction that is written.</summary>
    public int Word => Block.First + Index;

    /// <summary>Effective address of the instruction that is written.</summary>
    public uint Address => Plan.AddressOf(Word);

    /// <summary>Whether any of some registers' values is needed after the instruction.</summary>
    public bool IsNeeded(ulong resources) => (LiveAfter & resources) != 0;

    /// <summary>Adds code that is seldom executed, and goes after all blocks.</summary>
    public void AddOutOfLine(Action write) => _outOfLine.Add(write);

    /// <summary>Writes that code.</summary>
    public void EmitOutOfLine()
    {
        // It may add more of the same.
        for (int n = 0; n < _outOfLine.Count; n++)
            _outOfLine[n]();
    }

    /// <summary>Pushes a general purpose register.</summary>
    public RegionContext Gpr(int number)
    {
        Registers.Load(number);
        return this;
    }

    /// <summary>Pushes a general purpose register widened to 64 bits without its sign.</summary>
    public RegionContext WideGpr(int number)
    {
        Registers.LoadWide(number, unsigned: true);
        return this;
    }

    /// <summary>Pushes a register named by its <see cref="Resources"/> number.</summary>
    public RegionContext Resource(int resource)
    {
        Registers.LoadResource(resource);
        return this;
    }

    /// <summary>Pushes a 32-bit constant.</summary>
    public RegionContext Int(uint value)
    {
        Il.Int(value);
        return this;
    }

    /// <summary>Writes opcodes without operands.</summary>
    public RegionContext Op(params ReadOnlySpan<OpCode> codes)
    {
        Il.Op(codes);
        return this;
    }

    /// <summary>Calls a static method.</summary>
    public RegionContext Call(MethodInfo method)
    {
        Il.Call(method);
        return this;
    }

    /// <summary>Pops into a general purpose register.</summary>
    public void To(int register) => Registers.Store(register);

    /// <summary>Pops into a register named by its <see cref="Resources"/> number.</summary>
    public void ToResource(int resource) => Registers.StoreResource(resource);

    /// <summary>Pops the result into rT, and sets CR0 where Rc asks.</summary>
    public void ToT(in DecodedInstruction i) => ToResult(i, i.T);

    /// <summary>Pops the result into rA, and sets CR0 where Rc asks.</summary>
    public void ToA(in DecodedInstruction i) => ToResult(i, i.A);

    private void ToResult(in DecodedInstruction i, int register)
    {
        To(register);
        if (i.Rc != 0)
            Registers.Record(register);
    }
}
