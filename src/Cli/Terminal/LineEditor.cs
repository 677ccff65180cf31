using System.Text;

namespace PpcJit.Cli.Terminal;

/// <summary>
/// Lets a person type lines on a terminal in raw mode: backspace, arrows, Home and End, Ctrl-U and Ctrl-W, and the
/// lines before with up and down. Only printable ASCII gets into a line.
/// </summary>
/// <param name="prompt">What stands ahead of each line.</param>
/// <param name="show">Shows text with its controls.</param>
public sealed class LineEditor(string prompt, Action<string> show)
{
    private const int MaxLength = 4000;
    private const int MaxHistory = 1000;
    private const byte Interrupt = 3, EndOfInput = 4, Backspace = 8, EraseLine = 21, EraseWord = 23, Escape = 27, Delete = 127;
    private readonly StringBuilder _line = new();
    private readonly List<string> _history = [];
    private readonly StringBuilder _sequence = new();
    private int _cursor;
    private int _at;
    private bool _inSequence;

    /// <summary>Shows the prompt with an empty line.</summary>
    public void Begin()
    {
        _line.Clear();
        (_cursor, _at, _inSequence) = (0, _history.Count, false);
        Redraw();
    }

    /// <summary>Takes a key.</summary>
    /// <param name="key">The byte.</param>
    /// <param name="line">The line, when the key ends it; null when the key says that no more will come.</param>
    /// <returns>Whether the line has ended.</returns>
    public bool Take(byte key, out string? line)
    {
        line = null;
        if (_inSequence)
        {
            TakeSequence((char)key);
            return false;
        }

        switch (key)
        {
            case (byte)'\r' or (byte)'\n':
                line = _line.ToString();
                if (line.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != line))
                    _history.Add(line);
                if (_history.Count > MaxHistory)
                    _history.RemoveAt(0);
                show("\n");
                return true;
            case EndOfInput when _line.Length == 0:
                show("\n");
                return true;
            case Interrupt:
                show("^C\n");
                Begin();
                return false;
            case Escape:
                _inSequence = true;
                _sequence.Clear();
                return false;
            case Backspace or Delete:
                Erase(1);
                return false;
            case EraseLine:
                Erase(_cursor);
                return false;
            case EraseWord:
                string before = _line.ToString(0, _cursor).TrimEnd(' ');
                Erase(_cursor - (before.LastIndexOf(' ') + 1));
                return false;
        }

        if (key is >= (byte)' ' and <= (byte)'~' && _line.Length < MaxLength)
        {
            _line.Insert(_cursor++, (char)key);
            Redraw();
        }

        return false;
    }

    /// <summary>Shows prompt and line again, as after text that came between.</summary>
    public void Redraw()
    {
        int behind = _line.Length - _cursor;
        show($"\r{prompt}{_line}\x1b[K{(behind > 0 ? $"\x1b[{behind}D" : "")}");
    }

    private void Erase(int characters)
    {
        int erased = Math.Min(characters, _cursor);
        _line.Remove(_cursor - erased, erased);
        _cursor -= erased;
        Redraw();
    }

    /// <summary>Takes a character of what a terminal sends for a key without a letter: <c>ESC [ A</c>, <c>ESC [ 3 ~</c>, <c>ESC O H</c>.</summary>
    private void TakeSequence(char character)
    {
        _sequence.Append(character);
        bool isIntroduced = _sequence[0] is '[' or 'O';
        _inSequence = isIntroduced && (_sequence.Length == 1 || character is < '@' or > '~') && _sequence.Length < 8;
        if (_inSequence)
            return;
        switch (_sequence.ToString())
        {
            case "[A" or "OA": Recall(_at - 1); break;
            case "[B" or "OB": Recall(_at + 1); break;
            case "[C" or "OC": _cursor = Math.Min(_cursor + 1, _line.Length); break;
            case "[D" or "OD": _cursor = Math.Max(_cursor - 1, 0); break;
            case "[H" or "OH" or "[1~": _cursor = 0; break;
            case "[F" or "OF" or "[4~": _cursor = _line.Length; break;
            case "[3~" when _cursor < _line.Length: _line.Remove(_cursor, 1); break;
        }

        Redraw();
    }

    private void Recall(int wanted)
    {
        if (wanted < 0 || wanted > _history.Count)
            return;
        _at = wanted;
        _line.Clear().Append(wanted < _history.Count ? _history[wanted] : "");
        _cursor = _line.Length;
    }
}
