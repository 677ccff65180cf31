/*
 * Entry from the firmware, with translation and interrupts off: r3 = board information, r6 and r7 = start and end of the command line.
 * Makes the processor ready for C: exception vectors, the kernel's own two TLB entries, a stack.
 */
#include "layout.h"

	.text
	.globl	_start
_start:
	lis	1, kernel_stack_top@ha
	addi	1, 1, kernel_stack_top@l
	mr	29, 3
	mr	30, 6
	mr	31, 7

	/* Vectors are at EVPR plus an offset for each kind of exception. */
	lis	4, vectors@h
	mtspr	SPR_EVPR, 4

	/* Real mode, in which exceptions begin: the first 128 MB are memory and may be cached. */
	lis	4, 0x8000
	mtspr	SPR_DCCR, 4
	mtspr	SPR_ICCR, 4

	/*
	 * Forget all TLB entries, then make two that stay. Their TID comes from PID, and TID 0 matches under every PID.
	 * The kernel: the first 16 MB, each address leading to itself.
	 */
	tlbia
	li	4, 0
	mtspr	SPR_PID, 4
	lis	5, ZPR_VALUE@h
	mtspr	SPR_ZPR, 5
	li	6, TLB_KERNEL
	li	5, TLBLO_EX | TLBLO_WR | TLBLO_ZONE(ZONE_KERNEL)
	tlbwe	5, 6, 1
	li	5, TLBHI_SIZE_16M | TLBHI_VALID
	tlbwe	5, 6, 0

	/* The page with the UART */
	li	6, TLB_DEVICES
	lis	4, 0xef60
	ori	5, 4, TLBLO_WR | TLBLO_ZONE(ZONE_KERNEL) | TLBLO_DEVICE
	tlbwe	5, 6, 1
	ori	5, 4, TLBHI_SIZE_4K | TLBHI_VALID
	tlbwe	5, 6, 0

	/* Memory that C expects to be zero */
	lis	4, __bss_start@ha
	addi	4, 4, __bss_start@l
	lis	5, __bss_end@ha
	addi	5, 5, __bss_end@l
	li	0, 0
1:	cmplw	4, 5
	bge	2f
	stw	0, 0(4)
	addi	4, 4, 4
	b	1b

	/* Translation on. The next instruction is fetched from the same address, which now goes through the TLB. */
2:	li	4, MSR_ME | MSR_IR | MSR_DR
	mtmsr	4
	isync

	li	0, 0
	stwu	0, -16(1)		/* the end of the chain of stack frames */
	mr	3, 29
	mr	4, 30
	mr	5, 31
	bl	kernel_main
3:	b	3b			/* kernel_main ends by a reset */

	.bss
	.balign	16
	.space	8192
kernel_stack_top:
