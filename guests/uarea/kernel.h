/* What the files of the kernel offer each other */
#ifndef KERNEL_H
#define KERNEL_H

#include "layout.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define LWPS		20
#define PROCS		12

/* The choices of the command line; options.c reads them. */
enum interrupt_entry {
	ENTRY_REAL_MODE,		/* the stack is used with translation off */
	ENTRY_MMU_FIRST,		/* translation on, then the stack */
	ENTRY_MMU_FIRST_SAVED,		/* SRR0 and SRR1 saved, translation on, then the stack */
	ENTRY_WIRED_STACK,		/* a stack of its own, in the kernel's wired memory */
	ENTRY_TOUCHED,			/* as mmu-first, and the soft interrupt switch touches the stack */
};
enum uarea_kind { UAREA_DIRECT, UAREA_KVA, UAREA_NATURAL };

struct options {
	u32 entry, uarea, upages, fast_softints;
};
extern struct options options;
void read_options(const char *text, const char *end);

struct pcb {
#ifdef NETBSD_LAYOUT
	struct pmap *pmap;
#endif
	u32 sp;				/* the stack pointer while the lwp does not run */
	struct lwp *lwp;
#ifdef NETBSD_LAYOUT
	u32 reserved[13];
#else
	u32 reserved[14];
#endif
};

enum lwp_state { LWP_FREE, LWP_RUNNABLE, LWP_RUNNING, LWP_SLEEPING, LWP_ZOMBIE };

#ifdef NETBSD_LAYOUT
struct pmap {
	u32 context, references, statistics[2];
	u32 *tables[64];		/* each for 64 MB */
};
extern struct pmap kernel_pmap_;

struct netbsd_proc {
	u32 before[32];
	u32 pid, links[6];
	struct lwp *lwps;
	char odd, comm[17];
};
extern struct netbsd_proc proc0, *initproc;

struct lwp {
	u32 run_queue[6];
	u32 uarea;
	struct pcb *pcb;
	u32 state;
	const void *wait_channel;
	u32 wake_tick;
	struct lwp *next;
	struct proc *proc;
	u32 level;
	char name[16];
	u32 reserved[52];
	struct lwp *next_of_all;
	u32 between[2];
	struct netbsd_proc *netbsd_proc;
	u32 more[7];
	char *netbsd_name;		/* null for a user's */
};
#else
struct lwp {
	char name[16];
	u32 uarea;
	struct pcb *pcb;
	u32 state;
	struct lwp *next_of_all;
	const void *wait_channel;
	u32 wake_tick;			/* for sleepers with a time limit; 0 for none */
	struct lwp *next;		/* in the run queue */
	struct proc *proc;		/* null for the kernel's own */
	u32 level;			/* soft interrupts that it serves; 0 for an ordinary lwp */
	u32 reserved[3];
};
#endif

struct proc {
	u32 pid;			/* of the MMU too; 0 for an unused slot */
	struct proc *parent;
	struct lwp *lwp;
	u32 status;
	u32 pages[USER_PAGES];		/* TLBLO words; 0 for a page that does not exist */
#ifdef NETBSD_LAYOUT
	struct netbsd_proc netbsd;
#endif
};

struct cpu_info {
	struct lwp *curlwp;
	struct pcb *curpcb;
	u32 kstack, touch;
	u32 memory_end;
	u32 tlb_next, data_misses, text_misses;
	u32 tlb_save[8], intr_save[8], trap_save[8], trap_state[4], exit_save[6];
	u32 tlb[TLB_ENTRIES];
};

struct trapframe {
	u32 link[4];
	u32 gpr[32];
	u32 cr, xer, lr, ctr, srr0, srr1, dear, esr, pid, vector;
	u32 alignment[2];
};

struct intrframe {
	u32 sp, link[3];
	u32 r0, r2, r3_to_r13[11];
	u32 cr, xer, lr, ctr, pid, srr0, srr1;
};

struct switchframe {
	u32 sp, link;
	u32 r14_to_r31[18];
	u32 cr, alignment[3];
};

#define CHECK_OFFSET(type, member, offset) _Static_assert(__builtin_offsetof(struct type, member) == (offset), #type "." #member)
CHECK_OFFSET(lwp, uarea, LWP_UAREA);
CHECK_OFFSET(lwp, pcb, LWP_PCB);
CHECK_OFFSET(lwp, next_of_all, LWP_NEXT);
CHECK_OFFSET(pcb, lwp, PCB_LWP);
CHECK_OFFSET(cpu_info, curlwp, CPU_CURLWP);
CHECK_OFFSET(cpu_info, curpcb, CPU_CURPCB);
CHECK_OFFSET(cpu_info, kstack, CPU_KSTACK);
CHECK_OFFSET(cpu_info, touch, CPU_TOUCH);
CHECK_OFFSET(cpu_info, memory_end, CPU_MEMORY_END);
CHECK_OFFSET(cpu_info, tlb_next, CPU_TLB_NEXT);
CHECK_OFFSET(cpu_info, data_misses, CPU_DATA_MISSES);
CHECK_OFFSET(cpu_info, text_misses, CPU_TEXT_MISSES);
CHECK_OFFSET(cpu_info, tlb_save, CPU_TLB_SAVE);
CHECK_OFFSET(cpu_info, intr_save, CPU_INTR_SAVE);
CHECK_OFFSET(cpu_info, trap_save, CPU_TRAP_SAVE);
CHECK_OFFSET(cpu_info, trap_state, CPU_TRAP_STATE);
CHECK_OFFSET(cpu_info, exit_save, CPU_EXIT);
CHECK_OFFSET(cpu_info, tlb, CPU_TLB);
CHECK_OFFSET(trapframe, gpr, TF_GPR(0));
CHECK_OFFSET(trapframe, cr, TF_CR);
CHECK_OFFSET(trapframe, srr0, TF_SRR0);
CHECK_OFFSET(trapframe, vector, TF_VECTOR);
CHECK_OFFSET(intrframe, r0, IF_R0);
CHECK_OFFSET(intrframe, cr, IF_CR);
CHECK_OFFSET(intrframe, srr1, IF_SRR1);
CHECK_OFFSET(switchframe, r14_to_r31, SF_R14);
CHECK_OFFSET(switchframe, cr, SF_CR);
_Static_assert(sizeof(struct lwp) == LWP_SIZE && sizeof(struct pcb) == PCB_SIZE && sizeof(struct cpu_info) == CPU_SIZE, "sizes");
_Static_assert(sizeof(struct trapframe) == TF_SIZE && sizeof(struct intrframe) == IF_SIZE && sizeof(struct switchframe) == SF_SIZE, "frames");

