using System.Globalization;
using System.Text;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// An expression that gdb has compiled for the target (GDB manual, "The GDB Agent Expression Mechanism"): the condition
/// of a breakpoint, or what it is to print. It cannot change the guest, and it ends after a bounded number of steps.
/// </summary>
/// <param name="code">The bytecode.</param>
/// <param name="board">The machine, which stays as it is.</param>
internal sealed class AgentExpression(byte[] code, Board board)
{
    private const int MaxSteps = 10_000;
    private const int MaxStack = 256;
    private const int MaxPrinted = 4096;

    private readonly Machine _machine = new(code, board);

    /// <summary>Runs it.</summary>
    /// <param name="print">Takes what it prints; null for nobody.</param>
    /// <returns>The value at the end; null when it could not be found.</returns>
    public ulong? Run(Action<string>? print = null) => _machine.Run(print);

    /// <summary>A stack machine of 64-bit values.</summary>
    private sealed class Machine(byte[] code, Board board)
    {
        private readonly ulong[] _stack = new ulong[MaxStack];
        private int _depth;
        private int _next;
        private bool _failed;
        private Action<string>? _print;

        public ulong? Run(Action<string>? print)
        {
            (_depth, _next, _failed, _print) = (0, 0, false, print);
            for (int step = 0; step < MaxSteps && !_failed; step++)
            {
                int op = (int)Constant(1);
                if (_failed)
                    return null;
                if (op == 0x27) // end
                    return _depth > 0 ? _stack[_depth - 1] : 0;
                Do(op);
            }

            return null;
        }

        private void Do(int op)
        {
            switch (op)
            {
                case 0x02: Binary((a, b) => a + b); break;
                case 0x03: Binary((a, b) => a - b); break;
                case 0x04: Binary((a, b) => a * b); break;
                case 0x05: Divide((a, b) => (ulong)((long)a / (long)b)); break;
                case 0x06: Divide((a, b) => a / b); break;
                case 0x07: Divide((a, b) => (ulong)((long)a % (long)b)); break;
                case 0x08: Divide((a, b) => a % b); break;
                case 0x09: Binary((a, b) => b < 64 ? a << (int)b : 0); break;
                case 0x0a: Binary((a, b) => (ulong)((long)a >> (int)Math.Min(b, 63))); break;
                case 0x0b: Binary((a, b) => b < 64 ? a >> (int)b : 0); break;
                case 0x0e: Push(Pop() == 0 ? 1u : 0); break;
                case 0x0f: Binary((a, b) => a & b); break;
                case 0x10: Binary((a, b) => a | b); break;
                case 0x11: Binary((a, b) => a ^ b); break;
                case 0x12: Push(~Pop()); break;
                case 0x13: Binary((a, b) => a == b ? 1u : 0); break;
                case 0x14: Binary((a, b) => (long)a < (long)b ? 1u : 0); break;
                case 0x15: Binary((a, b) => a < b ? 1u : 0); break;
                case 0x16: Extend(isSigned: true); break;
                case 0x17: Reference(1); break;
                case 0x18: Reference(2); break;
                case 0x19: Reference(4); break;
                case 0x1a: Reference(8); break;
                case 0x20: Branch(Constant(2), Pop() != 0); break;
                case 0x21: Branch(Constant(2), true); break;
                case 0x22: Push(Constant(1)); break;
                case 0x23: Push(Constant(2)); break;
                case 0x24: Push(Constant(4)); break;
                case 0x25: Push(Constant(8)); break;
                case 0x26: Register((uint)Constant(2)); break;
                case 0x28: Pick(0); break;
                case 0x29: Pop(); break;
                case 0x2a: Extend(isSigned: false); break;
                case 0x2b: Swap(); break;
                case 0x32: Pick((int)Constant(1)); break;
                case 0x33: Rotate(); break;
                case 0x34: Print(); break;
                default: _failed = true; break; // floating point, trace points and trace variables
            }
        }

        private ulong Constant(int bytes)
        {
            if (code.Length - _next < bytes)
            {
                _failed = true;
                return 0;
            }

            ulong value = 0;
            for (int n = 0; n < bytes; n++)
                value = (value << 8) | code[_next++];
            return value;
        }

        private void Push(ulong value)
        {
            if (_depth == MaxStack)
                _failed = true;
            else
                _stack[_depth++] = value;
        }

        private ulong Pop()
        {
            if (_depth > 0)
                return _stack[--_depth];
            _failed = true;
            return 0;
        }

        private void Binary(Func<ulong, ulong, ulong> combine)
        {
            ulong right = Pop();
            Push(combine(Pop(), right));
        }

