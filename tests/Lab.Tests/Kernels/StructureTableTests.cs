using PpcJit.Kernel.Files;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing.Lines;

namespace PpcJit.Lab.Tests.Kernels;

/// <summary>Offsets of members out of debug information, ahead of what memory suggests.</summary>
public sealed class StructureTableTests
{
    private const string Source =
        """
        struct lwp;
        struct proc { char first[0x80]; int p_pid; char odd; char p_comm[17]; };
        struct pmap { int pm_ctx, pm_refs, pm_stats[2]; unsigned *pm_ptbl[64]; };
        struct pcb { struct pmap *pcb_pm; unsigned pcb_sp; char rest[100]; };
        struct link { struct lwp *le_next, **le_prev; };
        struct lwp { int pad[7]; void *l_addr; struct { union { struct { int inner; }; int other; }; }; struct link l_list; const struct proc *l_proc;
            char *l_name; };
        typedef struct lwp lwp_t;
        struct cpu_info { char before[200]; lwp_t *ci_curlwp; struct pcb *ci_curpcb; };
        struct cpu_info cpu_info[1];
        struct proc proc0;
        struct pmap kernel_pmap_;
        lwp_t lwp0;
        int main(void) { return cpu_info[0].ci_curlwp->l_proc->p_pid + (int)lwp0.l_addr + proc0.p_pid + kernel_pmap_.pm_ctx; }
        """;

    [TestCase("-gdwarf-2")]
    [TestCase("-gdwarf-5")]
    public void Members_are_found_by_structure_and_name(string option)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string program = Path.Combine(folder, "program");
            File.WriteAllText(program + ".c", Source);
            (int exitCode, _, string errors) = HostTool.Run("powerpc-linux-gnu-gcc", "gcc-powerpc-linux-gnu", "-O1", "-ffreestanding", "-nostdlib",
                "-static", "-Wl,-e,main", option, program + ".c", "-o", program);
            Assert.That(exitCode, Is.Zero, errors);
            StructureTable table = StructureTable.Find(InputFile.Read(program), error => Assert.Fail(error.Message))!;
            Assert.That((Offset(table, "lwp", "l_addr"), Offset(table, "lwp", "inner"), Offset(table, "lwp", "l_list.le_prev"),
                Offset(table, "lwp", "l_proc"), Offset(table, "proc", "p_comm"), Offset(table, "cpu_info", "ci_curlwp"),
                Offset(table, "pmap", "pm_ptbl")),
                Is.EqualTo(((uint?)28u, (uint?)32u, (uint?)40u, (uint?)44u, (uint?)0x85u, (uint?)200u, (uint?)16u)));
            Assert.That((Offset(table, "lwp", "l_addres"), Offset(table, "lwpp", "l_addr"), Offset(table, "lwp", "l_addr.le_next")),
                Is.EqualTo(((uint?)null, (uint?)null, (uint?)null)));
            Assert.That((table.TrySize("pcb", out uint size), size, table.TrySize("nothing", out _)), Is.EqualTo((true, 108u, false)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void What_the_compiler_wrote_down_wins_over_what_memory_suggests()
    {
        using SyntheticNetBsd machine = new();
        GuestKernel kernel = machine.Kernel(layouts: new Said());
        Assert.That(kernel.NameOf(SyntheticNetBsd.Init), Is.EqualTo($"lwp 'init' ({SyntheticNetBsd.Init})"));
    }

    private static uint? Offset(StructureTable table, string structure, string member) =>
        table.TryFind(structure, member, out uint offset) ? offset : null;

    /// <summary>Says that a process's number is where its list of lwps begins.</summary>
    private sealed class Said : IStructureLayouts
    {
        public bool TryFind(string structure, string member, out uint offset)
        {
            offset = 0x80 + 28;
            return (structure, member) == ("proc", "p_pid");
        }

        public bool TrySize(string structure, out uint size)
        {
            size = 0;
            return false;
        }
    }
}
