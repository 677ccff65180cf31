/*
 * Exceptions. The processor saves the interrupted address and MSR in SRR0 and SRR1, turns translation and interrupts off, and continues at the
 * vector. TLB misses are handled right here; everything else saves all registers and calls C.
 */
#include "layout.h"

/* All but TLB misses: free one register, note the vector. Three instructions, because PIT, FIT and watchdog have room for four. */
	.macro	EXCEPTION vector
	.org	vectors + \vector
	mtspr	SPR_SPRG0, 3
	li	3, \vector
	b	exception
	.endm

/* Critical exceptions save into SRR2 and SRR3; none is expected here, and C reports them. */
	.macro	CRITICAL vector
	.org	vectors + \vector
	mtspr	SPR_SPRG0, 3
	li	3, \vector
	b	critical_exception
	.endm

/*
 * The 405 has no page tables: an address that matches no TLB entry raises an exception, and software writes an entry.
 * Ours come from a table per PID whose words are the entry's LO word as it stands. No memory is touched that could miss itself.
 */
	.macro	TLB_MISS vector, address, counter
	.org	vectors + \vector
	mtspr	SPR_SPRG4, 10
	mtspr	SPR_SPRG5, 11
	mtspr	SPR_SPRG6, 12
	mfcr	12
	mtspr	SPR_SPRG7, 12
	mfspr	10, \address
	srwi	11, 10, 22			/* one of a task's addresses? */
	cmplwi	11, USER_BASE >> 22
	bne	9f
	mfspr	11, SPR_PID			/* page_tables + PID * PAGE_SIZE + number of the page * 4 */
	slwi	11, 11, PAGE_SHIFT
	addis	11, 11, page_tables@ha
	addi	11, 11, page_tables@l
	rlwinm	10, 10, 32 - PAGE_SHIFT + 2, 20, 29
	lwzx	12, 11, 10
	cmpwi	12, 0
	beq	9f

	lis	11, \counter@ha
	lwz	10, \counter@l(11)
	addi	10, 10, 1
	stw	10, \counter@l(11)

	lis	11, tlb_next@ha			/* the entry whose turn it is */
	lwz	10, tlb_next@l(11)
	addi	10, 10, 1
	cmpwi	10, TLB_REPLACEABLE
	blt	1f
	li	10, 0
1:	stw	10, tlb_next@l(11)
	tlbwe	12, 10, 1			/* LO first: the entry becomes valid with HI */
	mfspr	12, \address
	clrrwi	12, 12, PAGE_SHIFT
	ori	12, 12, TLBHI_SIZE_4K | TLBHI_VALID
	tlbwe	12, 10, 0

	mfspr	12, SPR_SPRG7
	mtcr	12
	mfspr	12, SPR_SPRG6
	mfspr	11, SPR_SPRG5
	mfspr	10, SPR_SPRG4
	rfi

9:	mfspr	12, SPR_SPRG7			/* no such page, yet: for C to decide */
	mtcr	12
	mfspr	12, SPR_SPRG6
	mfspr	11, SPR_SPRG5
	mfspr	10, SPR_SPRG4
	mtspr	SPR_SPRG0, 3
	li	3, \vector
	b	exception
	.endm

	.section .vectors, "ax"
	.globl	vectors
vectors:
	CRITICAL	VECTOR_CRITICAL
	CRITICAL	VECTOR_CHECK
	EXCEPTION	VECTOR_DSI
	EXCEPTION	VECTOR_ISI
	EXCEPTION	VECTOR_EXTERNAL
	EXCEPTION	VECTOR_ALIGN
	EXCEPTION	VECTOR_PROGRAM
	EXCEPTION	VECTOR_FPU
	EXCEPTION	VECTOR_SYSCALL
	EXCEPTION	VECTOR_APU
	EXCEPTION	VECTOR_PIT
	EXCEPTION	VECTOR_FIT
	CRITICAL	VECTOR_WATCHDOG
	TLB_MISS	VECTOR_DTLB, SPR_DEAR, data_tlb_misses
	TLB_MISS	VECTOR_ITLB, SPR_SRR0, instruction_tlb_misses
	CRITICAL	VECTOR_DEBUG

	.text
critical_exception:
	mtspr	SPR_SPRG1, 3
	mfspr	3, SPR_SRR2
	mtspr	SPR_SRR0, 3
	mfspr	3, SPR_SRR3
	mtspr	SPR_SRR1, 3
	mfspr	3, SPR_SPRG1

/* r3 = vector, SPRG0 = the interrupted r3. Saves everything in a frame, on the task's kernel stack or, out of the kernel, on the stack in use. */
exception:
	mtspr	SPR_SPRG1, 1
	mtspr	SPR_SPRG2, 4
	mfcr	4
	mtspr	SPR_SPRG3, 4
	mfspr	4, SPR_SRR1
	andi.	4, 4, MSR_PR
	beq	1f
	lis	1, task_stack@ha
	lwz	1, task_stack@l(1)
1:	subi	1, 1, FRAME_SIZE
	stw	0, FRAME_GPR(0)(1)
	mfspr	0, SPR_SPRG1
	stw	0, FRAME_GPR(1)(1)
	stw	2, FRAME_GPR(2)(1)
	mfspr	0, SPR_SPRG0
	stw	0, FRAME_GPR(3)(1)
	mfspr	0, SPR_SPRG2
	stw	0, FRAME_GPR(4)(1)
	stmw	5, FRAME_GPR(5)(1)
	mfspr	0, SPR_SPRG3
	stw	0, FRAME_CR(1)
	mfxer	0
	stw	0, FRAME_XER(1)
	mflr	0
	stw	0, FRAME_LR(1)
	mfctr	0
	stw	0, FRAME_CTR(1)
	mfspr	0, SPR_SRR0
	stw	0, FRAME_SRR0(1)
	mfspr	0, SPR_SRR1
	stw	0, FRAME_SRR1(1)
	mfspr	0, SPR_DEAR
	stw	0, FRAME_DEAR(1)
	mfspr	0, SPR_ESR
	stw	0, FRAME_ESR(1)
	stw	3, FRAME_VECTOR(1)

	/* SRR0 and SRR1 are safe now, so a TLB miss does no harm any more: translation on, and into C. */
	li	4, MSR_ME | MSR_IR | MSR_DR
	mtmsr	4
	isync
	li	0, 0
	stw	0, 0(1)
	addi	3, 1, FRAME_HEAD
	bl	handle_exception

/* r3 = the frame to continue with: the interrupted one or another task's. Also how a new task begins. */
	.globl	return_to
return_to:
	subi	1, 3, FRAME_HEAD
	lwz	0, FRAME_SRR0(1)
	mtspr	SPR_SRR0, 0
	lwz	0, FRAME_SRR1(1)
	mtspr	SPR_SRR1, 0
	lwz	0, FRAME_CTR(1)
	mtctr	0
	lwz	0, FRAME_LR(1)
	mtlr	0
	lwz	0, FRAME_XER(1)
	mtxer	0
	lwz	0, FRAME_CR(1)
	mtcr	0
	lmw	5, FRAME_GPR(5)(1)
	lwz	4, FRAME_GPR(4)(1)
	lwz	3, FRAME_GPR(3)(1)
	lwz	2, FRAME_GPR(2)(1)
	lwz	0, FRAME_GPR(0)(1)
	lwz	1, FRAME_GPR(1)(1)
	rfi
