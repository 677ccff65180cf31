using PpcJit.Machine.Memory;

namespace PpcJit.Jit.Code;

/// <summary>
/// Where the code is in one instruction translation context (PID, MSR[PR] and MSR[IR]): recently used pages, and the jump cache that regions
/// look up inline.
/// </summary>
internal sealed unsafe class CodeContext : IDisposable
{
    /// <summary>Entries of the jump cache; a power of two.</summary>
    public const int JumpEntries = 4096;

    private const int PageEntries = 256;
    private readonly NativeBlock _jumps = new((nuint)JumpEntries * (nuint)sizeof(JumpCacheEntry));
    private readonly MappedPage?[] _pages = new MappedPage?[PageEntries];

    public CodeContext() => Clear();

    /// <summary>The jump cache.</summary>
    public JumpCacheEntry* Jumps => (JumpCacheEntry*)_jumps.Start;

    /// <summary>Index of an effective address in the jump cache.</summary>
    public static uint JumpIndex(uint effective) => ((effective >> 2) ^ (effective >> 14)) & (JumpEntries - 1);

    /// <summary>Finds the page of an effective address; null when it must be looked up by translation.</summary>
    public MappedPage? FindPage(uint effective)
    {
        MappedPage? page = _pages[(effective >> 12) & (PageEntries - 1)];
        return page is not null && page.Effective == (effective & ~0xfffu) ? page : null;
    }

    /// <summary>Remembers a page.</summary>
    public MappedPage AddPage(uint effective, CodePage code)
    {
        ref MappedPage? slot = ref _pages[(effective >> 12) & (PageEntries - 1)];
        if (slot is not null)
            Remove(slot);
        return slot = new MappedPage(this, effective & ~0xfffu, code);
    }

    /// <summary>Forgets a page and its jumps, because its mapping or its code has gone.</summary>
    public void Remove(MappedPage page)
    {
        ref MappedPage? slot = ref _pages[(page.Effective >> 12) & (PageEntries - 1)];
        if (slot == page)
            slot = null;
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
    public void AddJump(MappedPage page, uint effective, nint code)
    {
        // Two places that share an entry replace each other for ever: the list starts anew before it grows.
        if (page.Jumps.Items.Length >= CodePage.Words)
            ForgetJumps(page);
        uint index = JumpIndex(effective);
        Jumps[index].Code = code;
        Jumps[index].Address = effective;
        page.Jumps.Add(index);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_pages);
        for (int index = 0; index < JumpEntries; index++)
            Jumps[index].Address = JumpCacheEntry.Empty;
    }

    /// <inheritdoc/>
    public void Dispose() => _jumps.Dispose();
}
