/*
 * Tasks: user-mode programs with an address space each (their number is their PID), which the timer switches in turn. Task 0 is the kernel itself:
 * it runs when no other can.
 */
#include "kernel.h"
#include "user.h"

#define TASKS		4
#define STACK_BYTES	2048

struct task {
	const char *name;
	struct frame *frame;		/* its registers while it does not run */
	u32 running;
	u32 result;
};

static struct task tasks[TASKS] = {
	{ .name = "kernel" }, { .name = "intruder" }, { .name = "sieve" }, { .name = "crc" },
};
static u8 stacks[TASKS][STACK_BYTES] __attribute__((aligned(16)));
static u32 current;
u32 task_stack;				/* where vectors.S saves the registers of the running task */

static void start_task(u32 pid, void (*program)(void))
{
	struct frame *frame = (struct frame *)(stacks[pid] + STACK_BYTES - FRAME_SIZE + FRAME_HEAD);

	map_program(pid);
	frame->srr0 = (u32)program;
	frame->srr1 = MSR_EE | MSR_PR | MSR_ME | MSR_IR | MSR_DR;
	frame->gpr[1] = USER_BASE + USER_SIZE - 16;
	tasks[pid].frame = frame;
	tasks[pid].running = 1;
}

void start_tasks(void)
{
	start_task(1, user_intruder);
	start_task(2, user_sieve);
	start_task(3, user_crc);
}

/* Continues with the next task in turn that can run, or with the kernel when none can. */
struct frame *next_task(struct frame *frame)
{
	u32 next = current;

	tasks[current].frame = frame;
	for (u32 n = 1; n <= TASKS; n++) {
		next = (current + n) % TASKS;
		if (tasks[next].running)
			break;
	}
	if (!tasks[next].running)
		next = 0;
	if (next != current)
		statistics.task_switches++;
	current = next;
	task_stack = (u32)stacks[next] + STACK_BYTES;
	mtspr(SPR_PID, next);		/* in effect when we return to the task */
	return tasks[next].frame;
}

struct frame *end_task(struct frame *frame)
{
	tasks[current].running = 0;
	return next_task(frame);
}

/* The number of the call is in r0, its arguments in r3 and r4, and its result goes into r3. */
struct frame *system_call(struct frame *frame)
{
	statistics.system_calls++;
	switch (frame->gpr[0]) {
	case CALL_EXIT:
		tasks[current].result = frame->gpr[3];
		return end_task(frame);
	case CALL_YIELD:
		return next_task(frame);
	case CALL_WRITE:
		/* Only addresses that tasks have; a page of them that does not exist yet comes into being. */
		if (frame->gpr[3] - USER_BASE < USER_SIZE && frame->gpr[4] <= USER_BASE + USER_SIZE - frame->gpr[3])
			console_write((const char *)frame->gpr[3], frame->gpr[4]);
		return frame;
	case CALL_TICKS:
		frame->gpr[3] = statistics.pit;
		return frame;
	default:
		frame->gpr[3] = ~0u;
		return frame;
	}
}

const char *task_name(void)
{
	return tasks[current].name;
}

int tasks_running(void)
{
	return tasks[1].running || tasks[2].running || tasks[3].running;
}

u32 task_result(u32 pid)
{
	return tasks[pid].result;
}
