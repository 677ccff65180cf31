using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>A stretch of a run that is observed: from one moment to another.</summary>
/// <param name="guest">The guest.</param>
/// <param name="arrivals">Sees arrivals at symbols.</param>
/// <param name="end">Where the run ended when it was done before; null for a new run.</param>
/// <param name="panic">Where the guest's kernel gave up in that run; null when it did not.</param>
internal sealed class Window(ObservedGuest guest, ArrivalObserver arrivals, ulong? end, Moment? panic)
{
    private bool _hasBegun;
    private bool _hasEnded;

    /// <summary>Arranges that something begins and ends.</summary>
    /// <param name="option">The option of the beginning, and that of the end, for errors.</param>
    /// <param name="from">Where it begins; null for the beginning of the run.</param>
    /// <param name="to">Where it ends; null for the end of the run.</param>
    /// <param name="begin">What begins.</param>
    /// <param name="finish">What ends; called once, and only when it has begun.</param>
    /// <exception cref="InputException">One cannot be read, or cannot be found in a run that is new.</exception>
    public void Arrange((string From, string To) option, string? from, string? to, Action begin, Action finish)
    {
        void Begin()
        {
            if (_hasBegun || _hasEnded)
                return;
            _hasBegun = true;
            begin();
        }

        void End()
        {
            if (_hasBegun && !_hasEnded)
                finish();
            _hasEnded = true;
        }

        if (to is not null)
            At(option.To, to, End);
        if (from is null)
            Begin();
        else
            At(option.From, from, Begin);
        Finish = End;
    }

    /// <summary>Ends what has not ended, with the run.</summary>
    public Action Finish { get; private set; } = () => { };

    private void At(string option, string text, Action reached)
    {
        switch (DebugGrammar.ParseMoment(text, guest.Names).OrThrow($"{option} {text}"))
        {
            case CountReference { Moment: var moment }:
                At(moment, reached);
                break;
            case FindingReference { Moment: var moment }:
                At(moment, reached);
                break;
            case ResetReference:
                At(new Moment(0), reached);
                break;
            case ArrivalReference arrival:
                arrivals.Add(arrival.Address, number =>
                {
                    if (number == arrival.Number)
                        reached();
                });
                break;
            case EndReference when end is { } last:
                At(new Moment(last), reached);
                break;
            case PanicReference when panic is { } at:
                At(at, reached);
                break;
            case PanicReference when end is not null:
                throw new InputException($"{option} {text}: the guest's kernel did not panic in this run.");
            case BackReference back when end is { } last:
                At(new Moment(last - Math.Min(last, back.Instructions)), reached);
                break;
            default:
                throw new InputException($"{option} {text}: where that is, only a run that was done before knows: --save-run FILE keeps it, and "
                    + $"'ppcjit open FILE {option} {text}' looks at it.");
        }
    }

    private void At(Moment moment, Action reached) => guest.Machine.AddMark(moment.Count, reached);
}
