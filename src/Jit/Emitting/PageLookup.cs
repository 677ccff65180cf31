using System.Numerics;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.SoftPages;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// Finds the host address of an access through the soft page tables, inline. A miss (unmapped, not permitted, not plain
/// RAM) leaves the region with the instruction not begun, and so does an access over a page's end. There is a method
/// for each strategy; all leave the difference between host address and effective address in <see
/// cref="RegionContext.Host"/>.
/// </summary>
internal sealed class PageLookup
{
    /// <summary>Bytes in a page of the soft page tables.</summary>
    public const uint PageSize = 0x1000;

    private const int PageShift = 12;

    /// <summary>Accesses of more bytes, those of groups, are aligned too seldom.</summary>
    private const int MaxAligned = 4;

    /// <summary>No entry of a table is like that: pages begin at the same places in host memory.</summary>
    private const long NoEntry = 1;

    private readonly RegionContext _context;
    private readonly IlWriter _il;
    private readonly LocalBuilder _readTable;
    private readonly LocalBuilder _writeTable;
    private readonly LocalBuilder _tableAside;
    private readonly Dictionary<AddressBase, CachedPage> _cached;
    private readonly Dictionary<AddressBase, LocalBuilder> _predictions = [];
    private readonly bool _hasRange;
    private readonly LocalBuilder _rangeLimit;
    private readonly LocalBuilder _rangeAddend;
    private readonly AddressLocal _lowest;
    private readonly AddressLocal _last;

    /// <summary>Where the present access is in its group; null when it is in none.</summary>
    private GroupedAccess? _grouped;

    /// <summary>What to add to the address of the present access, where it is in no group.</summary>
    private LocalBuilder _addend;

    /// <summary>The present access, if it is asked only whether it is in the linear range, and where to go if it is not.</summary>
    private (Access Access, Label Other)? _outOfRange;

    /// <summary>Finds out which bases have a page of their own in locals.</summary>
    public PageLookup(RegionContext context)
    {
        (_context, _il, _addend) = (context, context.Il, context.Host);
        _readTable = _il.DeclareLocal(typeof(nint), "readTable");
        _writeTable = _il.DeclareLocal(typeof(nint), "writeTable");
        _tableAside = _il.DeclareLocal(typeof(nint), "tableAside");
        _lowest = new AddressLocal(_il, context.Options, "lowest");
        _last = new AddressLocal(_il, context.Options, "last");
        _hasRange = context.Options.LinearRanges && context.Plan.Segment >= 0 && context.Plan.Uses(traits => traits.UsesReadTable);
        _rangeLimit = _il.DeclareLocal(typeof(uint), "rangeLimit");
        _rangeAddend = _il.DeclareLocal(typeof(long), "rangeAddend");
        _cached = context.Options.CachePages ? CachedPage.Find(context.Plan, _il, _hasRange) : [];
        if (context.Options.PredictPages && !_hasRange)
            FindPredictions();
    }

    /// <summary>Loads the addresses of the soft page tables that the region uses.</summary>
    public void LoadTables()
    {
        if (_context.Plan.Uses(traits => traits.UsesReadTable))
            _il.LoadField(Offsets.ReadTable, typeof(nint)).Store(_readTable);
        if (_context.Plan.Uses(traits => traits.UsesWriteTable))
            _il.LoadField(Offsets.WriteTable, typeof(nint)).Store(_writeTable);
    }

    /// <summary>A block begins: it has found no page yet.</summary>
    public void BeginBlock()
    {
        foreach (CachedPage cached in _cached.Values)
            cached.IsSet = false;
    }

    /// <summary>Forgets all cached pages, because translations may have changed.</summary>
    public void ForgetAll()
    {
        if (_hasRange)
            LoadRange();
        foreach (CachedPage cached in _cached.Values)
        {
            cached.IsSet = false;
            _il.Long(CachedPage.NoPage).Store(cached.Tag);
        }
    }

    /// <summary>A base that was loaded may be anywhere.</summary>
    public void ForgetBasesOf(ulong registers)
    {
        foreach ((AddressBase address, CachedPage cached) in _cached)
            cached.IsSet &= (address.Registers & registers) == 0;
    }

