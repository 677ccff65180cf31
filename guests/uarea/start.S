/*
 * Entry from the firmware, with translation and interrupts off: r3 = board information, r6 and r7 = start and end of the command line.
 * Makes the processor ready for C: exception vectors, the wired TLB entries, the first lwp's stack.
 */
#include "layout.h"

	.text
	.globl	_start
_start:
	lis	%r1, lwp0_uarea_end@ha
	addi	%r1, %r1, lwp0_uarea_end@l
	mr	%r29, %r3
	mr	%r30, %r6
	mr	%r31, %r7

	/* Vectors are at EVPR plus an offset for each kind of exception. */
	lis	%r4, vectors@h
	mtspr	SPR_EVPR, %r4

	/* Real mode, in which exceptions begin: the first 128 MB are memory and may be cached. */
	lis	%r4, 0x8000
	mtspr	SPR_DCCR, %r4
	mtspr	SPR_ICCR, %r4

	/* Forget all TLB entries, then make the wired ones. Their TID comes from PID: they are the kernel's only. */
	tlbia
	li	%r4, KERNEL_PID
	mtspr	SPR_PID, %r4
	lis	%r5, ZPR_VALUE@h
	mtspr	SPR_ZPR, %r5
	li	%r6, TLB_KERNEL
	li	%r5, TLBLO_EX | TLBLO_WR | TLBLO_ZONE(ZONE_KERNEL)
	tlbwe	%r5, %r6, 1
	li	%r5, TLBHI_SIZE_16M | TLBHI_VALID
	tlbwe	%r5, %r6, 0
	li	%r6, TLB_CONSOLE
	lis	%r4, 0xef60
	ori	%r5, %r4, TLBLO_WR | TLBLO_ZONE(ZONE_KERNEL) | TLBLO_DEVICE
	tlbwe	%r5, %r6, 1
	ori	%r5, %r4, TLBHI_SIZE_4K | TLBHI_VALID
	tlbwe	%r5, %r6, 0

	/* Memory that C expects to be zero */
	lis	%r4, __bss_start@ha
	addi	%r4, %r4, __bss_start@l
	lis	%r5, __bss_end@ha
	addi	%r5, %r5, __bss_end@l
	li	%r0, 0
1:	cmplw	%r4, %r5
	bge	2f
	stw	%r0, 0(%r4)
	addi	%r4, %r4, 4
	b	1b

	/*
	 * Translation on. MSR[ME] stays 0: a store to an address where nothing answers is lost, as it is on boards where the PCI bridge swallows it.
	 */
2:	li	%r4, MSR_IR | MSR_DR
	mtmsr	%r4
	isync

	li	%r0, 0
	stwu	%r0, -16(%r1)		/* the end of the chain of stack frames */
	mr	%r3, %r29
	mr	%r4, %r30
	mr	%r5, %r31
	bl	kernel_main
3:	b	3b			/* kernel_main ends by a reset */

	.macro	VARIABLE name, size
	.globl	\name
	.type	\name, @object
	.size	\name, \size
\name:
	.endm

	.bss
	.balign	PAGE_SIZE
	VARIABLE lwp0_uarea, 2 * PAGE_SIZE
	.space	2 * PAGE_SIZE
lwp0_uarea_end:

	/* Per-CPU data: its low byte of address is 0. curlwp and curpcb are its first words. */
	.balign	256
	VARIABLE cpu_info, CPU_SIZE
	VARIABLE curlwp, 4
	.space	4
	VARIABLE curpcb, 4
	.space	CPU_SIZE - 4

	.balign	16
	.space	4096
	.globl	intr_stack_top
intr_stack_top:
	.space	4096
	.globl	panic_stack_top
panic_stack_top:
