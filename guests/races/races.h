/* What the kernel of the races offers them. */
#ifndef RACES_H
#define RACES_H

#include "registers.h"

typedef unsigned char u8;
typedef unsigned int u32;

#define NOINLINE	__attribute__((noinline, noclone))

/* What the entry of start.S saves. */
struct frame {
	u32 gpr[32], srr0, srr1, lr, ctr, cr, xer;
};

/* A part of the kernel that shares something with the interrupt's handler. */
struct part {
	const char *name;
	void (*run)(void);			/* what the kernel does */
	void (*handle)(struct frame *frame);	/* what the external interrupt does; NULL for nothing */
	u32 races;				/* whether it is the faulty one: the command line's "race=NAME" */
};

extern struct part parts[];

/* kernel.c */
void panic(const char *what) __attribute__((noreturn));
void print(const char *text);

static inline void enable_interrupts(void)
{
	__asm__ volatile("wrteei 1" : : : "memory");
}

static inline void disable_interrupts(void)
{
	__asm__ volatile("wrteei 0" : : : "memory");
}

/* start.S */
extern u32 next_entry, enables_early, reads_translated;
extern u8 other_stack[], other_stack_top[], stack_top[];
void call_on_other_stack(void (*function)(void), u32 in_two_steps);

/* How many handlers run, and whether all keep where they return to in one place. */
extern volatile u32 depth;
extern u32 shares_save_area;

#endif
