/*
 * Entry from the firmware in real mode: r3 = board information, r6 and r7 = start and end of the command line. The loader has cleared the memory that C
 * expects to be zero. An interrupt only ends the wait that it came in: it returns with MSR[WE] and MSR[EE] off, and the program looks what has happened.
 */
#include "registers.h"

	.section .vectors, "ax"
vectors:
	.org	VECTOR_EXTERNAL
	b	end_wait
	.org	VECTOR_PIT
end_wait:
	mtspr	SPR_SPRG0, 3
	mtspr	SPR_SPRG1, 4
	mfspr	3, SPR_SRR1
	lis	4, (MSR_WE | MSR_EE)@h
	ori	4, 4, (MSR_WE | MSR_EE)@l
	andc	3, 3, 4
	mtspr	SPR_SRR1, 3
	mfspr	3, SPR_SPRG0
	mfspr	4, SPR_SPRG1
	rfi

	.text
	.globl	_start
_start:
	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	lis	4, vectors@h
	mtspr	SPR_EVPR, 4
	li	0, 0
	stwu	0, -16(1)
	mr	4, 6
	mr	5, 7
	bl	network_main
	lis	4, DBCR0_SYSTEM_RESET@h
	mtspr	SPR_DBCR0, 4
1:	b	1b
