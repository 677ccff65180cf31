using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Lab.Why.Reports;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>The word that follows a value back to its cause.</summary>
internal static class WhyWords
{
    private const string All = "all", Addresses = "addresses", Control = "control", Depth = "depth", Time = "time", Html = "html";

    private static readonly string[] Options = [All, Addresses, Control, Depth, Time, Html];

    public static IReadOnlyList<MonitorWord> Words { get; } =
    [
        new("why", "[/all] [/addresses] [/control] [/depth=N] [/time=SECONDS] [/html=FILE] [physical] REGISTER|ADDRESS[,LENGTH]",
            "Say where a value comes from: what wrote it, what that was made "
            + "from, and so on; copies are one line unless /all is said; addresses are followed with /addresses, and with /control the "
            + "branches that decided that it came to it.", Why),
        new("explain", "[/all] [/depth=N] [/time=SECONDS] [/html=FILE]",
            "Say how the guest came to die: what was wrong is followed back to where it first was.", Explain),
    ];

    private static MonitorReply Why(MonitorCall call)
    {
        Question question = Question.Read(call.Arguments, "why");
        using CancellationTokenSource giveUp = question.GiveUp(call.Cancel);
        Moment here = call.Run.Timeline.Present;
        DynamicSlice slice = new(call.Run.Timeline, call.Run.Names, question.Options, giveUp.Token);
        CausalLink link = slice.Follow(FollowedPlace.Find(call.Run.Names, question.Rest));
        string[] lines = [.. SlicePrinter.Lines(link, question.ShowsAll), .. slice.CutOff];
        return new MonitorReply(lines, new { at = here.ToString(), isCutOff = slice.IsCutOff, cutOff = slice.CutOff, links = SliceData.Of(link) })
        {
            IsCutOff = (slice.Cut & ~question.Wanted) != SliceCut.None,
            Problem = question.WritePage(to => WhyPage.Write(to, $"Why {TerminalText.Line(question.Rest)} at {here}", link)),
        };
    }

    private static MonitorReply Explain(MonitorCall call)
    {
        Question question = Question.Read(call.Arguments, "explain");
        if (question.Rest.Length > 0)
            throw new InputException($"explain: nothing may follow; '{TerminalText.Line(question.Rest)}' does.");
        using CancellationTokenSource giveUp = question.GiveUp(call.Cancel);
        Timeline timeline = call.Run.Timeline;
        if (Death.Find(timeline, call.Run.Ended?.Invoke(), () => call.Run.Panic, giveUp.Token) is not { } death)
            throw new InputException($"explain: the guest has not died, as far as {timeline.End}: there is nothing to explain.");
        Explanation explanation = new DeathExplainer(timeline, call.Run.Names, question.Options, giveUp.Token).Explain(death);
        return new MonitorReply(ExplanationPrinter.Lines(explanation, question.ShowsAll), ExplanationData.Of(explanation))
        {
            Problem = question.WritePage(to => WhyPage.Write(to, $"How the guest died at {death.At}", explanation)),
        };
    }

    /// <summary>What was typed after the word.</summary>
    /// <param name="Rest">What follows the options.</param>
    /// <param name="ShowsAll">Whether each copy has a line of its own.</param>
    /// <param name="Options">How far chains go.</param>
    /// <param name="Seconds">After how many it is given up.</param>
    private sealed record Question(string Rest, bool ShowsAll, SliceOptions Options, int Seconds)
    {
        /// <summary>The file that receives a page; null for none.</summary>
        public string? Page { get; init; }

        /// <summary>The bounds that were asked for: what they cut off is not missed.</summary>
        public SliceCut Wanted { get; init; }

        public static Question Read(string text, string word)
        {
            Question question = new(text, false, new SliceOptions(), SliceOptions.UsualSeconds);
            while (question.Rest.StartsWith('/'))
            {
                string rest = question.Rest;
                int end = rest.IndexOf(' ', StringComparison.Ordinal);
                question = question.With(end < 0 ? rest[1..] : rest[1..end], word) with { Rest = end < 0 ? "" : rest[end..].Trim() };
            }

            return question;
        }

        public CancellationTokenSource GiveUp(CancellationToken cancel)
        {
            CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            giveUp.CancelAfter(TimeSpan.FromSeconds(Seconds));
            return giveUp;
        }

        /// <summary>Writes the page that is asked for.</summary>
        /// <returns>Why it could not be written, which must not cost the answer; null when it was, or none is wanted.</returns>
        public string? WritePage(Action<Stream> write)
        {
            if (Page is null)
                return null;
            try
            {
                using OutputFile file = OutputFile.Open("/html=", Page);
                file.Write(write);
                file.Commit();
                return null;
            }
            catch (OutputException error)
            {
                return error.Message;
            }
        }

        private Question With(string option, string word) => option switch
        {
            All => this with { ShowsAll = true },
            Addresses => this with { Options = Options with { FollowsAddresses = true } },
            Control => this with { Options = Options with { FollowsControl = true } },
            _ when option.StartsWith(Depth + "=", StringComparison.Ordinal) =>
                this with
                {
                    Options = Options with { MaxDepth = Number(option, word, Depth, SliceOptions.DeepestDepth) }, Wanted = SliceCut.Depth,
                },
            _ when option.StartsWith(Time + "=", StringComparison.Ordinal) =>
                this with { Seconds = Number(option, word, Time, SliceOptions.MostSeconds) },
            _ when option.StartsWith(Html + "=", StringComparison.Ordinal) && option.Length > Html.Length + 1 =>
                this with { Page = option[(Html.Length + 1)..], Options = Options with { KeepsStates = true } },
            _ => throw new InputException(
                $"{word}: there is no option '/{TerminalText.Line(option)}'.{NearestName.Question(option, WhyWords.Options)}"),
        };

        private static int Number(string option, string word, string name, int most) =>
            Numbers.TryCount(option[(name.Length + 1)..], out ulong number) && number > 0 && number <= (ulong)most
                ? (int)number : throw new InputException($"{word}: /{TerminalText.Line(option)} is not between 1 and {most}.");
    }
}
