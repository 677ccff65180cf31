using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// Says which instructions a test method tests. On a property, the instructions are its value: mostly the case source
/// of a test that has one definition for each of them. <see cref="CompletenessTests"/> refuses an instruction that no
/// test claims.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
internal sealed class TestedOpsAttribute(params Op[] ops) : Attribute
{
    public IReadOnlyList<Op> Ops { get; } = ops;
}
