/*
 * TLB misses. The handler runs in real mode, saves into an area of its own, and uses SPRG1 for the interrupted r1. The processor has overwritten SRR0 and
 * SRR1 already. So whoever may miss must have saved SRR0, SRR1 and SPRG1 before.
 */
#include "layout.h"

	.macro	MISS name, address, counter, vector
	.globl	\name
	.type	\name, @function
\name:
	mtspr	SPR_SPRG1, %r1
	lis	%r1, cpu_info@ha
	addi	%r1, %r1, cpu_info@l
	stmw	%r24, CPU_TLB_SAVE(%r1)
	mfcr	%r31
	lwz	%r30, \counter(%r1)
	addi	%r30, %r30, 1
	stw	%r30, \counter(%r1)
	mfspr	%r30, \address
	li	%r25, \vector
	.endm

	.text
	MISS	tlb_miss_data, SPR_DEAR, CPU_DATA_MISSES, VECTOR_DTLB
	b	tlb_miss
	.size	tlb_miss_data, . - tlb_miss_data
	MISS	tlb_miss_instruction, SPR_SRR0, CPU_TEXT_MISSES, VECTOR_ITLB
	b	tlb_miss
	.size	tlb_miss_instruction, . - tlb_miss_instruction

/* r30 = address, r25 = vector, r31 = the interrupted CR. Finds r28 = LO word, r27 = HI word, r30 = word of the software's copy. */
	.type	tlb_miss, @function
tlb_miss:
	mfspr	%r29, SPR_PID
	cmpwi	%r29, KERNEL_PID
	bne	2f
	lwz	%r28, CPU_MEMORY_END(%r1)
	cmplw	%r30, %r28
	bge	1f

	/* Direct map: an address of memory leads to itself. */
	clrrwi	%r30, %r30, SEGMENT_SHIFT
	ori	%r28, %r30, TLBLO_WR | TLBLO_ZONE(ZONE_KERNEL)
	ori	%r27, %r30, TLBHI_SIZE_16M | TLBHI_VALID
	ori	%r30, %r30, TLB_LARGE | KERNEL_PID
	b	4f

	/* Kernel virtual memory */
1:	addis	%r28, %r30, -(KVA_BASE >> 16)
	srwi	%r28, %r28, PAGE_SHIFT
	cmplwi	%r28, KVA_PAGES
	bge	tlb_miss_unresolved
	lis	%r27, kernel_page_table@ha
	addi	%r27, %r27, kernel_page_table@l
	b	3f

	/* A user process, by the table of its PID */
2:	lis	%r27, user_page_tables@ha
	addi	%r27, %r27, user_page_tables@l
	slwi	%r28, %r29, 2
	lwzx	%r27, %r27, %r28
	cmpwi	%r27, 0
	beq	tlb_miss_unresolved
	addis	%r28, %r30, -(USER_BASE >> 16)
	srwi	%r28, %r28, PAGE_SHIFT
	cmplwi	%r28, USER_PAGES
	bge	tlb_miss_unresolved

3:	slwi	%r28, %r28, 2
	lwzx	%r28, %r27, %r28
	cmpwi	%r28, 0
	beq	tlb_miss_unresolved
	clrrwi	%r30, %r30, PAGE_SHIFT
	ori	%r27, %r30, TLBHI_SIZE_16K | TLBHI_VALID
	or	%r30, %r30, %r29

	/* The running stack: the interrupted one or, in user mode, the one that the next interrupt will use */
4:	mfspr	%r26, SPR_SRR1
	andi.	%r26, %r26, MSR_PR
	mfspr	%r29, SPR_SPRG1
	beq	5f
	lwz	%r29, CPU_KSTACK(%r1)
	subi	%r29, %r29, 1

	/* The entry whose turn it is, but never the one with the running stack */
5:	lwz	%r26, CPU_TLB_NEXT(%r1)
6:	addi	%r26, %r26, 1
	cmpwi	%r26, TLB_ENTRIES
	blt	7f
	li	%r26, TLB_FIRST
7:	slwi	%r24, %r26, 2
	add	%r24, %r24, %r1
	lwz	%r25, CPU_TLB(%r24)
	xor	%r29, %r29, %r25
	srwi	%r24, %r29, PAGE_SHIFT
	xor	%r29, %r29, %r25
	andi.	%r25, %r25, TLB_LARGE
	beq	8f
	srwi	%r24, %r24, SEGMENT_SHIFT - PAGE_SHIFT
8:	cmpwi	%r24, 0
	beq	6b
	stw	%r26, CPU_TLB_NEXT(%r1)
	slwi	%r24, %r26, 2
	add	%r24, %r24, %r1
	stw	%r30, CPU_TLB(%r24)
	tlbwe	%r28, %r26, 1			/* LO first: the entry becomes valid with HI */
	tlbwe	%r27, %r26, 0

	mtcr	%r31
	lmw	%r24, CPU_TLB_SAVE(%r1)
	mfspr	%r1, SPR_SPRG1
	rfi

/* No such page: a trap. SRR0, SRR1, DEAR and SPRG1 still tell all about it. */
tlb_miss_unresolved:
	mtspr	SPR_SPRG2, %r25
	mtcr	%r31
	lmw	%r24, CPU_TLB_SAVE(%r1)
	mfspr	%r1, SPR_SPRG2
	b	trap_entry
	.size	tlb_miss, . - tlb_miss
