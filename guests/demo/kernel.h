/* What the files of the kernel offer each other. */
#ifndef KERNEL_H
#define KERNEL_H

#include "layout.h"

typedef unsigned char u8;
typedef unsigned int u32;

/* All registers of interrupted code, as vectors.S saves them */
struct frame {
	u32 gpr[32];
	u32 cr, xer, lr, ctr;
	u32 srr0, srr1;		/* address and MSR to continue with */
	u32 dear, esr;		/* address and kind of a faulting access */
	u32 vector;
};

/* What has happened; the report at the end prints it. */
struct statistics {
	u32 pit, fit, uart;
	u32 system_calls, task_switches;
	u32 pages_made, pages_written;
	u32 tasks_stopped;
};
extern struct statistics statistics;
extern u32 data_tlb_misses, instruction_tlb_misses;	/* counted by vectors.S */

/* console.c: the UART, written by interrupt */
void console_start(void);
void console_write(const char *text, u32 length);
void console_interrupt(void);
int console_idle(void);

/* print.c */
void print(const char *text);
void print_number(u32 value);
void print_hex(u32 value);
void print_count(const char *what, u32 value);

/* memory.c: page tables and demand paging */
void map_program(u32 pid);
int page_fault(const struct frame *frame);

/* tasks.c */
void start_tasks(void);
struct frame *next_task(struct frame *frame);
struct frame *end_task(struct frame *frame);
struct frame *system_call(struct frame *frame);
const char *task_name(void);
int tasks_running(void);
u32 task_result(u32 pid);

/* exceptions.c */
struct frame *handle_exception(struct frame *frame);
void wait_for_interrupt(void);

#endif