    /// <summary>Forgets all predictions.</summary>
    public void ForgetPredictions()
    {
        foreach (LocalBuilder prediction in _predictions.Values)
            _il.Long(NoEntry).Store(prediction);
    }

    /// <summary>
    /// Computes the effective address of an access, and finds its page. <see cref="FinishLoad"/> must follow where it loads.
    /// </summary>
    public void Find(in DecodedInstruction i)
    {
        _addend = _context.Host;
        _grouped = _context.Block.GroupOf(_context.Index);
        bool isFound = _context.Block.IsFoundBefore(_context.Index);
        if (!isFound && _grouped is { } stepped && _context.Flow.AddendInVersion() is { } addend)
        {
            PointInVersion(i, stepped.Group, addend);
            isFound = true;
        }

        if (!isFound || i.Traits.Updates)
            ComputeAddress(i);
        if (isFound)
            return;
        if (_grouped is { } first)
            FindGroup(i, first);
        else
            FindAlone(i);
    }

    /// <summary>After the load: does it aside with what the table says, where it is not in the linear range.</summary>
    /// <param name="load">Writes the load once more.</param>
    public void FinishLoad(Action load)
    {
        if (_outOfRange is not { } left)
            return;
        _outOfRange = null;
        Label done = _il.DefineLabel();
        _il.Mark(done);
        _context.AddOutOfLine(() =>
        {
            _il.Mark(left.Other);
            InTableAside(left.Access.Table, left.Access.Lowest, left.Access.Leave);
            LeaveAtPageEnd(left.Access);
            (_grouped, _addend) = (null, _context.Host);
            load();
            _il.GoTo(done);
        });
    }

    /// <summary>The same for lwarx and stwcx., whose misaligned accesses the interpreter refuses.</summary>
    public void FindAligned(in DecodedInstruction i)
    {
        (_grouped, _addend) = (null, _context.Host);
        ComputeAddress(i);
        (LocalBuilder table, ExitReason miss) = Side(i.Traits.UsesWriteTable);
        Label leave = _context.Ways.ExitHere(miss);
        InTable(table, _context.Effective, leave);
        _context.Effective.Load().Int(3).Op(OpCodes.And).Branch(OpCodes.Brtrue, leave);
    }

    /// <summary>The same for a run of bytes, which must lie in one page.</summary>
    public void FindRun(in DecodedInstruction i, int bytes)
    {
        (_grouped, _addend) = (null, _context.Host);
        ComputeAddress(i);
        (LocalBuilder table, ExitReason miss) = Side(i.Traits.UsesWriteTable);
        PushOffset().Int(PageSize - (uint)bytes);
        Label leave = _context.Ways.ExitHere(miss);
        _il.Branch(OpCodes.Bgt_Un, leave);
        InTable(table, _context.Effective, leave);
    }

    /// <summary>The same for dcbz, which has a table of its own and begins where the block begins.</summary>
    /// <param name="i">The instruction.</param>
    /// <param name="size">Bytes in a block.</param>
    public void FindBlock(in DecodedInstruction i, uint size)
    {
        (_grouped, _addend) = (null, _context.Host);
        ComputeAddress(i);
        InTable(_writeTable, _context.Effective, _context.Ways.ExitHere(ExitReason.WriteMiss), DataContext.ClearBase);
        _context.Effective.Load().Int(~(size - 1)).Op(OpCodes.And);
        _context.Effective.Store();
    }

    /// <summary>Finds the page of the address in <see cref="RegionContext.Effective"/>.</summary>
    /// <param name="isStore">In which table.</param>
    /// <param name="leave">Where to go if it is not there.</param>
    public void FindPage(bool isStore, Label leave) => InTable(Side(isStore).Table, _context.Effective, leave);

    /// <summary>Pushes the entry of an address's page where it is seldom needed.</summary>
    /// <param name="isStore">In which table.</param>
    /// <param name="address">Local for the address, of 32 bits.</param>
    public void PushEntry(bool isStore, LocalBuilder address)
    {
        LocalBuilder table = Aside(Side(isStore).Table);
        _il.Load(table).Load(address);
        PushEntryOfPage();
    }

