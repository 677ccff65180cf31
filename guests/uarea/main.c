/* Starts the kernel, waits for init to end, reports, and resets the machine. */
#include "kernel.h"
#include "user.h"

extern char __free_memory[];

/* The lwp that boots: its u-area is part of the kernel's image. Its number is 0. */
static void setup_lwp0(void)
{
	struct lwp *lwp = &lwps[0];

	uarea_size = options.upages * PAGE_SIZE;
	*lwp = (struct lwp){ .name = "lwp0", .state = LWP_RUNNING };
	lwp->uarea = (u32)lwp0_uarea + 2 * PAGE_SIZE - uarea_size;
	lwp->pcb = (struct pcb *)lwp->uarea;
	lwp->pcb->lwp = lwp;
#ifdef NETBSD_LAYOUT
	lwp->pcb->pmap = &kernel_pmap_;
	lwp->netbsd_proc = &proc0;
	lwp->netbsd_name = lwp->name;
#endif
	all_lwps = lwp;
	cpu_info.curlwp = lwp;
	cpu_info.curpcb = lwp->pcb;
	cpu_info.kstack = lwp->uarea + uarea_size;
	cpu_info.tlb_next = TLB_FIRST;
}

static void print_report(void)
{
	print("report:\n");
	print_count("PIT interrupts", statistics.pit);
	print_count("FIT interrupts", statistics.fit);
	print_count("external interrupts", statistics.external);
	print_count("soft interrupts", statistics.soft_interrupts);
	print_count("data TLB misses", cpu_info.data_misses);
	print_count("instruction TLB misses", cpu_info.text_misses);
	print_count("switches", statistics.switches);
	print_count("system calls", statistics.system_calls);
	print_count("forks", statistics.forks);
	print_count("page faults", statistics.page_faults);
	print_count("copies on write", statistics.copies);
	print_count("u-areas direct-mapped", statistics.uareas_direct);
	print_count("u-areas in KVA", statistics.uareas_kva);
	print_count("no contiguous pages", statistics.direct_failures);
	print_count("free pages", pages_free());
}

/* The board information that the firmware gives us: start and size of memory come first. */
void kernel_main(const u32 *information, const char *text, const char *text_end)
{
	struct proc *init;

	cpu_info.memory_end = information[1];
	console_setup();
	print("uarea: a kernel for kern/54994\n  options: ");
	console_write(text, text_end - text);
	print("\n");
	read_options(text, text_end);
	setup_lwp0();
	page_setup((u32)__free_memory, cpu_info.memory_end);
	lwp_start(lwp_create("idle", 0), idle, 0);
	softint_setup();
	net_setup();
	if (options.uarea == UAREA_NATURAL)
		fragment_memory();
	init = proc_start("init", user_main);
	intr_setup();

	interrupts_off();
	while (init->lwp->state != LWP_ZOMBIE) {
		sleep_on(init, 0);
		interrupts_off();
	}
	print_report();
	print(init->status ? "UAREA-FAILED\n" : "UAREA-OK\n");
	interrupts_off();
	console_flush();
	mtspr(SPR_DBCR0, DBCR0_SYSTEM_RESET);
}
