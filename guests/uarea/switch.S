/*
 * Switching from lwp to lwp: cpu_switchto between ordinary lwps, and the shorter path to a fast soft interrupt and back.
 */
#include "layout.h"

/* Makes an lwp the current one; its pcb's address is left in \pcb. r30 = cpu_info. The pcb is all of its u-area that is looked at. */
	.macro	MAKE_CURRENT lwp, pcb, scratch
	stw	\lwp, CPU_CURLWP(%r30)
	lwz	\pcb, LWP_PCB(\lwp)
	stw	\pcb, CPU_CURPCB(%r30)
	lis	\scratch, uarea_size@ha
	lwz	\scratch, uarea_size@l(\scratch)
	add	\scratch, \scratch, \pcb
	stw	\scratch, CPU_KSTACK(%r30)
	.endm

	.macro	PUSH_SWITCHFRAME
	mflr	%r0
	stw	%r0, 4(%r1)
	stwu	%r1, -SF_SIZE(%r1)
	stmw	%r14, SF_R14(%r1)
	mfcr	%r0
	stw	%r0, SF_CR(%r1)
	lis	%r30, cpu_info@ha
	addi	%r30, %r30, cpu_info@l
	.endm

	.macro	POP_SWITCHFRAME
	lwz	%r0, SF_CR(%r1)
	mtcr	%r0
	lwz	%r0, SF_LR(%r1)
	mtlr	%r0
	lmw	%r14, SF_R14(%r1)
	addi	%r1, %r1, SF_SIZE
	.endm

/* The soft interrupt switch's cure: the stack's page is in the TLB before an interrupt can want it. */
	.macro	TOUCH_STACK
	lwz	%r0, CPU_TOUCH(%r30)
	cmpwi	%r0, 0
	beq	1f
	lwz	%r0, 0(%r1)
1:
	.endm

	.text

/* cpu_switchto(from, to): returns, with interrupts on, when somebody switches back to `from`. */
	.globl	cpu_switchto
	.type	cpu_switchto, @function
cpu_switchto:
	wrteei	0
	PUSH_SWITCHFRAME
	lwz	%r5, LWP_PCB(%r3)
	stw	%r1, PCB_SP(%r5)
	MAKE_CURRENT %r4, %r5, %r6
	lwz	%r1, PCB_SP(%r5)
	POP_SWITCHFRAME				/* the new stack is touched before interrupts are enabled */
	wrteei	1
	blr
	.size	cpu_switchto, . - cpu_switchto

/* How an lwp begins: r14 = function, r15 = its argument. A process's function returns to user mode, by the trap frame that stands above. */
	.globl	lwp_trampoline
	.type	lwp_trampoline, @function
lwp_trampoline:
	mr	%r3, %r15
	mtctr	%r14
	bctrl
	b	trap_return
	.size	lwp_trampoline, . - lwp_trampoline

/*
 * softint_dispatch(softint lwp, level): runs a soft interrupt at once, on its own lwp's stack but on top of the current lwp, which cannot go on before it ends.
 * Interrupts are off at entry and on at return.
 */
	.globl	softint_dispatch
	.type	softint_dispatch, @function
softint_dispatch:
	PUSH_SWITCHFRAME
	lwz	%r31, CPU_CURLWP(%r30)		/* the interrupted lwp */
	lwz	%r29, LWP_PCB(%r31)
	stw	%r1, PCB_SP(%r29)
	lis	%r28, softint_level@ha
	lwz	%r27, softint_level@l(%r28)
	stw	%r4, softint_level@l(%r28)
	MAKE_CURRENT %r3, %r29, %r26
	lwz	%r1, PCB_SP(%r29)
	TOUCH_STACK
	wrteei	1				/* from here on an interrupt uses the soft interrupt's stack */
	mr	%r3, %r4
	bl	softint_execute
	.size	softint_dispatch, . - softint_dispatch

/* Back to the interrupted lwp. Nothing has protected its stack's TLB entry meanwhile. */
	.globl	softint_return
	.type	softint_return, @function
softint_return:
	wrteei	0
	MAKE_CURRENT %r31, %r29, %r26
	lwz	%r1, PCB_SP(%r29)
	TOUCH_STACK
	wrteei	1				/* from here on an interrupt uses the interrupted lwp's stack */
	lis	%r28, softint_level@ha
	stw	%r27, softint_level@l(%r28)
	POP_SWITCHFRAME
	blr
	.size	softint_return, . - softint_return
