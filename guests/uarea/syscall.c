/* System calls: the number in r0, arguments in r3 and r4, the result in r3 */
#include "kernel.h"
#include "user.h"

/* Copies text of the process to the console, page by page. */
static u32 write(u32 address, u32 length)
{
	for (u32 part; length; address += part, length -= part) {
		u32 physical = proc_translate(address);

		if (!physical)
			return ~0u;
		part = PAGE_SIZE - (address & (PAGE_SIZE - 1));
		if (part > length)
			part = length;
		console_write((const char *)physical, part);
	}
	return 0;
}

void system_call(struct trapframe *frame)
{
	statistics.system_calls++;
	switch (frame->gpr[0]) {
	case CALL_EXIT:
		proc_exit(frame->gpr[3]);
	case CALL_FORK:
		frame->gpr[3] = proc_fork(frame);
		return;
	case CALL_WAIT:
		frame->gpr[3] = proc_wait(&frame->gpr[4]);
		return;
	case CALL_WRITE:
		frame->gpr[3] = write(frame->gpr[3], frame->gpr[4]);
		return;
	case CALL_GETPID:
		frame->gpr[3] = cpu_info.curlwp->proc->pid;
		return;
	case CALL_YIELD:
		preempt();
		return;
	case CALL_SLEEP:
		interrupts_off();
		sleep_on(&frame->gpr[3], frame->gpr[3]);
		return;
	default:
		frame->gpr[3] = ~0u;
	}
}
