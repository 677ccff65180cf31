/* How the demo divides the TLB and the address space, and its exception frame; for C and assembly. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "registers.h"

/* The last two entries are the kernel's and stay; a miss replaces one of the others, in turn. */
#define TLB_KERNEL	63
#define TLB_DEVICES	62
#define TLB_REPLACEABLE	62

/* Zones give user mode fewer rights than a page's own bits say. */
#define ZONE_KERNEL	0		/* field 00: no access in user mode */
#define ZONE_USER	1		/* field 01: what EX and WR say */
#define ZPR_VALUE	0x10000000

/* A task's addresses: 4 MB in 4 KB pages, with one page of page table */
#define USER_BASE	0x40000000
#define USER_SIZE	0x00400000
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1 << PAGE_SHIFT)

/* struct frame of kernel.h as assembly sees it, above 16 bytes that calls need */
#define FRAME_HEAD	16
#define FRAME_GPR(n)	(FRAME_HEAD + 4 * (n))
#define FRAME_CR	FRAME_GPR(32)
#define FRAME_XER	FRAME_GPR(33)
#define FRAME_LR	FRAME_GPR(34)
#define FRAME_CTR	FRAME_GPR(35)
#define FRAME_SRR0	FRAME_GPR(36)
#define FRAME_SRR1	FRAME_GPR(37)
#define FRAME_DEAR	FRAME_GPR(38)
#define FRAME_ESR	FRAME_GPR(39)
#define FRAME_VECTOR	FRAME_GPR(40)
#define FRAME_SIZE	192

#endif