/* What has happened; the report at the end prints it. */
struct statistics {
	u32 pit, fit, external, system_calls, switches, soft_interrupts, forks, page_faults, copies;
	u32 uareas_direct, uareas_kva;
	u32 direct_failures;		/* how often no contiguous pages were free */
};
extern struct statistics statistics;

/* start.S */
extern struct cpu_info cpu_info;
extern u8 lwp0_uarea[], panic_stack_top[];

/* Interrupts off and back: what soft interrupts and interrupts share with the rest is touched in between only. */
static inline u32 interrupts_off(void)
{
	u32 msr;

	__asm__ volatile("mfmsr %0\n\twrteei 0" : "=r"(msr) : : "memory");
	return msr;
}

static inline void interrupts_restore(u32 msr)
{
	__asm__ volatile("wrtee %0" : : "r"(msr) : "memory");
}

static inline void interrupts_on(void)
{
	__asm__ volatile("wrteei 1" : : : "memory");
}

/* page.c: physical pages. page_free gives a page back when its last user does so. */
void page_setup(u32 start, u32 end);
u32 page_alloc(void);
u32 page_alloc_contiguous(u32 count);
void page_share(u32 page);
u32 page_users(u32 page);
void page_free(u32 page);
void page_clear(u32 page);
void page_copy(u32 to, u32 from);
u32 pages_free(void);

/* kva.c: kernel virtual memory, a page table that the TLB miss handler reads */
extern u32 kernel_page_table[KVA_PAGES];
u32 kva_alloc(u32 pages);
void kva_free(u32 address, u32 pages);

/* tlb.c */
void tlb_flush_page(u32 address, u32 pid);
void tlb_flush_pid(u32 pid);

/* uarea.c */
extern u32 uarea_size;
u32 uarea_alloc(void);
void uarea_free(u32 uarea);

/* lwp.c: threads and which of them runs */
extern struct lwp lwps[LWPS];
extern struct lwp *all_lwps;
extern volatile u32 want_switch;
struct lwp *lwp_create(const char *name, struct proc *proc);
void lwp_start(struct lwp *lwp, void (*function)(u32), u32 argument);
struct switchframe *lwp_push_switchframe(struct lwp *lwp, u32 stack, void (*entry)(void));
void lwp_free(struct lwp *lwp);
void make_runnable(struct lwp *lwp);
void sleep_on(const void *channel, u32 ticks);
void wake_up(const void *channel);
void wake_sleepers(u32 tick);
void switch_away(void);
void preempt(void);
void idle(u32 unused);

/* switch.S */
void cpu_switchto(struct lwp *from, struct lwp *to);
void softint_dispatch(struct lwp *softint, u32 level);
void lwp_trampoline(void);

/* softint.c: soft interrupts, the higher levels first */
enum softint_level { SOFTINT_NONE, SOFTINT_CLOCK, SOFTINT_NET, SOFTINT_SERIAL, SOFTINT_LEVELS };
void softint_setup(void);
void softint_schedule(u32 level);
void softint_deliver(void);
void softint_execute(u32 level);

/* intr.c and interrupt.S: external, PIT and FIT interrupts */
void intr_setup(void);
void intr_dispatch(u32 vector);
void intr_finish(struct intrframe *frame);
extern volatile u32 ticks;

/* vectors.S, trap_entry.S, tlb_miss.S */
extern u32 vectors[];
void intr_entry_real_mode(void);
void intr_entry_mmu_first(void);
void intr_entry_mmu_first_saved(void);
void intr_entry_wired_stack(void);
void trap_return(void);

/* trap.c */
void trap(struct trapframe *frame);
void userret(void);
void panic(const char *what, u32 address) __attribute__((noreturn));

/* syscall.c, proc.c: user processes */
void system_call(struct trapframe *frame);
struct proc *proc_start(const char *name, void (*program)(void));
u32 proc_fork(struct trapframe *frame);
void proc_exit(u32 status) __attribute__((noreturn));
u32 proc_wait(u32 *status);
u32 proc_fault(u32 address, u32 store);
u32 proc_translate(u32 address);

/* cache.c, net.c: loads */
void fragment_memory(void);
void net_setup(void);
void net_softint(void);
void net_poll(void);

/* console.c: UART0 */
void console_setup(void);
void console_write(const char *text, u32 length);
void console_interrupt(void);
void console_softint(void);
void console_flush(void);
u32 console_is_idle(void);

/* print.c */
void print(const char *text);
void print_number(u32 value);
void print_hex(u32 value);
void print_count(const char *what, u32 value);

#endif
