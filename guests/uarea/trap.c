/* Traps, once trap_entry.S has saved the registers, and the end by panic */
#include "kernel.h"

struct statistics statistics;
extern char __text_start[], __text_end[];

static const char *trap_name(const struct trapframe *frame)
{
	switch (frame->vector) {
	case VECTOR_DSI: return "data storage exception";
	case VECTOR_ISI: return "instruction storage exception";
	case VECTOR_ALIGN: return "alignment exception";
	case VECTOR_PROGRAM: return frame->esr & ESR_PIL ? "illegal instruction" : "program exception";
	case VECTOR_DTLB: return "data TLB miss";
	case VECTOR_ITLB: return "instruction TLB miss";
	default: return "unexpected exception";
	}
}

static int is_kernel_text(u32 address)
{
	return address - (u32)__text_start < (u32)(__text_end - __text_start);
}

static void print_register(const char *name, u32 value)
{
	print(name);
	print_hex(value);
}

/* Says what stopped the kernel, and resets the machine. */
void panic(const char *what, u32 address)
{
	interrupts_off();
	print("panic: ");
	print(what);
	print_register(" at ", address);
	print("\n  lwp ");
	print(cpu_info.curlwp ? cpu_info.curlwp->name : "none");
	print("\n");
	console_flush();
	mtspr(SPR_DBCR0, DBCR0_SYSTEM_RESET);
	for (;;)
		;
}

static void kernel_trap(const struct trapframe *frame)
{
	print_register("trap: vector ", frame->vector);
	print_register(", address ", frame->dear);
	print_register(", syndrome ", frame->esr);
	print_register(", MSR ", frame->srr1);
	print_register(", PID ", frame->pid);
	print_register("\n  stack ", frame->gpr[1]);
	print_register(", link ", frame->lr);
	print("\n");
	if (frame->vector == VECTOR_ITLB && is_kernel_text(frame->srr0))
		panic("instruction TLB miss in kernel text", frame->srr0);
	panic(trap_name(frame), frame->srr0);
}

/* A process that does what it may not do ends. */
static void user_trap(struct trapframe *frame)
{
	u32 address = frame->vector == VECTOR_ITLB ? frame->srr0 : frame->dear;

	switch (frame->vector) {
	case VECTOR_SYSCALL:
		system_call(frame);
		return;
	case VECTOR_DSI:
	case VECTOR_DTLB:
	case VECTOR_ITLB:
		if (proc_fault(address, frame->esr & ESR_DST))
			return;
	}
	print(cpu_info.curlwp->name);
	print(": ");
	print(trap_name(frame));
	print_register(" at ", frame->srr0);
	print_register(", address ", address);
	print("\n");
	proc_exit(~0u);
}

void trap(struct trapframe *frame)
{
	if (!(frame->srr1 & MSR_PR))
		kernel_trap(frame);
	interrupts_on();
	user_trap(frame);
	userret();
}

/* Before user mode goes on: another lwp, if it is due. Interrupts are off at return. */
void userret(void)
{
	interrupts_off();
	while (want_switch) {
		preempt();
		interrupts_off();
	}
}
