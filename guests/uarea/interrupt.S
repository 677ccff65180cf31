/*
 * External, PIT and FIT interrupts: SPRG1 = the interrupted r1, r1 = vector. The command line chooses one of the entries, which differ in when they
 * use the stack, and which stack it is.
 */
#include "layout.h"

	.macro	FUNCTION name
	.globl	\name
	.type	\name, @function
\name:
	.endm

/* Frees r24 to r31; then r28 = LR, r29 = CR, r30 = PID, and SPRG2 = vector. */
	.macro	FREE_REGISTERS
	mtspr	SPR_SPRG2, %r1
	lis	%r1, cpu_info@ha
	addi	%r1, %r1, cpu_info@l
	stmw	%r24, CPU_INTR_SAVE(%r1)
	mflr	%r28
	mfcr	%r29
	mfspr	%r30, SPR_PID
	.endm

/* r1 = the interrupted stack or, in user mode, the top of the lwp's */
	.macro	USE_LWP_STACK
	mfspr	%r31, SPR_SRR1
	andi.	%r31, %r31, MSR_PR
	lwz	%r1, CPU_KSTACK(%r1)
	bne	1f
	mfspr	%r1, SPR_SPRG1
1:
	.endm

	.macro	TRANSLATION_ON
	li	%r31, KERNEL_PID
	mtspr	SPR_PID, %r31
	li	%r31, MSR_IR | MSR_DR
	mtmsr	%r31
	isync
	.endm

/* The stack's first store, and SRR0 and SRR1 while they are still in their registers */
	.macro	PUSH_FRAME
	mfspr	%r31, SPR_SPRG1
	stwu	%r31, -IF_SIZE(%r1)
	mfspr	%r31, SPR_SRR0
	stw	%r31, IF_SRR0(%r1)
	mfspr	%r31, SPR_SRR1
	stw	%r31, IF_SRR1(%r1)
	.endm

/* The rest of the frame */
	.macro	FILL_FRAME
	stw	%r0, IF_R0(%r1)
	stw	%r2, IF_R2(%r1)
	stw	%r3, IF_GPR(3)(%r1)
	stw	%r4, IF_GPR(4)(%r1)
	stw	%r5, IF_GPR(5)(%r1)
	stw	%r6, IF_GPR(6)(%r1)
	stw	%r7, IF_GPR(7)(%r1)
	stw	%r8, IF_GPR(8)(%r1)
	stw	%r9, IF_GPR(9)(%r1)
	stw	%r10, IF_GPR(10)(%r1)
	stw	%r11, IF_GPR(11)(%r1)
	stw	%r12, IF_GPR(12)(%r1)
	stw	%r13, IF_GPR(13)(%r1)
	stw	%r28, IF_LR(%r1)
	stw	%r29, IF_CR(%r1)
	stw	%r30, IF_PID(%r1)
	mfctr	%r3
	stw	%r3, IF_CTR(%r1)
	mfxer	%r3
	stw	%r3, IF_XER(%r1)
	.endm

/* r24 to r31 back, and what the device wants */
	.macro	CALL_DISPATCH
	lis	%r12, cpu_info@ha
	addi	%r12, %r12, cpu_info@l
	lmw	%r24, CPU_INTR_SAVE(%r12)
	mfspr	%r3, SPR_SPRG2
	bl	intr_dispatch
	.endm

	.text

/* Stack in real mode, then translation on: right where the stack's virtual address happens to be its physical one. */
	FUNCTION intr_entry_real_mode
	FREE_REGISTERS
	USE_LWP_STACK
	PUSH_FRAME
	FILL_FRAME
	TRANSLATION_ON
	b	intr_call
	.size	intr_entry_real_mode, . - intr_entry_real_mode

/* Translation on, then the stack: right where the first store never misses, since SRR0, SRR1 and SPRG1 would be lost. */
	FUNCTION intr_entry_mmu_first
	FREE_REGISTERS
	USE_LWP_STACK
	TRANSLATION_ON
	PUSH_FRAME
	FILL_FRAME
	b	intr_call
	.size	intr_entry_mmu_first, . - intr_entry_mmu_first

