/* What each exception means, once vectors.S has saved the registers */
#include "kernel.h"

struct statistics statistics;

static const char *exception_name(u32 vector)
{
	switch (vector) {
	case VECTOR_CRITICAL: return "critical input";
	case VECTOR_CHECK: return "machine check";
	case VECTOR_DSI: return "data storage exception";
	case VECTOR_ISI: return "instruction storage exception";
	case VECTOR_ALIGN: return "alignment exception";
	case VECTOR_PROGRAM: return "program exception";
	case VECTOR_FPU: return "floating point unavailable";
	case VECTOR_APU: return "auxiliary processor unavailable";
	case VECTOR_WATCHDOG: return "watchdog";
	case VECTOR_DTLB: return "data TLB miss";
	case VECTOR_ITLB: return "instruction TLB miss";
	case VECTOR_DEBUG: return "debug exception";
	default: return "unknown exception";
	}
}

static void report(const char *who, const struct frame *frame)
{
	print("kernel: ");
	print(who);
	print(" is stopped at ");
	print_hex(frame->srr0);
	print(" by a ");
	print(exception_name(frame->vector));
	print(", address ");
	print_hex(frame->dear);
	print(", syndrome ");
	print_hex(frame->esr);
	print("\n");
}

/* An exception that nobody can repair ends the task, or everything when it was the kernel's own. */
static struct frame *stop(struct frame *frame)
{
	if (frame->srr1 & MSR_PR) {
		report(task_name(), frame);
		statistics.tasks_stopped++;
		return end_task(frame);
	}
	report("the kernel itself", frame);
	while (!console_idle())
		console_interrupt();
	mtspr(SPR_DBCR0, DBCR0_SYSTEM_RESET);
	for (;;)
		;
}

/* Handles an exception and returns the frame to continue with. */
struct frame *handle_exception(struct frame *frame)
{
	frame->srr1 &= ~MSR_WE;			/* who waited for an interrupt has had it */
	switch (frame->vector) {
	case VECTOR_PIT:
		mtspr(SPR_TSR, TSR_PIS);
		statistics.pit++;
		return next_task(frame);
	case VECTOR_FIT:
		mtspr(SPR_TSR, TSR_FIS);
		statistics.fit++;
		return frame;
	case VECTOR_EXTERNAL:
		console_interrupt();
		return frame;
	case VECTOR_SYSCALL:
		return system_call(frame);
	case VECTOR_DSI:
	case VECTOR_DTLB:
	case VECTOR_ITLB:
		return page_fault(frame) ? frame : stop(frame);
	default:
		return stop(frame);
	}
}

/* Stops the processor until an interrupt has been handled. */
void wait_for_interrupt(void)
{
	__asm__ volatile("mtmsr %0\n\tisync\n\tmtmsr %1\n\tisync"
		: : "r"(MSR_WE | MSR_EE | MSR_ME | MSR_IR | MSR_DR), "r"(MSR_ME | MSR_IR | MSR_DR) : "memory");
}
