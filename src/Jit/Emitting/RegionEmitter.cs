using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;
using PpcJit.Jit.State;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// Turns a region into the IL of one method with the signature of <see cref="RegionMethod"/>: its entries, its blocks
/// instruction by instruction, and the ways out. Guest registers live in IL locals. Nothing in a region calls anything
/// that could throw.
/// </summary>
internal sealed class RegionEmitter
{
    private readonly RegionPlan _plan;
    private readonly JitOptions _options;
    private readonly RegionContext _context;
    private readonly IlWriter _il;

    private RegionEmitter(RegionPlan plan, JitOptions options, DynamicMethod method)
    {
        _plan = plan;
        _options = options;
        _context = new RegionContext(plan, options, method.GetILGenerator(4096));
        _il = _context.Il;
        foreach (RegionBlock block in AllBlocks())
            block.Label = _il.DefineLabel();
    }

    /// <summary>Emits a region.</summary>
    /// <returns>The method, not yet compiled, and what was written.</returns>
    public static (DynamicMethod Method, IlWriter Il) Emit(RegionPlan plan, JitOptions options)
    {
        string name = $"{RegionMethod.NamePrefix}{plan.AddressOf(plan.Entries[0].First):x8}";
        DynamicMethod method =
            new(name, typeof(long), RegionMethod.Parameters, typeof(RegionEmitter).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        RegionEmitter emitter = new(plan, options, method);
        emitter.EmitAll();
        return (method, emitter._il);
    }

    /// <summary>The blocks of the plan, and the second versions of loops.</summary>
    private IEnumerable<RegionBlock> AllBlocks() =>
        [.. _plan.Blocks, .. from block in _plan.Blocks where block.Version is not null select block.Version!.Block];

    private void EmitAll()
    {
        EmitEntries();
        for (int n = 0; n < _plan.Blocks.Count; n++)
            EmitBlock(_plan.Blocks[n], n + 1 < _plan.Blocks.Count ? _plan.Blocks[n + 1] : null);
        foreach (RegionBlock block in _plan.Blocks)
        {
            if (block.Version is { } version)
                EmitBlock(version.Block, null);
        }

        _context.EmitOutOfLine();
        _context.Ways.Emit();
    }

    private void EmitEntries()
    {
        _context.Pages.LoadTables();
        _context.Pages.ForgetAll();
        _context.Pages.ForgetPredictions();
        Label[] labels = new Label[_plan.Entries.Count];
        for (int n = 0; n < labels.Length; n++)
            labels[n] = _il.DefineLabel();
        if (labels.Length > 1)
        {
            // The first one, where functions begin, is likelier than all others: it needs no table.
            _il.Op(RegionMethod.Entry).Branch(OpCodes.Brfalse, labels[0]);
            _il.Op(RegionMethod.Entry).Switch(labels);
        }

        for (int n = 0; n < labels.Length; n++)
        {
            _il.Mark(labels[n]);
            EmitEntry(_plan.Entries[n]);
        }
    }

    private void EmitEntry(RegionBlock entry)
    {
        // Not enough left for the longest path: the dispatcher takes over.
        _il.Op(RegionMethod.Budget).Long(entry.LongestPath);
        _il.Branch(OpCodes.Blt, _context.Ways.RefuseEntry(entry.First, ExitReason.Budget));
        _context.Registers.LoadFromState(entry.LiveIn);
        _context.Registers.ClearMarks(entry.Sources![0], entry.LiveIn);
        foreach (HeadComparison asked in entry.Asked)
            _context.Registers.RefuseUnless(asked, _context.Ways.RefuseEntry(entry.First, ExitReason.Step));
        _il.GoTo(entry.Label);
    }

    private void EmitBlock(RegionBlock block, RegionBlock? below)
    {
        int length = block.Instructions.Length;
        _context.Block = block;
        _context.IsPrivileged = false;
        _il.Mark(block.Label);
        if (!block.IsCharged)
            _il.Op(RegionMethod.Budget).Int((uint)block.Charged).Op(OpCodes.Conv_I8, OpCodes.Sub).StoreBudget();

        ulong[] live = new ulong[length];
        RegionAnalysis.Liveness(block, live);
        _context.Changed = block.Changed;
        _context.Pages.BeginBlock();
        for (int n = 0; n < length; n++)
            EmitInstruction(block, n, live[n]);
        _context.Sources = block.Sources![^1];

        // A branch falls through when it is not taken.
        if (block.End == BlockEnd.Step)
            _il.GoTo(_context.Ways.Exit(ExitReason.Step, block.Next, 0));
        else if (block.End == BlockEnd.FallsThrough || block.Instructions[^1].MayFallThrough)
            _context.Flow.GoTo(block.Next, below);
    }

    private void EmitInstruction(RegionBlock block, int index, ulong liveAfter)
    {
        ref DecodedInstruction decoded = ref block.Instructions[index];
        ulong writes = block.Uses[index].Writes;
        _context.Index = index;
        if (_options.KeepListings)
            _il.Note(_context.Address, Disassembler.Disassemble(decoded.Word, _context.Address));
        _context.LiveAfter = _options.DeadValues ? liveAfter : ulong.MaxValue;

        // A branch leaves when its own effect is there already, every other instruction before it has any.
        if (decoded.EndsBlock)
            _context.Changed |= writes;
        _context.Sources = block.Sources![index];
        _context.Registers.ComputeLost(block.Sources[index + 1], _context.LiveAfter & ~writes);
        EmitterTable.Of(decoded.Code)(_context, decoded);
        _context.Pages.ForgetBasesOf(ValueSpread.LoadedBy(decoded));
        _context.Changed |= writes;
    }
}