        private void Divide(Func<ulong, ulong, ulong> divide)
        {
            ulong right = Pop();
            ulong left = Pop();
            if (right == 0 || (right == ulong.MaxValue && left == 1ul << 63))
                _failed = true;
            else
                Push(divide(left, right));
        }

        private void Extend(bool isSigned)
        {
            int bits = (int)Constant(1);
            ulong value = Pop();
            if (bits is > 0 and < 64)
                value = isSigned ? (ulong)((long)(value << (64 - bits)) >> (64 - bits)) : value << (64 - bits) >> (64 - bits);
            Push(value);
        }

        private void Reference(int size)
        {
            uint address = (uint)Pop();
            ulong value = 0;
            for (int n = 0; n < size; n += Math.Min(size, 4))
            {
                if (!GuestMemory.TryRead(board, address + (uint)n, Math.Min(size, 4), out uint part))
                    _failed = true;
                value = (value << 32) | part;
            }

            Push(value);
        }

        private void Register(uint number)
        {
            if (GdbRegister.Find(number) is { } register)
                Push(register.Read(board));
            else
                _failed = true;
        }

        private void Branch(ulong place, bool taken)
        {
            if (taken && place < (ulong)code.Length)
                _next = (int)place;
            else
                _failed |= taken;
        }

        private void Pick(int depth)
        {
            if (depth < _depth)
                Push(_stack[_depth - 1 - depth]);
            else
                _failed = true;
        }

        private void Swap()
        {
            ulong top = Pop();
            ulong below = Pop();
            Push(top);
            Push(below);
        }

        private void Rotate()
        {
            ulong a = Pop();
            ulong b = Pop();
            ulong c = Pop();
            Push(a);
            Push(c);
            Push(b);
        }

        /// <summary>A format of C's printf, with its arguments, a channel and a function on the stack.</summary>
        private void Print()
        {
            int count = (int)Constant(1);
            int length = (int)Constant(2);
            if (_failed || code.Length - _next < length)
            {
                _failed = true;
                return;
            }

            string format = Encoding.Latin1.GetString(code, _next, length).TrimEnd('\0');
            _next += length;
            Pop();
            Pop();
            ulong[] arguments = new ulong[count];
            for (int n = 0; n < count; n++)
                arguments[n] = Pop();
            if (!_failed)
                _print?.Invoke(Format(format, arguments));
        }

        private string Format(string format, ulong[] arguments)
        {
            StringBuilder text = new();
            int argument = 0;
            for (int n = 0; n < format.Length && text.Length < MaxPrinted; n++)
            {
                if (format[n] == '\\' && n + 1 < format.Length)
                {
                    text.Append(format[++n] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
                    continue;
                }

                if (format[n] != '%' || n + 1 == format.Length)
                {
                    text.Append(format[n]);
                    continue;
                }

                int first = ++n;
                while (n < format.Length - 1 && "0123456789-+ #.lhjzt".Contains(format[n], StringComparison.Ordinal))
                    n++;
                if (format[n] == '%')
                    text.Append('%');
                else
                    Append(text, format[first..n], format[n], argument < arguments.Length ? arguments[argument++] : 0);
            }

            return text.ToString();
        }

        private void Append(StringBuilder text, string flags, char kind, ulong value)
        {
            bool isLong = flags.Contains("ll", StringComparison.Ordinal);
            string shown = kind switch
            {
                'd' or 'i' => (isLong ? (long)value : (int)value).ToString(CultureInfo.InvariantCulture),
                'x' => (isLong ? value : (uint)value).ToString("x", CultureInfo.InvariantCulture),
                'X' => (isLong ? value : (uint)value).ToString("X", CultureInfo.InvariantCulture),
                'p' => $"0x{(uint)value:x}",
                'c' => ((char)(byte)value).ToString(),
                's' => Text((uint)value),
                _ => (isLong ? value : (uint)value).ToString(CultureInfo.InvariantCulture),
            };
            string digits = new([.. flags.Where(char.IsAsciiDigit)]);
            int width = digits.Length is > 0 and < 4 ? Math.Min(int.Parse(digits, CultureInfo.InvariantCulture), 200) : 0;
            text.Append(flags.Contains('-', StringComparison.Ordinal)
                ? shown.PadRight(width)
                : shown.PadLeft(width, digits.StartsWith('0') ? '0' : ' '));
        }

        private string Text(uint address)
        {
            StringBuilder text = new();
            for (uint n = 0; n < 256 && GuestMemory.TryRead(board, address + n, 1, out uint character) && character != 0; n++)
                text.Append((char)character);
            return text.ToString();
        }
    }
}
