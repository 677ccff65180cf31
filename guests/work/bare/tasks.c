/* Programs that need problem state, translation, and more than one address space. */
#include "../programs/work.h"
#include "machine.h"
#include "tasks.h"

#define TASKS 12
#define STACK 16384
#define PROBLEM_STATE 0x4000u
#define TRANSLATION 0x0030u

struct task *current;

static struct task tasks[TASKS];
static uint8_t stacks[TASKS][STACK] __attribute__((aligned(16)));
static int task_count;
static uint32_t rounds_wanted;

uint32_t system_call(uint32_t number, uint32_t argument)
{
	if (number == 0)
		return argument + 1;
	current = current + 1 < tasks + task_count ? current + 1 : tasks;
	return current->gpr[3];
}

static uint32_t run(int count, void (*program)(uint32_t), uint32_t rounds)
{
	forget_translations();
	task_count = count;
	rounds_wanted = rounds;
	for (int i = 0; i < count; i++) {
		tasks[i] = (struct task) { .srr0 = (uint32_t)program, .srr1 = PROBLEM_STATE | TRANSLATION, .pid = (uint32_t)i + 1 };
		tasks[i].gpr[1] = (uint32_t)(stacks[i] + STACK - 16);
		tasks[i].gpr[3] = (uint32_t)i;
	}
	return run_tasks(tasks);
}

static void chase(uint32_t task)
{
	(void)task;
	leave(work_chase(rounds_wanted));
}

static uint32_t translated_chase(uint32_t rounds)
{
	return run(1, chase, rounds);
}

static void call(uint32_t task)
{
	uint32_t sum = task;

	for (uint32_t i = 0; i < rounds_wanted * 1000; i++)
		sum = mix(sum, call_add(sum) + i);
	leave(sum);
}

static uint32_t system_calls(uint32_t rounds)
{
	return run(1, call, rounds);
}

/* Each task works on four pages of its own at the same addresses and lets the next one go on. */
static void take_turns(uint32_t task)
{
	volatile uint32_t *own = (volatile uint32_t *)OWN_ADDRESS;

	for (uint32_t page = 0; page < 4; page++)
		own[page * 1024] = task + page;
	for (uint32_t turn = 0; turn < rounds_wanted * 100; turn++) {
		for (uint32_t page = 0; page < 4; page++)
			own[page * 1024] = mix(own[page * 1024], turn + task);
		call_yield();
	}
	if (task == TASKS - 1) {
		uint32_t sum = 0;

		for (uint32_t i = 0; i < TASKS; i++)
			for (uint32_t page = 0; page < 4; page++)
				sum = mix(sum, *(volatile uint32_t *)(OWN_PHYSICAL + (i + 1) * OWN_SIZE + page * 4096));
		leave(sum);
	}
	for (;;)
		call_yield();
}

static uint32_t context_switches(uint32_t rounds)
{
	return run(TASKS, take_turns, rounds);
}

const struct work task_work[] = {
	{ "chase", translated_chase },
	{ "syscalls", system_calls },
	{ "contexts", context_switches },
	{ NULL, NULL },
};