/* The same, with SRR0, SRR1 and SPRG1 in registers before. */
	FUNCTION intr_entry_mmu_first_saved
	FREE_REGISTERS
	mfspr	%r24, SPR_SRR0
	mfspr	%r25, SPR_SRR1
	mfspr	%r26, SPR_SPRG1
	USE_LWP_STACK
	TRANSLATION_ON
	stwu	%r26, -IF_SIZE(%r1)
	stw	%r24, IF_SRR0(%r1)
	stw	%r25, IF_SRR1(%r1)
	FILL_FRAME
	b	intr_call
	.size	intr_entry_mmu_first_saved, . - intr_entry_mmu_first_saved

/* Translation on, then a stack that is always there. The frame moves to the lwp's stack before soft interrupts run: those may switch to another lwp. */
	FUNCTION intr_entry_wired_stack
	FREE_REGISTERS
	lis	%r1, intr_stack_top@ha
	addi	%r1, %r1, intr_stack_top@l
	TRANSLATION_ON
	PUSH_FRAME
	FILL_FRAME
	CALL_DISPATCH
	lis	%r12, cpu_info@ha
	addi	%r12, %r12, cpu_info@l
	lwz	%r3, IF_SRR1(%r1)
	andi.	%r3, %r3, MSR_PR
	lwz	%r3, CPU_KSTACK(%r12)
	bne	1f
	lwz	%r3, IF_SP(%r1)
1:	subi	%r3, %r3, IF_SIZE
	li	%r4, IF_SIZE / 4
	mtctr	%r4
	li	%r4, 0
2:	lwzx	%r5, %r1, %r4
	stwx	%r5, %r3, %r4
	addi	%r4, %r4, 4
	bdnz	2b
	mr	%r1, %r3
	b	intr_leave
	.size	intr_entry_wired_stack, . - intr_entry_wired_stack

	.type	intr_call, @function
intr_call:
	CALL_DISPATCH
intr_leave:
	mr	%r3, %r1
	bl	intr_finish
	.size	intr_call, . - intr_call

/* r1 = the frame, interrupts off. */
	FUNCTION intr_return
	lis	%r12, cpu_info@ha
	addi	%r12, %r12, cpu_info@l
	lwz	%r3, IF_SRR0(%r1)
	stw	%r3, CPU_EXIT(%r12)
	lwz	%r3, IF_SRR1(%r1)
	stw	%r3, CPU_EXIT + 4(%r12)
	lwz	%r3, IF_PID(%r1)
	stw	%r3, CPU_EXIT + 8(%r12)
	lwz	%r3, IF_SP(%r1)
	stw	%r3, CPU_EXIT + 12(%r12)
	stw	%r30, CPU_EXIT + 16(%r12)
	stw	%r31, CPU_EXIT + 20(%r12)
	lwz	%r3, IF_LR(%r1)
	mtlr	%r3
	lwz	%r3, IF_CTR(%r1)
	mtctr	%r3
	lwz	%r3, IF_XER(%r1)
	mtxer	%r3
	lwz	%r3, IF_CR(%r1)
	mtcr	%r3
	lwz	%r0, IF_R0(%r1)
	lwz	%r2, IF_R2(%r1)
	lwz	%r13, IF_GPR(13)(%r1)
	lwz	%r12, IF_GPR(12)(%r1)
	lwz	%r11, IF_GPR(11)(%r1)
	lwz	%r10, IF_GPR(10)(%r1)
	lwz	%r9, IF_GPR(9)(%r1)
	lwz	%r8, IF_GPR(8)(%r1)
	lwz	%r7, IF_GPR(7)(%r1)
	lwz	%r6, IF_GPR(6)(%r1)
	lwz	%r5, IF_GPR(5)(%r1)
	lwz	%r4, IF_GPR(4)(%r1)
	lwz	%r3, IF_GPR(3)(%r1)
	b	exception_exit
	.size	intr_return, . - intr_return
