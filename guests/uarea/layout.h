/*
 * Memory map, TLB use, and the structures that both C and assembly know. kernel.h checks that C agrees with each offset. Scenario files use these
 * numbers too: README.md lists them.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "registers.h"

#define PAGE_SHIFT	14
#define PAGE_SIZE	(1 << PAGE_SHIFT)

/* Direct map: an address below the end of memory leads to itself, by 16 MB entries; the first one, with the kernel, is wired. */
#define SEGMENT_SHIFT	24

/* Kernel virtual memory */
#define KVA_BASE	0x80000000
#ifdef NETBSD_LAYOUT
#define KVA_PAGES	4096		/* as many as a table of NetBSD's pmap has words */
#else
#define KVA_PAGES	1024
#endif

/* A user process's addresses */
#define USER_BASE	0x40000000
#define USER_PAGES	256
#define USER_SIZE	(USER_PAGES * PAGE_SIZE)

/* Kernel and user processes never share a TLB entry: PID changes at each trap. */
#define KERNEL_PID	1
#define FIRST_USER_PID	2
#define PIDS		256

/* Wired TLB entries; a miss replaces one of the others, in turn. */
#define TLB_KERNEL	0
#define TLB_CONSOLE	1
#define TLB_FIRST	2
#define TLB_ENTRIES	64

/* A word of the software's copy of the TLB: page address, size, and the entry's PID */
#define TLB_LARGE	0x100		/* 16 MB, not 16 KB */
#define TLB_PID_MASK	0xff

/* Zones give user mode fewer rights than a page's own bits say. */
#define ZONE_KERNEL	0		/* field 00: no access in user mode */
#define ZONE_USER	1		/* field 01: what EX and WR say */
#define ZPR_VALUE	0x10000000

#ifdef NETBSD_LAYOUT
/* The same structures with members where NetBSD/evbppc 7.99 has those of the same meaning, for tests of what is known of that kernel */
#define LWP_UAREA	24		/* l_addr */
#define LWP_PCB		28
#define LWP_NEXT	0x118		/* l_list */
#define LWP_SIZE	0x148
#define PCB_SP		4
#define PCB_LWP		8
#define PCB_SIZE	64
#else
/* struct lwp */
#define LWP_NAME	0
#define LWP_UAREA	16
#define LWP_PCB		20
#define LWP_NEXT	28
#define LWP_SIZE	64

/* struct pcb, at the base of the u-area */
#define PCB_SP		0
#define PCB_LWP		4
#define PCB_SIZE	64
#endif

/* struct cpu_info */
#define CPU_CURLWP	0
#define CPU_CURPCB	4
#define CPU_KSTACK	8		/* end of the current lwp's u-area, where its stack begins */
#define CPU_TOUCH	12		/* whether the soft interrupt switch touches the stack */
#define CPU_MEMORY_END	16
#define CPU_TLB_NEXT	20
#define CPU_DATA_MISSES	24
#define CPU_TEXT_MISSES	28
#define CPU_TLB_SAVE	32		/* r24 to r31, of the TLB miss handler */
#define CPU_INTR_SAVE	64		/* r24 to r31, of interrupt entry */
#define CPU_TRAP_SAVE	96		/* r24 to r31, of trap entry */
#define CPU_TRAP_STATE	128		/* SRR0, SRR1, DEAR, ESR, of trap entry */
#define CPU_EXIT	144		/* SRR0, SRR1, PID, r1, r30, r31, of exception exit */
#define CPU_TLB		168		/* software's copy of the TLB */
#define CPU_SIZE	(CPU_TLB + 4 * TLB_ENTRIES)

/* struct trapframe: all registers of the code that a trap or system call interrupted */
#define TF_GPR(n)	(16 + 4 * (n))
#define TF_CR		144
#define TF_XER		148
#define TF_LR		152
#define TF_CTR		156
#define TF_SRR0		160
#define TF_SRR1		164
#define TF_DEAR		168
#define TF_ESR		172
#define TF_PID		176
#define TF_VECTOR	180
#define TF_SIZE		192

/* struct intrframe: the registers that C may change; it keeps r14 to r31 itself */
#define IF_SP		0
#define IF_R0		16
#define IF_R2		20
#define IF_GPR(n)	(24 + 4 * ((n) - 3))	/* r3 to r13 */
#define IF_CR		68
#define IF_XER		72
#define IF_LR		76
#define IF_CTR		80
#define IF_PID		84
#define IF_SRR0		88
#define IF_SRR1		92
#define IF_SIZE		96

/* struct switchframe: what an lwp needs to go on after a switch */
#define SF_R14		8		/* r14 to r31 */
#define SF_CR		80
#define SF_SIZE		96
#define SF_LR		(SF_SIZE + 4)	/* in the caller's frame, as the ABI has it */

#endif
