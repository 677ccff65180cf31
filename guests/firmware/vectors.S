/* An interrupt only ends the wait that it came in, as in the network guest: it returns with MSR[WE] and MSR[EE] off. */
#include "registers.h"

	.section .vectors, "ax"
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
