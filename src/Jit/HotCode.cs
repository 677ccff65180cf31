using PpcJit.Jit.Code;
using PpcJit.Jit.Cold;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Profiles;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit;

/// <summary>
/// Decides what is compiled, and when: counts how often a place is jumped to, asks for its region when it is hot, and
/// installs what the compiler has finished.
/// </summary>
/// <param name="cache">The code pages.</param>
/// <param name="cold">Decodes what an earlier run had executed.</param>
/// <param name="compiler">The second thread; null when the guest waits for each compilation.</param>
/// <param name="options">Switches.</param>
/// <param name="statistics">What is counted.</param>
internal sealed unsafe class HotCode(
    CodeCache cache, ColdTier cold, BackgroundCompiler? compiler, JitOptions options, JitStatistics statistics)
{
    /// <summary>Whether nothing becomes hot for now, so that a measurement of what is compiled sees no compiling.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Notes that a word of a page was jumped to.</summary>
    /// <returns>The region that can be entered there; null when there is none yet.</returns>
    public RegionEntry? Arrive(CodePage page, int word) => page.EntryAt(word) ?? Warm(page, word);

    /// <summary>Installs the regions that the second thread has finished.</summary>
    public void InstallFinished()
    {
        if (compiler is not { AnyFinished: true })
            return;
        while (compiler.TryTake(out CompileRequest? request))
            Install(request!);
    }

    /// <summary>Counts an arrival at a place without a region; compiles one when it is hot.</summary>
    private RegionEntry? Warm(CodePage page, int word)
    {
        if (IsHeld || ++page.Heat[word] < page.Threshold || !cache.IsWorthCompiling(page))
            return null;
        page.Heat[word] = 0;
        if (page.Decoded[word].Code is Codes.Undecoded or Codes.Interpret)
            return null;
        if (page.Requested.Contains(word))
        {
            compiler?.Urge(page, word);
            return null;
        }

        if (compiler is { IsFull: true })
        {
            // It becomes hot once more. To ask again earlier gives nothing but refusals: they are 16 times as many after a
            // sixteenth of the threshold (a boot of Linux with threshold=200 and a queue of 4), and the regions no more.
            statistics.Refused++;
            return null;
        }

        // What an earlier run had compiled is not waited for.
        if (cache.IsPatient && page.Profiled.Count == 0 && !page.IsHotAgain(word))
            return null;

        // What an earlier run found hot may be other code now, which is not hot yet.
        return TakeProfiled(page, word) ? Compile(page, word) : null;
    }

    /// <summary>Compiles the region of a place, or lets the second thread do it.</summary>
    private RegionEntry? Compile(CodePage page, int word)
    {
        cache.NoteRequest(page, word);
        CompileRequest request = new(page, page.Generation, word, page.CopyFor(word)) { Segment = cache.LargestRange() };
        if (compiler is not null)
        {
            compiler.Request(request);
            return null;
        }

        request.Result = RegionCompiler.Compile(request.Decoded, page.Effective, word, request.Segment, options);
        Install(request);
        return page.EntryAt(word);
    }

    /// <summary>
    /// Decodes what an earlier run had executed of a region, if that is still what is there, so that the region is
    /// found whole.
    /// </summary>
    /// <returns>False when the place is hot only by a profile of other code.</returns>
    private bool TakeProfiled(CodePage page, int word)
    {
        bool isStale = false;
        foreach (ProfiledRegion region in page.Profiled)
        {
            if (region.Entry != word)
                continue;
            if (!region.IsIn(page.Host))
            {
                isStale = true;
                continue;
            }

            statistics.Profiled++;
            foreach (WordRun run in region.Runs)
            {
                for (int n = run.First; n < run.First + run.Length; n++)
                    cold.Decode(page, n);
            }

            return true;
        }

        // Once: what is there now becomes hot, or not, by itself.
        if (!isStale || !page.StaleProfiles.Add(word))
            return true;
        statistics.StaleProfiles++;
        return false;
    }

    private void Install(CompileRequest request)
    {
        if (request.IsCovered)
            request.Page.Requested.Remove(request.Entry);
        if (request.Result is not { } region)
            return;
        if (request.Page.Generation != request.Generation)
        {
            statistics.Stale++;
            return;
        }

        request.Page.Requested.Remove(request.Entry);
        cache.Install(request.Page, region);
        options.Profile?.Add(ProfiledRegion.Of(request.Page.Host, request.Page.Physical, region.EffectiveAddress, region.Runs));

        // The next jump there leaves the cold tier for the region.
        foreach (int entry in region.Entries)
            request.Page.Heat[entry] = (ushort)(request.Page.Threshold - 1);
        statistics.Regions++;
        statistics.RegionInstructions += region.Instructions;
        statistics.IlBytes += region.IlBytes;
        statistics.CompileMicroseconds += region.CompileMicroseconds;
    }
}
