/*
 * Exception vectors. Each slot frees r1 and notes its vector there: three instructions, because PIT and FIT have room for four. The branches of external,
 * PIT and FIT lead to the interrupt entry that the command line chose (intr_setup).
 */
#include "layout.h"

	.macro	SLOT vector, handler
	.org	vectors + \vector
	mtspr	SPR_SPRG1, %r1
	li	%r1, \vector
	b	\handler
	.endm

	.section .vectors, "ax"
	.globl	vectors
vectors:
	SLOT	VECTOR_CRITICAL, critical_entry
	SLOT	VECTOR_CHECK, critical_entry
	SLOT	VECTOR_DSI, trap_entry
	SLOT	VECTOR_ISI, trap_entry
	SLOT	VECTOR_EXTERNAL, intr_entry_real_mode
	SLOT	VECTOR_ALIGN, trap_entry
	SLOT	VECTOR_PROGRAM, trap_entry
	SLOT	VECTOR_FPU, trap_entry
	SLOT	VECTOR_SYSCALL, trap_entry
	SLOT	VECTOR_APU, trap_entry
	SLOT	VECTOR_PIT, intr_entry_real_mode
	SLOT	VECTOR_FIT, intr_entry_real_mode
	SLOT	VECTOR_WATCHDOG, critical_entry
	.org	vectors + VECTOR_DTLB
	b	tlb_miss_data
	.org	vectors + VECTOR_ITLB
	b	tlb_miss_instruction
	SLOT	VECTOR_DEBUG, critical_entry