    /// <summary>Pushes what the table of dcbz has for an address's page, where it is seldom needed.</summary>
    /// <param name="address">Local for the address, of 32 bits.</param>
    public void PushClearEntry(LocalBuilder address)
    {
        LocalBuilder table = Aside(_writeTable);
        _il.Load(table).Load(address);
        PushEntryOfPage(DataContext.ClearBase);
    }

    /// <summary>Pushes the effective address's offset in its page.</summary>
    public IlWriter PushOffset() => PushOffset(_context.Effective);

    /// <summary>Pushes the host address of the access.</summary>
    /// <param name="offset">Bytes to add.</param>
    public IlWriter PushHost(int offset = 0)
    {
        if (_grouped is not { } access)
            return PushHostAlone(offset);
        _il.Load(PointerOf(access.Group));
        int distance = access.FromLowest + offset;
        return distance == 0 ? _il : _il.Int((uint)distance).Op(OpCodes.Add);
    }

    /// <summary>The local for the host address of a group's lowest byte: blocks are not written in the order in which they run.</summary>
    private LocalBuilder PointerOf(AccessGroup group) => group.Pointer ??= _il.DeclareLocal(typeof(nint), "pointer");

    private IlWriter PushHostAlone(int offset)
    {
        _il.Load(_addend);
        _context.Effective.LoadWide().Op(OpCodes.Add);
        if (offset != 0)
            _il.Long(offset).Op(OpCodes.Add);
        return _il.Op(OpCodes.Conv_I);
    }

    /// <summary>Computes the effective address into its local.</summary>
    private void ComputeAddress(in DecodedInstruction i)
    {
        PushAddress(i, 0);
        _context.Effective.Store();
    }

    /// <summary>Pushes the effective address.</summary>
    /// <param name="i">The access.</param>
    /// <param name="distance">What to add to it.</param>
    private void PushAddress(in DecodedInstruction i, int distance)
    {
        uint displacement = (i.IsIndexed ? 0 : i.Immediate) + (uint)distance;
        if (i.A == DecodedInstruction.Zero)
        {
            if (!i.IsIndexed)
            {
                _il.Int(displacement);
                return;
            }

            _context.Gpr(i.B);
        }
        else
        {
            _context.Gpr(i.A);
            if (i.IsIndexed)
                _context.Gpr(i.B).Op(OpCodes.Add);
        }

        if (displacement != 0)
            _il.Int(displacement).Op(OpCodes.Add);
    }

    /// <summary>Computes the host address of a group of accesses whose page the version of a loop has found.</summary>
    private void PointInVersion(in DecodedInstruction i, AccessGroup group, LocalBuilder addend)
    {
        group.Pointer = _il.DeclareLocal(typeof(nint), "pointer");
        PushAddress(i, group.LowestFromFirst);
        _lowest.Store();
        _lowest.LoadWide().Load(addend).Op(OpCodes.Add, OpCodes.Conv_I).Store(group.Pointer);
    }

    /// <summary>The address of a single access is computed: finds its page.</summary>
    private void FindAlone(in DecodedInstruction i)
    {
        CodeTraits traits = i.Traits;
        (LocalBuilder table, ExitReason miss) = Side(traits.UsesWriteTable);
        Label leave = _context.Ways.ExitHere(miss);
        Access access = new(AddressBase.Of(i), table, _context.Effective, traits.Size, leave, leave);
        if (i.StoresBesideCode && _context.Options.StoreBesideCode)
            BesideCode(access);
        else if (_context.Flow.AddendInVersion() is { } addend)
            _il.Load(addend).Store(_context.Host);
        else if (IsInRange(access))
            _outOfRange = (access, LeaveRange(access));
        else
            FindPage(access);
    }

