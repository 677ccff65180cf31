/*
 * Out of reset there is no memory. On a 405EP the first stack is in the on-chip memory, on a 405GP in lines of the data cache at an address where nothing is;
 * boot() then finds the RAM, and the program is copied there. SPRG0 keeps the size of the RAM meanwhile, SPRG1 which first memory there was.
 */
#include "registers.h"

#define OCM		0xf8000000
#define CACHED		0x40000000
#define LINES		64
#define DCCR_CACHED	0x00800000	/* the 128 MB at 0x40000000 */

	.text
	.globl	reset
reset:
	li	0, 0
	mtspr	SPR_ICCR, 0
	mtspr	SPR_DCCR, 0
	mfspr	3, SPR_PVR
	srwi	3, 3, 16
	cmplwi	3, 0x5121
	bne	cache

	lis	3, OCM@h
	mtdcr	0x1a, 3			/* OCM0_DSARC */
	lis	4, 0xc000
	mtdcr	0x1b, 4			/* OCM0_DSCNTL: enabled */
	isync
	ori	1, 3, 0x0ff0
	li	3, 0
	b	call

cache:
	lis	3, DCCR_CACHED@h
	mtspr	SPR_DCCR, 3
	isync
	lis	3, CACHED@h
	li	4, LINES
	mtctr	4
1:	dcbz	0, 3
	addi	3, 3, 32
	bdnz	1b
	addi	1, 3, -16
	li	3, 1

call:
	mtspr	SPR_SPRG1, 3
	li	0, 0
	stw	0, 0(1)
	stw	0, 4(1)
	bl	boot
	mtspr	SPR_SPRG0, 3

	/* The first memory goes; nothing of it is needed any more */
	mfspr	4, SPR_SPRG1
	cmpwi	4, 0
	li	0, 0
	bne	2f
	mtdcr	0x1b, 0
	b	3f
2:	mtspr	SPR_DCCR, 0
3:	isync

	lis	3, program_start@h
	ori	3, 3, program_start@l
	lis	4, 0xffff
	lis	5, program_end@h
	ori	5, 5, program_end@l
	bl	copy
	lis	3, clear_start@h
	ori	3, 3, clear_start@l
	lis	5, clear_end@h
	ori	5, 5, clear_end@l
	li	0, 0
4:	cmplw	3, 5
	bge	5f
	stw	0, 0(3)
	addi	3, 3, 4
	b	4b
5:	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	lis	3, program_start@h
	mtspr	SPR_EVPR, 3
	stwu	0, -16(1)
	lis	5, firmware_main@h
	ori	5, 5, firmware_main@l
	mtctr	5
	mfspr	3, SPR_SPRG0
	mfspr	4, SPR_SPRG1
	bctr

copy:	cmplw	3, 5
	bgelr
	lwz	0, 0(4)
	stw	0, 0(3)
	addi	3, 3, 4
	addi	4, 4, 4
	b	copy

	.section .vector, "ax"
	b	reset
