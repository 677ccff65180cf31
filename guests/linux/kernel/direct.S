/*
 * Enters a raw kernel at physical address 0 the way a boot wrapper does: r3 = device tree, r4 to r7 = 0.
 * On entry r6/r7 are start and end of the command line; it replaces the marker in /chosen/bootargs, cut to the marker's 255 bytes.
 */
	.section .entry,"ax"
	.globl	_start
_start:	lis	3,device_tree@ha
	addi	3,3,device_tree@l

	/* Find the marker: a property's value is aligned to words. */
	mr	8,3
	lis	9,0x4043		/* "@C" */
	ori	9,9,0x4d44		/* "MD" */
1:	lwz	10,0(8)
	cmpw	10,9
	beq	2f
	addi	8,8,4
	b	1b

2:	cmpwi	6,0
	beq	5f
	li	0,255
	mtctr	0
3:	cmplw	6,7
	bge	4f
	lbz	10,0(6)
	stb	10,0(8)
	addi	6,6,1
	addi	8,8,1
	bdnz	3b
4:	li	10,0
	stb	10,0(8)

5:	li	4,0
	li	5,0
	li	6,0
	li	7,0
	li	0,0
	mtctr	0
	bctr

	.section .kernel,"awx"
	.incbin	"vmlinux.bin"

	.section .tree,"aw"
	.balign	8
device_tree:
	.incbin	"ref405ep-direct.dtb"
