using PpcJit.Jit.State;
using PpcJit.Machine.Memory;

namespace PpcJit.Jit.Code;

/// <summary>
/// Where the code is in one instruction translation context (PID, MSR[PR] and MSR[IR]): its pages, and the jump cache
/// that regions look up inline.
/// </summary>
internal sealed unsafe class CodeContext : IDisposable
{
    /// <summary>
    /// A power of two. Of 826,026 look-ups of a boot of Linux (--jit-opt background=off) 15,946 go on to the dictionary; with
    /// 64 it would be 41,111, with 1,024 13,180.
    /// </summary>
    private const int RecentPages = 256;

    private readonly NativeBlock _jumps = new((nuint)JumpCacheEntry.Count * (nuint)sizeof(JumpCacheEntry));
    private readonly Dictionary<int, MappedPage> _pages = [];

    /// <summary>
    /// The page found last for each index, which saves most look-ups. Any of them may be replaced at any time.
    /// </summary>
    private readonly MappedPage?[] _recent = new MappedPage?[RecentPages];

    public CodeContext()
    {
        Jumps = (JumpCacheEntry*)_jumps.Start;

        // All others are empty as they are: the tag 0 belongs to the address 0, whose entry is the first one.
        Jumps->Address = JumpCacheEntry.Empty;
    }

    /// <summary>The jump cache.</summary>
    public JumpCacheEntry* Jumps { get; }

    /// <summary>Finds the page of an effective address; null when it must be looked up by translation.</summary>
    public MappedPage? FindPage(uint effective)
    {
        ref MappedPage? recent = ref _recent[(effective >> 12) & (RecentPages - 1)];
        uint start = effective & ~0xfffu;
        if (recent is not null && recent.Effective == start)
            return recent;
        if (!_pages.TryGetValue(NumberOf(start), out MappedPage? page))
            return null;
        recent = page;
        return page;
    }

    /// <summary>Remembers a page that was not known until now.</summary>
    public MappedPage AddPage(uint effective, CodePage code)
    {
        MappedPage page = new(this, effective & ~0xfffu, code);
        _pages.Add(NumberOf(page.Effective), page);
        return page;
    }

    /// <summary>Forgets a page and its jumps, because its mapping or its code has gone.</summary>
    public void Remove(MappedPage page)
    {
        _pages.Remove(NumberOf(page.Effective));
        ref MappedPage? recent = ref _recent[(page.Effective >> 12) & (RecentPages - 1)];
        if (recent == page)
            recent = null;
        ForgetJumps(page);
    }

    /// <summary>Empties a page's part of the jump cache.</summary>
    public void ForgetJumps(MappedPage page)
    {
        foreach (uint index in page.Jumps.Items)
        {
            if ((Jumps[index].Address & ~0xfffu) == page.Effective)
                Jumps[index].Address = JumpCacheEntry.Empty;
        }

        page.Jumps.Clear();
    }

    /// <summary>Enters a region into the jump cache.</summary>
    public void AddJump(MappedPage page, uint effective, RegionEntry entry)
    {
        // Two places that share an entry replace each other again and again: the list is emptied before it grows.
        if (page.Jumps.Items.Length >= CodePage.Words)
            ForgetJumps(page);
        uint index = JumpCacheEntry.IndexOf(effective);
        Jumps[index].Code = entry.Region.Code;
        Jumps[index].Entry = entry.Number;
        Jumps[index].Address = effective;
        page.Jumps.Add(index);
    }

    private static int NumberOf(uint effective) => (int)(effective >> 12);

    /// <inheritdoc/>
    public void Dispose() => _jumps.Dispose();
}