    /// <summary>The address of the first access of a group is computed: finds the page of the whole group.</summary>
    private void FindGroup(in DecodedInstruction i, GroupedAccess first)
    {
        AccessGroup group = first.Group;
        (LocalBuilder table, ExitReason miss) = Side(group.IsStore);
        if (group.IsStore && !i.Traits.UsesWriteTable)
            miss = ExitReason.MixedMiss;
        AddressLocal lowest = _context.Effective;
        if (group.LowestFromFirst != 0)
        {
            lowest = _lowest;
            _context.Effective.Load().Int((uint)group.LowestFromFirst).Op(OpCodes.Add);
            lowest.Store();
        }

        Label leave = _context.Ways.ExitHere(miss), leaveCrossing = _context.Ways.ExitHere(ExitReason.Crossing);
        (Label missed, Label crosses, Label found) = (_il.DefineLabel(), _il.DefineLabel(), _il.DefineLabel());
        Access access = new(_context.Block.BaseOf(_context.Index), table, lowest, group.Span, missed, crosses);
        if (IsInRange(access))
        {
            Label other = LeaveRange(access), done = _il.DefineLabel();
            Point(_rangeAddend);
            _il.Mark(done);
            _context.AddOutOfLine(() =>
            {
                _il.Mark(other);
                InTableAside(access.Table, lowest, missed);
                LeaveAtPageEnd(access);
                _il.Mark(found);
                Point(_context.Host);
                _il.GoTo(done);
            });
        }
        else
        {
            FindPage(access);
            _il.Mark(found);
            Point(_context.Host);
        }

        void Point(LocalBuilder addend)
        {
            _il.Load(addend);
            lowest.LoadWide().Op(OpCodes.Add, OpCodes.Conv_I).Store(PointerOf(group));
        }

        _context.AddOutOfLine(() =>
        {
            // What misses is the page of the lowest byte; that of the first access, if both are the same.
            _il.Mark(missed);
            PushOffset(lowest).Int(PageSize - (uint)group.Span).Branch(OpCodes.Bgt_Un, leaveCrossing).GoTo(leave);
            _il.Mark(crosses);
            Cross(access, leaveCrossing);
            _il.GoTo(found);
        });
    }

    /// <summary>
    /// A group that begins in a page and ends in the next one: where both are neighbours in host memory too, as in all RAM
    /// that is mapped in one piece, that makes no difference.
    /// </summary>
    private void Cross(Access access, Label leave)
    {
        LocalBuilder table = Aside(access.Table);
        InTable(table, access.Lowest, leave);
        access.Lowest.Load().Int((uint)access.Size - 1).Op(OpCodes.Add);
        _last.Store();

        // The last page and the first one are no neighbours in host memory, whatever their entries say.
        _last.Load();
        access.Lowest.Load().Branch(OpCodes.Blt_Un, leave);
        PushEntry(table, _last).Load(_context.Host).Branch(OpCodes.Bne_Un, leave);
    }

    /// <summary>Finds the page of an access or a group by whichever strategy suits its base.</summary>
    private void FindPage(Access access)
    {
        if (access.Base is not null && _cached.TryGetValue(access.Base, out CachedPage? cached))
            InCachedPage(access, cached);
        else
            InTableOrPredicted(access);
    }

    /// <summary>Reads the linear range of the region's segment.</summary>
    private void LoadRange()
    {
        int offset = DataContext.OffsetOfRange(_context.Plan.Segment);
        _il.LoadField(Offsets.ReadTable, typeof(nint)).Int((uint)offset).Op(OpCodes.Add, OpCodes.Ldind_U4).Store(_rangeLimit);
        _il.LoadField(Offsets.ReadTable, typeof(nint)).Int((uint)offset + sizeof(long)).Op(OpCodes.Add, OpCodes.Ldind_I8).Store(_rangeAddend);
    }

    /// <summary>
    /// Strategy, where much memory is mapped in one piece: whether the access is there, wherever; else the table, aside. Whether it is aligned
    /// makes no difference there.
    /// </summary>
    private bool IsInRange(Access access) => _hasRange && access.Table == _readTable;

    /// <summary>Asks whether an access is in the linear range.</summary>
    /// <returns>Where to go if it is not.</returns>
    private Label LeaveRange(Access access)
    {
        Label other = _il.DefineLabel();
        access.Lowest.Load();
        if (_context.Plan.Segment != 0)
            _il.Int((uint)_context.Plan.Segment << DataContext.SegmentShift).Op(OpCodes.Sub);
        _il.Load(_rangeLimit).Branch(OpCodes.Bge_Un, other);
        _addend = _rangeAddend;
        return other;
    }

    private IlWriter PushOffset(AddressLocal address) => address.Load().Int(PageSize - 1).Op(OpCodes.And);

