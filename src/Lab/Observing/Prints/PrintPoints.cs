using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Logs;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Prints;

/// <summary>Prints texts where a run comes to some places, as if the guest had a printf there.</summary>
internal sealed unsafe class PrintPoints
{
    private const int MaxString = 256;

    private readonly ObservedGuest _guest;
    private readonly LogOutput _output;

    /// <summary>Arranges that the texts are printed.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="arrivals">Sees arrivals.</param>
    /// <param name="option">The option that the texts belong to, for errors.</param>
    /// <param name="texts">What is printed where, in the words of <see cref="DebugGrammar.ParsePrint"/>.</param>
    /// <param name="output">Where lines go.</param>
    /// <exception cref="Kernel.InputException">One cannot be read.</exception>
    public PrintPoints(ObservedGuest guest, ArrivalObserver arrivals, string option, IEnumerable<string> texts, LogOutput output)
    {
        (_guest, _output) = (guest, output);
        foreach (string text in texts)
        {
            PrintPoint point = DebugGrammar.ParsePrint(text, guest.Names, guest.Arguments).OrThrow($"{option} '{TerminalText.Line(text)}'");
            arrivals.Add(point.Address, number => Arrive(point, number));
        }
    }

    private void Arrive(PrintPoint point, ulong number)
    {
        if ((point.Call is { } call && call != number) || point.When?.Evaluate(_guest.Names).IsTrue == false || _output.IsFull)
            return;
        LineBuffer line = _output.Line.Moment(_guest.State->InstructionCount, _guest.Processor.ExceptionsHere).Add(" print     "u8);
        foreach (PrintPart part in point.Parts)
            line.Add(Text(part));
        _output.EndLine();
    }

    private string Text(PrintPart part)
    {
        switch (part.Form)
        {
            case PrintForm.Text:
                return TerminalText.Line(part.Text);
            case PrintForm.Task:
                return _guest.Tasks.Find(_guest.State->Msr).Name;
            case PrintForm.Backtrace:
                return string.Join(" <- ", Backtrace.Walk(_guest.Board, _guest.Names.Symbols.FirstOrDefault()).Select(_guest.Places.Describe));
        }

        ExpressionValue value = part.Value!.Evaluate(_guest.Names);
        if (!value.IsKnown)
            return $"<{value}>";
        return part.Form switch
        {
            PrintForm.Signed => part.Value.IsWide ? $"{(long)value.Number}" : $"{(int)value.Number}",
            PrintForm.Unsigned => $"{value.Number}",
            PrintForm.Symbol => _guest.Places.Describe((uint)value.Number),
            PrintForm.String => String((uint)value.Number),
            _ => $"{value}",
        };
    }

    private string String(uint address)
    {
        List<byte> bytes = [];
        while (bytes.Count < MaxString)
        {
            if (!GuestMemory.TryRead(_guest.Board, address + (uint)bytes.Count, 1, out uint value))
                return bytes.Count == 0 ? $"<memory at 0x{address:x8} cannot be read>" : TerminalText.Line(TerminalText.Decode([.. bytes]))
                    + "<memory ends>";
            if (value == 0)
                return TerminalText.Line(TerminalText.Decode([.. bytes]));
            bytes.Add((byte)value);
        }

        return TerminalText.Line(TerminalText.Decode([.. bytes])) + "...";
    }
}
