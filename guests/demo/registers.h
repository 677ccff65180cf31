/* Registers and bits of the 405, for C and assembly. Names and numbers are the PPC405 User's Manual's. */
#ifndef REGISTERS_H
#define REGISTERS_H

/* Special purpose registers */
#define SPR_SRR0	26
#define SPR_SRR1	27
#define SPR_SPRG0	272
#define SPR_SPRG1	273
#define SPR_SPRG2	274
#define SPR_SPRG3	275
#define SPR_SPRG4	276
#define SPR_SPRG5	277
#define SPR_SPRG6	278
#define SPR_SPRG7	279
#define SPR_TBL		284		/* for writing */
#define SPR_TBU		285
#define SPR_PVR		287
#define SPR_ZPR		944
#define SPR_PID		945
#define SPR_ESR		980
#define SPR_DEAR	981
#define SPR_EVPR	982
#define SPR_TSR		984
#define SPR_TCR		986
#define SPR_PIT		987
#define SPR_SRR2	990
#define SPR_SRR3	991
#define SPR_DBCR0	1010
#define SPR_DCCR	1018
#define SPR_ICCR	1019

/* Machine state register */
#define MSR_WE		0x00040000	/* wait: stop until an interrupt */
#define MSR_EE		0x00008000	/* external, PIT and FIT interrupts enabled */
#define MSR_PR		0x00004000	/* problem state, that is user mode */
#define MSR_ME		0x00001000	/* machine checks enabled */
#define MSR_IR		0x00000020	/* instruction addresses are translated */
#define MSR_DR		0x00000010	/* data addresses are translated */

/* Exception syndrome register */
#define ESR_PIL		0x08000000	/* illegal instruction */
#define ESR_PPR		0x04000000	/* privileged instruction */
#define ESR_DST		0x00800000	/* the access was a store */
#define ESR_DIZ		0x00400000	/* the zone forbids the access */

/* Timer control and status */
#define TCR_PIE		0x04000000	/* PIT interrupt enable */
#define TCR_FP_2_17	0x02000000	/* the FIT comes every 2^17 ticks */
#define TCR_FIE		0x00800000	/* FIT interrupt enable */
#define TCR_ARE		0x00400000	/* the PIT reloads itself */
#define TSR_PIS		0x08000000
#define TSR_FIS		0x04000000

#define DBCR0_SYSTEM_RESET	0x30000000

/* TLB entries: the HI word says which addresses match, the LO word where they lead and who may use them */
#define TLBHI_SIZE_4K	(1 << 7)
#define TLBHI_SIZE_16K	(2 << 7)
#define TLBHI_SIZE_16M	(7 << 7)
#define TLBHI_VALID	0x40
#define TLBLO_EX	0x200		/* may be executed */
#define TLBLO_WR	0x100		/* may be written */
#define TLBLO_ZONE(n)	((n) << 4)
#define TLBLO_DEVICE	0x5		/* not cached, no speculative reads (I and G) */

/* Exception vectors, as offsets from EVPR */
#define VECTOR_CRITICAL	0x0100
#define VECTOR_CHECK	0x0200
#define VECTOR_DSI	0x0300
#define VECTOR_ISI	0x0400
#define VECTOR_EXTERNAL	0x0500
#define VECTOR_ALIGN	0x0600
#define VECTOR_PROGRAM	0x0700
#define VECTOR_FPU	0x0800
#define VECTOR_SYSCALL	0x0c00
#define VECTOR_APU	0x0f20
#define VECTOR_PIT	0x1000
#define VECTOR_FIT	0x1010
#define VECTOR_WATCHDOG	0x1020
#define VECTOR_DTLB	0x1100
#define VECTOR_ITLB	0x1200
#define VECTOR_DEBUG	0x2000

#ifndef __ASSEMBLER__

#define mfspr(number) ({ unsigned int value_; __asm__ volatile("mfspr %0, %1" : "=r"(value_) : "i"(number)); value_; })
#define mtspr(number, value) __asm__ volatile("mtspr %0, %1" : : "i"(number), "r"(value) : "memory")
#define mfdcr(number) ({ unsigned int value_; __asm__ volatile("mfdcr %0, %1" : "=r"(value_) : "i"(number)); value_; })
#define mtdcr(number, value) __asm__ volatile("mtdcr %0, %1" : : "i"(number), "r"(value) : "memory")

#endif
#endif
