/*
 * Exceptions of the bare-metal image, the entry, and the switch between the main program (supervisor state, translation off) and tasks (problem state,
 * translation on). The translation of a missing page is made up on the spot: 4 KiB pages, a task's own ones where machine.h says, the rest as they are.
 */
#define SPRN_SPRG0 272
#define SPRN_EVPR 982
#define SPRN_PID 945
#define SPRN_ZPR 944
#define SPRN_DEAR 981
#define SPRN_DBCR0 1010

#define TASK_SRR0 128
#define TASK_SRR1 132
#define TASK_LR 136
#define TASK_CTR 140
#define TASK_CR 144
#define TASK_XER 148
#define TASK_PID 152

	.section .vectors,"ax"
	.globl vectors
vectors:
	.org 0x0c00			/* system call */
	b system_call_entry
	.org 0x1100			/* data TLB miss */
	mtspr SPRN_SPRG0,3
	mfspr 3,SPRN_DEAR
	b miss
	.org 0x1200			/* instruction TLB miss */
	mtspr SPRN_SPRG0,3
	mfsrr0 3
	b miss
	.org 0x2000

	.section .text.start,"ax"
	.globl _start
_start:					/* r6, r7: start and end of the command line */
	lis 1,stack_top@ha
	addi 1,1,stack_top@l
	lis 3,vectors@h
	mtspr SPRN_EVPR,3
	li 3,0
	mtspr SPRN_PID,3
	lis 4,bss_start@ha
	addi 4,4,bss_start@l
	lis 5,bss_end@ha
	addi 5,5,bss_end@l
1:	cmplw 4,5
	bge 2f
	stw 3,0(4)
	addi 4,4,4
	b 1b
2:	lis 3,0x5555			/* every zone: as the TLB entry says */
	ori 3,3,0x5555
	mtspr SPRN_ZPR,3
	stwu 3,-16(1)
	mr 3,6
	mr 4,7
	bl main
	.globl reset
reset:	lis 3,0x3000			/* system reset */
	mtspr SPRN_DBCR0,3
	b .

	.globl forget_translations
forget_translations:
	tlbia
	isync
	blr

/* r3 holds the address that has no translation; SPRG0 holds r3. Only SPRG1 to SPRG3 are used beside it. */
miss:	mtsprg 1,4
	mtsprg 2,5
	mfcr 4
	mtsprg 3,4
	lis 5,next_entry@ha
	lwz 4,next_entry@l(5)
	addi 4,4,1
	clrlwi 4,4,26
	stw 4,next_entry@l(5)
	lis 5,missed@ha
	stw 3,missed@l(5)
	rlwinm 3,3,0,0,19
	srwi 5,3,28
	cmpwi 5,4
	bne 1f
	mfspr 5,SPRN_PID		/* 0x40000000: 64 KiB for each PID */
	rlwinm 5,5,16,8,15
	rlwinm 3,3,0,16,19
	or 3,3,5
	oris 3,3,0x0200
1:	ori 3,3,0x0300			/* EX, WR */
	tlbwelo 3,4			/* the half with V last: the entry is never wrong */
	lis 5,missed@ha
	lwz 3,missed@l(5)
	rlwinm 3,3,0,0,19
	ori 3,3,0x0c0			/* 4 KiB, valid: size 1 << 7, V 1 << 6 */
	tlbwehi 3,4
	mfsprg 4,3
	mtcr 4
	mfsprg 5,2
	mfsprg 4,1
	mfspr 3,SPRN_SPRG0
	rfi

system_call_entry:
	mtspr SPRN_SPRG0,3
	lis 3,current@ha
	lwz 3,current@l(3)
	stmw 4,16(3)
	stw 1,4(3)
	stw 2,8(3)
	mfspr 4,SPRN_SPRG0
	stw 4,12(3)
	stw 0,0(3)
	mfsrr0 5
	mfsrr1 6
	mflr 7
	mfctr 8
	mfcr 9
	mfxer 10
	stw 5,TASK_SRR0(3)
	stw 6,TASK_SRR1(3)
	stw 7,TASK_LR(3)
	stw 8,TASK_CTR(3)
	stw 9,TASK_CR(3)
	stw 10,TASK_XER(3)
	lis 1,kernel_stack@ha
	lwz 1,kernel_stack@l(1)
	cmpwi 0,2
	beq leave_tasks
	mr 3,0
	bl system_call			/* r4 is the argument */
	lis 4,current@ha
	lwz 4,current@l(4)
	stw 3,12(4)
	mr 3,4
resume:	lwz 4,TASK_PID(3)		/* the task in r3 */
	mtspr SPRN_PID,4
	lwz 5,TASK_SRR0(3)
	lwz 6,TASK_SRR1(3)
	lwz 7,TASK_LR(3)
	lwz 8,TASK_CTR(3)
	lwz 9,TASK_CR(3)
	lwz 10,TASK_XER(3)
	mtsrr0 5
	mtsrr1 6
	mtlr 7
	mtctr 8
	mtcr 9
	mtxer 10
	lwz 0,0(3)
	lwz 1,4(3)
	lwz 2,8(3)
	lmw 4,16(3)
	lwz 3,12(3)
	rfi

	.globl run_tasks
run_tasks:
	stwu 1,-112(1)
	mflr 0
	stw 0,116(1)
	mfcr 0
	stw 0,8(1)
	stmw 13,16(1)
	lis 4,kernel_stack@ha
	stw 1,kernel_stack@l(4)
	lis 4,current@ha
	stw 3,current@l(4)
	b resume
leave_tasks:				/* r1 is as it was in run_tasks; r4 is the value */
	mr 3,4
	li 0,0
	mtspr SPRN_PID,0
	lmw 13,16(1)
	lwz 0,8(1)
	mtcr 0
	lwz 0,116(1)
	mtlr 0
	addi 1,1,112
	blr

	.macro call name, number
	.globl \name
\name:	mr 4,3
	li 0,\number
	sc
	blr
	.endm
	call call_add, 0
	call call_yield, 1
	call leave, 2

	.section .bss
	.balign 4
next_entry:	.space 4
missed:		.space 4
kernel_stack:	.space 4
	.balign 16
	.space 65536
stack_top:
	.space 16