    /// <summary>Strategy: the entry of the page in the table; zero leaves the region.</summary>
    /// <param name="table">Soft page table.</param>
    /// <param name="address">The effective address.</param>
    /// <param name="leave">Where to go.</param>
    /// <param name="firstPage">Index of page 0 in the table.</param>
    private void InTable(LocalBuilder table, AddressLocal address, Label leave, uint firstPage = 0) =>
        PushEntry(table, address, firstPage).Store(_context.Host).Load(_context.Host).Branch(OpCodes.Brfalse, leave);

    /// <summary>The same where it is seldom needed.</summary>
    private void InTableAside(LocalBuilder table, AddressLocal address, Label leave, uint firstPage = 0) =>
        InTable(Aside(table), address, leave, firstPage);

    /// <summary>A local with a table's address for code out of the way: it is read anew, so that nothing keeps it until then.</summary>
    private LocalBuilder Aside(LocalBuilder table)
    {
        if (!_context.Options.TablesAside)
            return table;
        _il.LoadField(table == _writeTable ? Offsets.WriteTable : Offsets.ReadTable, typeof(nint)).Store(_tableAside);
        return _tableAside;
    }

    /// <summary>The same, or predicted, and not over the page's end.</summary>
    private void InTableOrPredicted(Access access)
    {
        if (access.Base is { } address && _predictions.TryGetValue(address, out LocalBuilder? prediction)
            && CachedPage.IsScattered(_context.Block, _context.Index))
            AsPredicted(access, prediction);
        else
            InTable(access.Table, access.Lowest, access.Leave);
        LeaveAtPageEnd(access);
    }

    /// <summary>
    /// Strategy: the page that this base's last access found, if the access lies in it; else look it up and cache it.
    /// </summary>
    private void InCachedPage(Access access, CachedPage cached)
    {
        // In a loop the page of the turn before will do, unless the base was loaded since.
        bool isCarriedHere = _context.Block.Loop is not null && !CachedPage.IsScattered(_context.Block, _context.Index);
        if (cached.IsSet || isCarriedHere)
        {
            Label other = _il.DefineLabel();
            Label found = _il.DefineLabel();
            access.Lowest.LoadWide().Load(cached.Tag).Op(OpCodes.Add);
            _il.Long(PageSize - access.Size).Branch(OpCodes.Bgt_Un, other);
            _il.Mark(found).Load(cached.Addend).Store(_context.Host);
            _context.AddOutOfLine(() =>
            {
                _il.Mark(other);
                InTableAside(access.Table, access.Lowest, access.Leave);
                LeaveAtPageEnd(access);
                Cache(access, cached);
                _il.GoTo(found);
            });
        }
        else
        {
            InTableOrPredicted(access);
            Cache(access, cached);
        }

        cached.IsSet = true;
    }

    private void Cache(Access access, CachedPage cached)
    {
        _il.Load(_context.Host).Store(cached.Addend);
        access.Lowest.Load().Int(~(PageSize - 1)).Op(OpCodes.And, OpCodes.Conv_U8, OpCodes.Neg).Store(cached.Tag);
    }

    /// <summary>
    /// Strategy, for loads whose addresses a loop has loaded itself: lists, trees, indices into large tables. Each
    /// waits for the one before, and for the soft page table in between. Pages that are neighbours for the guest are
    /// mostly neighbours in its RAM, so what must be added to the address seldom changes: the entry is only compared
    /// with the last one, and the processor goes on with that one meanwhile.
    /// </summary>
    private void AsPredicted(Access access, LocalBuilder prediction)
    {
        Label other = _il.DefineLabel();
        Label found = _il.DefineLabel();
        PushEntry(access.Table, access.Lowest).Load(prediction).Branch(OpCodes.Bne_Un, other);
        _il.Mark(found).Load(prediction).Store(_context.Host);
        _context.AddOutOfLine(() =>
        {
            _il.Mark(other);
            InTableAside(access.Table, access.Lowest, access.Leave);
            _il.Load(_context.Host).Store(prediction).GoTo(found);
        });
    }

    /// <summary>
    /// Strategy, for a store that has gone to a page with code before: it may, where no instruction lies in the word
    /// that it changes.
    /// </summary>
    private void BesideCode(Access access)
    {
        Label beside = _il.DefineLabel();
        Label found = _il.DefineLabel();
        InTable(access.Table, access.Lowest, beside);
        LeaveAtPageEnd(access);
        _il.Mark(found);
        _context.AddOutOfLine(() =>
        {
            _il.Mark(beside);
            InTableAside(access.Table, access.Lowest, access.Leave, DataContext.BesideCodeBase);
            if (access.Size != 1)
            {
                _context.Effective.Load().Int((1 << CodeWords.SizeLog) - 1).Op(OpCodes.And);
                _il.Int((1 << CodeWords.SizeLog) - (uint)access.Size).Branch(OpCodes.Bgt_Un, access.Leave);
            }

            _addend = _context.Host;
            _il.LoadField(Offsets.CodeWordsBase, typeof(nint));
            PushHostAlone(0).Int(CodeWords.SizeLog).Op(OpCodes.Shr, OpCodes.Add, OpCodes.Ldind_U1);
            _il.Branch(OpCodes.Brtrue, access.Leave).GoTo(found);
        });
    }

    /// <summary>
    /// A misaligned access is as good as any while it stays in the page. An aligned one does, which one test tells where the
    /// offset takes a copy, a mask and a comparison.
    /// </summary>
    private void LeaveAtPageEnd(Access access)
    {
        if (access.Size == 1)
            return;
        if (!_context.Options.AlignedChecks || !BitOperations.IsPow2(access.Size) || access.Size > MaxAligned)
        {
            LeaveBeyond(access);
            return;
        }

        Label misaligned = _il.DefineLabel(), inside = _il.DefineLabel();
        access.Lowest.Load().Int((uint)access.Size - 1).Op(OpCodes.And).Branch(OpCodes.Brtrue, misaligned).Mark(inside);
        _context.AddOutOfLine(() =>
        {
            _il.Mark(misaligned);
            LeaveBeyond(access);
            _il.GoTo(inside);
        });
    }

    /// <summary>Leaves where the last byte is in another page than the first one.</summary>
    private void LeaveBeyond(Access access) =>
        PushOffset(access.Lowest).Int(PageSize - (uint)access.Size).Branch(OpCodes.Bgt_Un, access.Crosses);

    /// <summary>Pushes the entry of an effective address's page.</summary>
    private IlWriter PushEntry(LocalBuilder table, AddressLocal address, uint firstPage = 0)
    {
        _il.Load(table);
        address.Load();
        return PushEntryOfPage(firstPage);
    }

    /// <summary>Replaces a table and an address on the stack by the entry of the address's page.</summary>
    private IlWriter PushEntryOfPage(uint firstPage = 0)
    {
        _il.Int(PageShift).Op(OpCodes.Shr_Un);
        if (firstPage != 0)
            _il.Int(firstPage).Op(OpCodes.Add);
        return _il.Op(OpCodes.Conv_U).Int(3).Op(OpCodes.Shl, OpCodes.Add, OpCodes.Ldind_I8);
    }

    private void FindPredictions()
    {
        foreach (RegionBlock block in _context.Plan.Blocks)
        {
            for (int n = 0; n < block.Instructions.Length; n++)
            {
                if (block.BaseOf(n) is { IsStore: false } address && CachedPage.IsScattered(block, n) && !block.IsFoundBefore(n)
                    && !_predictions.ContainsKey(address))
                    _predictions[address] = _il.DeclareLocal(typeof(long), () => address.NameOf("predicted"));
            }
        }
    }

    private (LocalBuilder Table, ExitReason Miss) Side(bool isStore) =>
        isStore ? (_writeTable, ExitReason.WriteMiss) : (_readTable, ExitReason.ReadMiss);

    /// <summary>What is known of an access, or of a group of accesses.</summary>
    /// <param name="Base">Its registers; null where it has none, or is no plain access.</param>
    /// <param name="Table">Its soft page table.</param>
    /// <param name="Lowest">Local for the effective address of its lowest byte.</param>
    /// <param name="Size">Its bytes.</param>
    /// <param name="Leave">Where to go if the table cannot serve it.</param>
    /// <param name="Crosses">Where to go if it does not end in the page where it begins.</param>
    private sealed record Access(AddressBase? Base, LocalBuilder Table, AddressLocal Lowest, int Size, Label Leave, Label Crosses);
}
