/*
 * Entry from the firmware in real mode: r6 and r7 = start and end of the command line. The loader has cleared the memory that C expects to be zero.
 * Exceptions save all registers in a frame on the stack in use and call C, which gets the vector and the frame.
 */
#include "registers.h"

#define FRAME_SIZE	192
#define GPR(n)		(16 + 4 * (n))
#define FRAME_SRR0	144
#define FRAME_SRR1	148
#define FRAME_LR	152
#define FRAME_CTR	156
#define FRAME_CR	160
#define FRAME_XER	164

	.macro	EXCEPTION vector
	.org	vectors + \vector
	mtspr	SPR_SPRG0, 3
	li	3, \vector
	b	exception
	.endm

	.section .vectors, "ax"
	.globl	vectors
vectors:
	EXCEPTION	VECTOR_CHECK
	EXCEPTION	VECTOR_DSI
	EXCEPTION	VECTOR_ISI
	EXCEPTION	VECTOR_EXTERNAL
	EXCEPTION	VECTOR_ALIGN
	EXCEPTION	VECTOR_PROGRAM
	EXCEPTION	VECTOR_SYSCALL
	EXCEPTION	VECTOR_PIT
	.org	vectors + VECTOR_FIT
	b	fixed_interval
	.org	vectors + VECTOR_DTLB
	b	data_tlb_miss
	EXCEPTION	VECTOR_ITLB
	.org	vectors + VECTOR_DEBUG

	.text
	.globl	exception
exception:
	stwu	1, -FRAME_SIZE(1)
	stw	0, GPR(0)(1)
	mfspr	0, SPR_SPRG0
	stw	0, GPR(3)(1)
	stw	2, GPR(2)(1)
	stmw	4, GPR(4)(1)
	mfcr	5
	lis	4, TSR_PIS@h
	mtspr	SPR_TSR, 4
	lis	4, enables_early@ha
	lwz	4, enables_early@l(4)
	cmpwi	4, 0
	beq	1f
	wrteei	1			/* cause: enabled_early */
	nop
	nop
	nop
	nop
	nop
	nop
	nop
	nop
	wrteei	0
1:	mfspr	0, SPR_SRR0
	stw	0, FRAME_SRR0(1)
	mfspr	0, SPR_SRR1
	stw	0, FRAME_SRR1(1)
	mflr	0
	stw	0, FRAME_LR(1)
	mfctr	0
	stw	0, FRAME_CTR(1)
	stw	5, FRAME_CR(1)
	mfxer	0
	stw	0, FRAME_XER(1)
	.globl	entered
entered:
	addi	4, 1, GPR(0)
	bl	handle_exception
	lwz	0, FRAME_XER(1)
	mtxer	0
	lwz	0, FRAME_CR(1)
	mtcr	0
	lwz	0, FRAME_CTR(1)
	mtctr	0
	lwz	0, FRAME_LR(1)
	mtlr	0
	lwz	0, FRAME_SRR1(1)
	mtspr	SPR_SRR1, 0
	lwz	0, FRAME_SRR0(1)
	mtspr	SPR_SRR0, 0
	lmw	2, GPR(2)(1)
	lwz	0, GPR(0)(1)
	addi	1, 1, FRAME_SIZE
	rfi

/* The FIT counts with two registers only, and so needs no frame. XER is not among what it saves. */
fixed_interval:
	mtspr	SPR_SPRG1, 3
	mtspr	SPR_SPRG2, 4
	lis	4, fixed_intervals@ha
	lwz	3, fixed_intervals@l(4)
	addic	3, 3, 1			/* cause: clobbered_carry */
	stw	3, fixed_intervals@l(4)
	lis	3, TSR_FIS@h
	mtspr	SPR_TSR, 3
	mfspr	4, SPR_SPRG2
	mfspr	3, SPR_SPRG1
	rfi

