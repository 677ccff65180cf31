using System.Numerics;
using System.Reflection.Emit;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// A 32-bit expression that can be written as IL. It has the operators of <see cref="uint"/>, so that a generic formula
/// serves both the dispatcher and generated code.
/// </summary>
/// <param name="push">Writes the IL that pushes the value.</param>
internal sealed class IlExpression(Action<IlWriter> push)
    : IShiftOperators<IlExpression, int, IlExpression>, IBitwiseOperators<IlExpression, IlExpression, IlExpression>
{
    /// <summary>Writes the IL that pushes the value.</summary>
    public void Push(IlWriter il) => push(il);

    public static IlExpression operator <<(IlExpression value, int amount) => Shifted(value, amount, OpCodes.Shl);

    public static IlExpression operator >>(IlExpression value, int amount) => Shifted(value, amount, OpCodes.Shr_Un);

    public static IlExpression operator >>>(IlExpression value, int amount) => Shifted(value, amount, OpCodes.Shr_Un);

    public static IlExpression operator &(IlExpression left, IlExpression right) => Combined(left, right, OpCodes.And);

    public static IlExpression operator |(IlExpression left, IlExpression right) => Combined(left, right, OpCodes.Or);

    public static IlExpression operator ^(IlExpression left, IlExpression right) => Combined(left, right, OpCodes.Xor);

    public static IlExpression operator ~(IlExpression value) => new(il =>
    {
        value.Push(il);
        il.Op(OpCodes.Not);
    });

    private static IlExpression Shifted(IlExpression value, int amount, OpCode code) => new(il =>
    {
        value.Push(il);
        il.Int((uint)amount).Op(code);
    });

    private static IlExpression Combined(IlExpression left, IlExpression right, OpCode code) => new(il =>
    {
        left.Push(il);
        right.Push(il);
        il.Op(code);
    });
}
