using System.Reflection;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>No instruction without its parts: a line in the table, a method of the interpreter, a test.</summary>
internal sealed class CompletenessTests
{
    private static Op[] AllOps => Enum.GetValues<Op>();

    [Test]
    public void Every_instruction_has_a_test()
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        HashSet<Op> tested = [];
        foreach (MemberInfo member in Assembly.GetExecutingAssembly().GetTypes().SelectMany(type => type.GetMembers(All)))
        {
            if (member.GetCustomAttribute<TestedOpsAttribute>() is not { } attribute)
                continue;
            tested.UnionWith(attribute.Ops);
            if (member is PropertyInfo property)
                tested.UnionWith((IEnumerable<Op>)property.GetValue(null)!);
        }

        Assert.That(AllOps.Except(tested), Is.Empty);
    }

    [Test]
    public void Every_instruction_has_one_line_of_the_table()
    {
        Op[] rows = [Op.Illegal, .. InstructionTable.Rows.ToArray().Select(row => row.Op)];
        Assert.That(rows, Is.EquivalentTo(AllOps));
    }

    [TestCaseSource(nameof(AllOps))]
    public void The_interpreter_has_a_method_of_the_instructions_name_that_takes_the_word(Op op)
    {
        MethodInfo? method = typeof(InterpreterEngine).GetMethod(op.ToString(), BindingFlags.NonPublic | BindingFlags.Instance, [typeof(uint)]);
        Assert.That(method, Is.Not.Null);
        Assert.That(method!.IsAssembly && !method.IsStatic && method.ReturnType == typeof(bool), Is.True);
    }
}