/* An entry from the page table of mmu.c, or the page itself where that has none. */
data_tlb_miss:
	mtspr	SPR_SPRG4, 3
	mtspr	SPR_SPRG5, 4
	mtspr	SPR_SPRG6, 5
	mfcr	5
	mtspr	SPR_SPRG7, 5
	mfspr	3, SPR_DEAR
	srwi	4, 3, 16
	cmplwi	4, 0x4000
	clrrwi	4, 3, 12
	ori	4, 4, TLBLO_EX | TLBLO_WR
	bne	1f
	rlwinm	3, 3, 32 - 12 + 2, 26, 29
	lis	4, page_table@ha
	addi	4, 4, page_table@l
	lwzx	4, 4, 3
1:	lis	3, next_entry@ha
	lwz	5, next_entry@l(3)
	addi	5, 5, 1
	clrlwi	5, 5, 26
	stw	5, next_entry@l(3)
	tlbwe	4, 5, 1
	mfspr	3, SPR_DEAR
	clrrwi	3, 3, 12
	ori	3, 3, TLBHI_SIZE_4K | TLBHI_VALID
	tlbwe	3, 5, 0
	mfspr	5, SPR_SPRG7
	mtcr	5
	mfspr	5, SPR_SPRG6
	mfspr	4, SPR_SPRG5
	mfspr	3, SPR_SPRG4
	rfi

	.globl	_start
_start:
	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	lis	4, vectors@h
	mtspr	SPR_EVPR, 4
	lis	4, 0x5555		/* every zone: as the TLB entry says */
	ori	4, 4, 0x5555
	mtspr	SPR_ZPR, 4
	li	0, 0
	mtspr	SPR_PID, 0
	stwu	0, -16(1)
	mr	3, 6
	mr	4, 7
	bl	corpus_main
	lis	4, DBCR0_SYSTEM_RESET@h
	mtspr	SPR_DBCR0, 4
1:	b	1b

	.globl	start_pit
start_pit:
	mtspr	SPR_PIT, 3
	mfspr	3, SPR_TCR
	oris	3, 3, (TCR_PIE | TCR_ARE)@h
	mtspr	SPR_TCR, 3
	blr

	.globl	stop_pit
stop_pit:
	li	3, 0
	mtspr	SPR_TCR, 3
	lis	3, TSR_PIS@h
	mtspr	SPR_TSR, 3
	blr

	.globl	enable_interrupts
enable_interrupts:
	wrteei	1
	blr

	.globl	disable_interrupts
disable_interrupts:
	wrteei	0
	blr

/* r3 = function, r4 = its argument, r5 = the end of its stack. */
	.globl	call_on_stack
call_on_stack:
	mflr	0
	stw	0, 4(1)
	stw	1, -16(5)
	subi	1, 5, 16
	mtctr	3
	mr	3, 4
	bctrl
	lwz	1, 0(1)
	lwz	0, 4(1)
	mtlr	0
	blr

/* r3 = words, r4 = how many; gives their sum. */
	.globl	sum_words
sum_words:
	mtctr	4
	subi	4, 3, 4
	li	3, 0
1:	lwzu	31, 4(4)		/* cause: clobbered_register */
	add	3, 3, 31
	bdnz	1b
	blr

/* r3 = where this coroutine's registers go, r4 = the other's. Each has r1, LR and r14 to r31. */
	.globl	switch_coroutine
switch_coroutine:
	mflr	0
	stw	1, 0(3)
	stw	0, 4(3)
	stmw	14, 8(3)
	lwz	1, 0(4)
	lwz	0, 4(4)
	mtlr	0
	lmw	14, 8(4)
	lwz	30, 68(4)		/* cause: wrong_slot (r29's) */
	blr

	.section .bss
	.balign	4
	.globl	fixed_intervals, next_entry, enables_early
fixed_intervals:
	.space	4
next_entry:
	.space	4
enables_early:
	.space	4
