using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>How one block of a region follows another.</summary>
/// <param name="context">The place where IL is written.</param>
internal sealed class ControlFlow(RegionContext context)
{
    private readonly IlWriter _il = context.Il;
    private readonly LoopVersions _versions = new(context);

    /// <summary>Goes on at a word of the page, which may be outside the region or the page.</summary>
    /// <param name="word">Its index in the page.</param>
    /// <param name="below">The block that is written next, to which no branch is needed; null for none.</param>
    public void GoTo(int word, RegionBlock? below)
    {
        GiveBack(word);
        if (context.Block.Version is { } version && version.Block.First == word)
            _versions.GoOn(version);
        if (context.Plan.BlockAt(word) is not { } block)
        {
            _il.GoTo(context.Ways.Jump(context.Plan.AddressOf(word)));
        }
        else if (block.Order <= context.Block.Order)
        {
            CloseLoop(block);
        }
        else
        {
            context.Registers.ComputeLost(block.Sources![0], block.LiveIn);
            if (block != below)
                _il.GoTo(block.Label);
        }
    }

    /// <summary>Goes on at an address that is in no block.</summary>
    public void Leave(uint target)
    {
        GiveBack(-1);
        _il.GoTo(context.Ways.Jump(target));
    }

    /// <summary>
    /// What to add to the effective address of the present access, if the block is the version of a loop that does not look
    /// it up.
    /// </summary>
    public LocalBuilder? AddendInVersion() =>
        context.Block is { IsUnchecked: true, Version: { } version } && version.BaseOf[context.Index] is { } stepped
            ? _versions.AddendOf(stepped)
            : null;

    /// <summary>Gives back what was charged for a block that is not next.</summary>
    private void GiveBack(int word)
    {
        if (context.Block.Ahead is { } ahead && ahead.First != word)
            _il.Op(RegionMethod.Budget).Long(ahead.Charged).Op(OpCodes.Add).StoreBudget();
    }

    /// <summary>Goes back to the head of a loop if the budget allows another turn, else leaves.</summary>
    private void CloseLoop(RegionBlock head)
    {
        _il.Op(RegionMethod.Budget).Long(head.LongestPath);
        _il.Branch(OpCodes.Blt, context.Ways.Exit(ExitReason.Budget, head.First, 0));
        context.Registers.ComputeLost(head.Sources![0], head.LiveIn);
        _il.GoTo(head.Label);
    }
}
