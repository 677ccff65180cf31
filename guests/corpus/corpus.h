/* What the kernel of the corpus offers its faults. */
#ifndef CORPUS_H
#define CORPUS_H

#include "registers.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define NOINLINE	__attribute__((noinline, noclone))

/* A planted fault: runs until verify() or an exception finds its symptom. */
struct fault {
	const char *name;
	void (*run)(void);
};

extern const struct fault memory_faults[], arithmetic_faults[], interrupt_faults[], mmu_faults[], device_faults[];

/* kernel.c */
void panic(u32 value) __attribute__((noreturn));
void verify(u32 actual, u32 expected);
void print(const char *text);
void copy(void *to, const void *from, u32 count);
u32 argument(const char *key);

/* The allocator: blocks of one size; the one that was released last comes first. */
#define BLOCK	64
void *allocate(void);
void release(void *block);

/* What the interrupt of the PIT and the external interrupt call, when a fault has set it. */
extern void (*volatile on_pit)(void), (*volatile on_external)(void);

/* start.S */
void start_pit(u32 ticks);
void stop_pit(void);
void enable_interrupts(void);
void disable_interrupts(void);
u32 call_on_stack(u32 (*function)(u32), u32 argument, void *top);

#endif
