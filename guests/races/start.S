/*
 * Entry from the firmware in real mode: r6 and r7 = start and end of the command line. The loader has cleared the memory that C expects to be zero.
 * Interrupts save all registers in a frame on the stack in use and call C, which gets the vector and the frame.
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
	EXCEPTION	VECTOR_FIT
	.org	vectors + VECTOR_DTLB
	b	data_tlb_miss
	EXCEPTION	VECTOR_ITLB
	.org	vectors + VECTOR_DEBUG

	.text
exception:
	stwu	1, -FRAME_SIZE(1)
	stw	0, GPR(0)(1)
	mfspr	0, SPR_SPRG0
	stw	0, GPR(3)(1)
	stw	2, GPR(2)(1)
	stmw	4, GPR(4)(1)
	mfcr	5
	lis	4, enables_early@ha
	lwz	4, enables_early@l(4)
	cmpwi	4, 0
	beq	1f
	cmpwi	3, VECTOR_PIT
	bne	1f
	lis	4, TSR_PIS@h
	mtspr	SPR_TSR, 4
	wrteei	1			/* race: enabled_early */
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

/*
 * Pages of the window at 0x40000000 are those of the page table; everything else is where it is. The table is read with translation off,
 * unless it is the race: then another miss may come before this one is done, and overwrites what it has saved.
 */
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
	bne	2f
	lis	5, reads_translated@ha
	lwz	5, reads_translated@l(5)
	cmpwi	5, 0
	lis	4, page_table@ha
	addi	4, 4, page_table@l
	rlwinm	3, 3, 32 - 12 + 2, 24, 29
	beq	1f
	mfmsr	5
	ori	5, 5, MSR_DR
	mtmsr	5			/* race: tlb_reentered */
	isync
	lwzx	4, 4, 3
	xori	5, 5, MSR_DR
	mtmsr	5
	isync
	b	2f
1:	lwzx	4, 4, 3
2:	lis	3, next_entry@ha
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
	bl	races_main
	lis	4, DBCR0_SYSTEM_RESET@h
	mtspr	SPR_DBCR0, 4
1:	b	1b

/* r3 = function, r4 = whether r1 is set in two steps. Calls it on the other stack. */
	.globl	call_on_other_stack
call_on_other_stack:
	mflr	0
	stw	0, 4(1)
	mtctr	3
	lis	3, other_stack_top - 16@ha
	addi	3, 3, other_stack_top - 16@l
	stw	1, 0(3)
	cmpwi	4, 0
	bne	1f
	mr	1, 3
	b	2f
1:	lis	1, (other_stack_top - 16)@ha	/* race: stack_switch */
	addi	1, 1, (other_stack_top - 16)@l
2:	bctrl
	lwz	1, 0(1)
	lwz	0, 4(1)
	mtlr	0
	blr

	.section .bss
	.balign	4
	.globl	next_entry, enables_early, reads_translated
next_entry:
	.space	4
enables_early:
	.space	4
reads_translated:
	.space	4
	.balign	16
	.globl	other_stack, other_stack_top
other_stack:
	.space	4096
other_stack_top:
