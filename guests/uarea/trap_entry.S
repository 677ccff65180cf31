/*
 * Traps and system calls: SPRG1 = the interrupted r1, r1 = vector. Entry saves SRR0, SRR1, DEAR and ESR in the per-CPU area and holds SPRG1 in a register
 * before it uses the stack: a TLB miss at its first store destroys nothing that is still needed.
 */
#include "layout.h"

	.text
	.globl	trap_entry
	.type	trap_entry, @function
trap_entry:
	mtspr	SPR_SPRG2, %r1
	lis	%r1, cpu_info@ha
	addi	%r1, %r1, cpu_info@l
	stmw	%r24, CPU_TRAP_SAVE(%r1)
	mfspr	%r24, SPR_SRR0
	mfspr	%r25, SPR_SRR1
	mfspr	%r26, SPR_DEAR
	mfspr	%r27, SPR_ESR
	stw	%r24, CPU_TRAP_STATE(%r1)
	stw	%r25, CPU_TRAP_STATE + 4(%r1)
	stw	%r26, CPU_TRAP_STATE + 8(%r1)
	stw	%r27, CPU_TRAP_STATE + 12(%r1)
	mfspr	%r28, SPR_SPRG1
	mfspr	%r29, SPR_SPRG2
	mfcr	%r30
	mfspr	%r31, SPR_PID

	/* The lwp's stack from its top. A trap of the kernel itself is the end, and gets a stack that is there whatever happened. */
	andi.	%r25, %r25, MSR_PR
	lwz	%r1, CPU_KSTACK(%r1)
	bne	1f
	lis	%r1, panic_stack_top@ha
	addi	%r1, %r1, panic_stack_top@l
1:	li	%r24, KERNEL_PID
	mtspr	SPR_PID, %r24
	li	%r24, MSR_IR | MSR_DR
	mtmsr	%r24
	isync
	stwu	%r28, -TF_SIZE(%r1)		/* the first store to the stack */
	stw	%r28, TF_GPR(1)(%r1)
	stw	%r29, TF_VECTOR(%r1)
	stw	%r30, TF_CR(%r1)
	stw	%r31, TF_PID(%r1)
	stw	%r0, TF_GPR(0)(%r1)
	stmw	%r2, TF_GPR(2)(%r1)		/* r24 to r31 come from the save area */
	lis	%r12, cpu_info@ha
	addi	%r12, %r12, cpu_info@l
	lmw	%r24, CPU_TRAP_SAVE(%r12)
	stmw	%r24, TF_GPR(24)(%r1)
	lwz	%r3, CPU_TRAP_STATE(%r12)
	stw	%r3, TF_SRR0(%r1)
	lwz	%r3, CPU_TRAP_STATE + 4(%r12)
	stw	%r3, TF_SRR1(%r1)
	lwz	%r3, CPU_TRAP_STATE + 8(%r12)
	stw	%r3, TF_DEAR(%r1)
	lwz	%r3, CPU_TRAP_STATE + 12(%r12)
	stw	%r3, TF_ESR(%r1)
	mflr	%r3
	stw	%r3, TF_LR(%r1)
	mfctr	%r3
	stw	%r3, TF_CTR(%r1)
	mfxer	%r3
	stw	%r3, TF_XER(%r1)
	mr	%r3, %r1
	bl	trap
	.size	trap_entry, . - trap_entry

/* r1 = the frame to continue with, interrupts off. Also how a new process begins. */
	.globl	trap_return
	.type	trap_return, @function
trap_return:
	lis	%r12, cpu_info@ha
	addi	%r12, %r12, cpu_info@l
	lwz	%r3, TF_SRR0(%r1)
	stw	%r3, CPU_EXIT(%r12)
	lwz	%r3, TF_SRR1(%r1)
	stw	%r3, CPU_EXIT + 4(%r12)
	lwz	%r3, TF_PID(%r1)
	stw	%r3, CPU_EXIT + 8(%r12)
	lwz	%r3, TF_GPR(1)(%r1)
	stw	%r3, CPU_EXIT + 12(%r12)
	lwz	%r3, TF_GPR(30)(%r1)
	stw	%r3, CPU_EXIT + 16(%r12)
	lwz	%r3, TF_GPR(31)(%r1)
	stw	%r3, CPU_EXIT + 20(%r12)
	lwz	%r3, TF_LR(%r1)
	mtlr	%r3
	lwz	%r3, TF_CTR(%r1)
	mtctr	%r3
	lwz	%r3, TF_XER(%r1)
	mtxer	%r3
	lwz	%r3, TF_CR(%r1)
	mtcr	%r3
	lwz	%r0, TF_GPR(0)(%r1)
	lmw	%r2, TF_GPR(2)(%r1)
	.size	trap_return, . - trap_return

/* The end of every exception but TLB misses: all is restored but what CPU_EXIT holds. Real mode, so that no miss can come between SRR0 and rfi. */
	.globl	exception_exit
	.type	exception_exit, @function
exception_exit:
	lis	%r31, cpu_info@ha
	addi	%r31, %r31, cpu_info@l
	li	%r30, 0
	mtmsr	%r30
	isync
	lwz	%r30, CPU_EXIT(%r31)
	mtspr	SPR_SRR0, %r30
	lwz	%r30, CPU_EXIT + 4(%r31)
	mtspr	SPR_SRR1, %r30
	lwz	%r30, CPU_EXIT + 8(%r31)
	mtspr	SPR_PID, %r30
	lwz	%r1, CPU_EXIT + 12(%r31)
	lwz	%r30, CPU_EXIT + 16(%r31)
	lwz	%r31, CPU_EXIT + 20(%r31)
	rfi
	.size	exception_exit, . - exception_exit

/* Critical exceptions save into SRR2 and SRR3. None is expected here: trap() reports it. */
	.globl	critical_entry
	.type	critical_entry, @function
critical_entry:
	mtspr	SPR_SPRG2, %r1
	mfspr	%r1, SPR_SRR2
	mtspr	SPR_SRR0, %r1
	mfspr	%r1, SPR_SRR3
	mtspr	SPR_SRR1, %r1
	mfspr	%r1, SPR_SPRG2
	b	trap_entry
	.size	critical_entry, . - critical_entry
