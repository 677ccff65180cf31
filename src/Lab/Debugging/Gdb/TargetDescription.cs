using System.Globalization;
using System.Numerics;
using System.Text;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// What gdb is told about the target (GDB manual, "Target Descriptions"). gdb has no <c>powerpc:405</c>;
/// <c>powerpc:common</c> without an FPU is accepted.
/// </summary>
internal static class TargetDescription
{
    private static readonly (string Name, uint Bit)[] MsrBits =
    [
        ("DR", Msr.Dr), ("IR", Msr.Ir), ("FE1", Msr.Fe1), ("DE", Msr.De), ("DWE", Msr.Dwe), ("FE0", Msr.Fe0),
        ("ME", Msr.Me), ("FP", Msr.Fp), ("PR", Msr.Pr), ("EE", Msr.Ee),
        ("CE", Msr.Ce), ("WE", Msr.We), ("APE", Msr.Ape), ("AP", Msr.Ap),
    ];

    /// <summary>The file <c>target.xml</c>.</summary>
    public static string Xml { get; } = Create();

    /// <summary>
    /// The memory map. gdb's addresses are effective ones, so anything may be anywhere: what is not mapped now is said
    /// by the packet that reads it.
    /// </summary>
    public const string MemoryMap =
        """
        <?xml version="1.0"?>
        <!DOCTYPE memory-map PUBLIC "+//IDN gnu.org//DTD GDB Memory Map V1.0//EN" "http://sourceware.org/gdb/gdb-memory-map.dtd">
        <memory-map><memory type="ram" start="0x0" length="0x100000000"/></memory-map>
        """;

    private static string Create()
    {
        StringBuilder text = new(
            """
            <?xml version="1.0"?>
            <!DOCTYPE target SYSTEM "gdb-target.dtd">
            <target version="1.0">
            <architecture>powerpc:common</architecture>
            <feature name="org.gnu.gdb.power.core">
            <flags id="msr_flags" size="4">

            """);
        foreach ((string name, uint bit) in MsrBits)
        {
            int number = BitOperations.TrailingZeroCount(bit);
            text.Append(CultureInfo.InvariantCulture, $"<field name=\"{name}\" start=\"{number}\" end=\"{number}\"/>\n");
        }

        text.Append("</flags>\n");
        foreach (GdbRegister register in GdbRegister.All)
        {
            if (register.Number == GdbRegister.FirstSpecial)
                text.Append("</feature>\n<feature name=\"org.ppcjit.ppc405\">\n");
            string group = register.Group is null ? "" : $" group=\"{register.Group}\"";
            text.Append(CultureInfo.InvariantCulture, $"<reg name=\"{register.Name}\" bitsize=\"{8 * register.Size}\" "
                + $"type=\"{register.Type}\" regnum=\"{register.Number}\"{group}/>\n");
        }

        return text.Append("</feature>\n</target>\n").ToString();
    }
}
