/* What the assembly of the bare-metal image provides. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

/* The registers of a task, as vectors.S saves them. */
struct task {
	uint32_t gpr[32], srr0, srr1, lr, ctr, cr, xer, pid;
};

/* The task that the next exception belongs to, and the one that it returns to. */
extern struct task *current;

/* Runs a function as task, in problem state with translation on, until some task leaves with leave(value). */
uint32_t run_tasks(struct task *first);

/* System calls of tasks. */
uint32_t call_add(uint32_t value);		/* value + 1 */
void call_yield(void);				/* the next task goes on */
void leave(uint32_t value) __attribute__((noreturn));

/* In C, with translation off: gives a system call's result, and may change current. */
uint32_t system_call(uint32_t number, uint32_t argument);

/* Tasks see 64 KiB of their own at this address; everything else is at its physical address. */
#define OWN_ADDRESS 0x40000000u
#define OWN_PHYSICAL 0x02000000u
#define OWN_SIZE 0x10000u

void forget_translations(void);			/* tlbia */
void reset(void) __attribute__((noreturn));

#endif
