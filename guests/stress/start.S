/*
 * Vectors, entry, and the pieces of code that main.c copies, changes and maps.
 */
#include "registers.h"

#define SPACES		0x00400000	/* memory of the address spaces: 64 KB for each PID */
#define MISS_ENTRIES	16		/* entries 16 to 31 are for the miss handler */
#define UIC_SR		0xc0
#define UIC_MSR		0xc6
#define UART_IIR	2

	.section .vectors, "ax"
	.globl	vectors
vectors:

	.macro	BRANCH vector, handler
	.org	vectors + \vector
	b	\handler
	.endm

/* Any address that is not mapped lies in the address space of the PID, at the same offset modulo 64 KB. */
	.macro	MISS vector, address
	.org	vectors + \vector
	mtspr	SPR_SPRG4, 10
	mtspr	SPR_SPRG5, 11
	mtspr	SPR_SPRG6, 12
	mfspr	12, SPR_SPRG7		/* the entry whose turn it is */
	addi	12, 12, 1
	clrlwi	12, 12, 28
	mtspr	SPR_SPRG7, 12
	addi	12, 12, MISS_ENTRIES
	mfspr	11, \address
	rlwinm	10, 11, 0, 16, 19
	mfspr	11, SPR_PID
	slwi	11, 11, 16
	or	10, 10, 11
	oris	10, 10, SPACES >> 16
	ori	10, 10, TLBLO_EX | TLBLO_WR
	tlbwe	10, 12, 1
	mfspr	11, \address
	clrrwi	11, 11, 12
	ori	11, 11, TLBHI_SIZE_4K | TLBHI_VALID
	tlbwe	11, 12, 0
	mfspr	12, SPR_SPRG6
	mfspr	11, SPR_SPRG5
	mfspr	10, SPR_SPRG4
	rfi
	.endm

	BRANCH	0x0500, external
	BRANCH	0x0700, unexpected
	BRANCH	0x0c00, system_call
	BRANCH	0x1000, pit
	BRANCH	0x1010, fit
	MISS	0x1100, SPR_DEAR
	MISS	0x1200, SPR_SRR0
	.org	vectors + 0x2000

/* Each interrupt mixes the interrupted address into a sum: one that comes an instruction early or late shows. */
	.macro	NOTE number
	lis	11, interrupts@ha
	addi	11, 11, interrupts@l
	lwz	10, 4 * \number(11)
	addi	10, 10, 1
	stw	10, 4 * \number(11)
	lwz	10, 12(11)
	rotlwi	10, 10, 5
	mfspr	12, SPR_SRR0
	xor	10, 10, 12
	stw	10, 12(11)
	.endm

	.macro	SAVE
	mtspr	SPR_SPRG0, 10
	mtspr	SPR_SPRG1, 11
	mtspr	SPR_SPRG2, 12
	.endm

	.macro	RETURN
	mfspr	12, SPR_SPRG2
	mfspr	11, SPR_SPRG1
	mfspr	10, SPR_SPRG0
	rfi
	.endm

pit:	SAVE
	NOTE	0
	mulli	10, 10, 0x6b		/* the next comes after 60 to 571 ticks */
	clrlwi	10, 10, 23
	addi	10, 10, 60
	mtspr	SPR_PIT, 10
	lis	10, TSR_PIS@h
	mtspr	SPR_TSR, 10
	RETURN

fit:	SAVE
	NOTE	1
	lis	10, TSR_FIS@h
	mtspr	SPR_TSR, 10
	RETURN

external:
	SAVE
	NOTE	2
	lis	11, 0xef60
	lbz	10, 0x300 + UART_IIR(11)	/* withdraws the interrupt */
	mfdcr	10, UIC_MSR
	mtdcr	UIC_SR, 10
	RETURN

system_call:
	rotlwi	3, 3, 7
	addi	3, 3, 0x55
	rfi

unexpected:
	b	unexpected

	.text
	.globl	_start
_start:
	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	lis	4, vectors@h
	mtspr	SPR_EVPR, 4
	lis	4, 0x8000
	mtspr	SPR_DCCR, 4
	mtspr	SPR_ICCR, 4
	tlbia
	li	4, 0
	mtspr	SPR_PID, 4
	mtspr	SPR_ZPR, 4
	mtspr	SPR_SPRG7, 4

	/* Entry 0: 16 MB, address = physical address. Entry 1: the page of the UART. */
	li	6, 0
	li	5, TLBLO_EX | TLBLO_WR
	tlbwe	5, 6, 1
	li	5, TLBHI_SIZE_16M | TLBHI_VALID
	tlbwe	5, 6, 0
	li	6, 1
	lis	4, 0xef60
	ori	5, 4, TLBLO_WR | 5
	tlbwe	5, 6, 1
	ori	5, 4, TLBHI_SIZE_4K | TLBHI_VALID
	tlbwe	5, 6, 0

	lis	4, __bss_start@ha
	addi	4, 4, __bss_start@l
	lis	5, __bss_end@ha
	addi	5, 5, __bss_end@l
	li	0, 0
1:	stw	0, 0(4)
	addi	4, 4, 4
	cmplw	4, 5
	blt	1b

	li	4, MSR_ME | MSR_IR | MSR_DR
	mtmsr	4
	isync
	stwu	0, -16(1)
	bl	stress_main
2:	b	2b

/* A loop whose first instruction gets another constant. */
	.globl	mixer, mixer_end
mixer:
	li	4, 0
	li	5, 20
	mtctr	5
1:	add	3, 3, 4
	rotlwi	3, 3, 3
	mfctr	5
	xor	3, 3, 5
	bdnz	1b
	blr
mixer_end:

/* Runs in a page that it maps to r4 and r5 (TLBLO words) in turn, by entry r6. */
	.globl	wanderer, wanderer_end
wanderer:
	addi	3, 3, 0
	li	7, 20
	mtctr	7
1:	tlbwe	4, 6, 1
	isync
	addi	3, 3, 0
	tlbwe	5, 6, 1
	isync
	addi	3, 3, 0
	rotlwi	3, 3, 1
	bdnz	1b
	blr
wanderer_end:

/* Changes the constant of an instruction of its own loop in each round. */
	.globl	rewriter, rewriter_end
rewriter:
	mflr	8
	bcl	20, 31, 1f
1:	mflr	9
	mtlr	8
	lwz	5, 4f - 1b(9)
	li	7, 12
	mtctr	7
2:	addi	5, 5, 3
	rlwinm	6, 5, 0, 24, 31
	rlwimi	5, 6, 0, 16, 31
	stw	5, 4f - 1b(9)
	addi	6, 9, 4f - 1b
	dcbst	0, 6
	sync
	icbi	0, 6
	isync
4:	addi	3, 3, 0
	rotlwi	3, 3, 1
	bdnz	2b
	blr
rewriter_end:

	.bss
	.balign	16
	.space	4096
stack_top:
	.globl	interrupts
interrupts:
	.space	16
