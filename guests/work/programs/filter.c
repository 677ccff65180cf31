#include "work.h"

#define TAPS 32
#define SAMPLES 1024

static uint16_t samples[SAMPLES + TAPS], taps[TAPS];

/*
 * Products of the low and of the high halfwords added to the total, unsigned and with saturation: the forms that QEMU 7.2 gets right, which computes wrong
 * sums with the signed ones.
 */
static inline uint32_t add_low(uint32_t total, uint32_t a, uint32_t b)
{
	__asm__("maclhwsu %0,%1,%2" : "+r"(total) : "r"(a), "r"(b));
	return total;
}

static inline uint32_t add_high(uint32_t total, uint32_t a, uint32_t b)
{
	__asm__("machhwsu %0,%1,%2" : "+r"(total) : "r"(a), "r"(b));
	return total;
}

uint32_t work_filter(uint32_t rounds)
{
	uint32_t sum = 0, random = 99;

	for (int i = 0; i < TAPS; i++)
		taps[i] = (uint16_t)(next_random(&random) >> 19);
	while (rounds-- > 0) {
		for (int i = 0; i < SAMPLES + TAPS; i++)
			samples[i] = (uint16_t)next_random(&random);
		for (int i = 0; i < SAMPLES; i += 2) {
			uint32_t even = 0, odd = 0;

			for (int k = 0; k < TAPS; k += 2) {
				uint32_t sample = (uint32_t)samples[i + k] << 16 | samples[i + k + 1];
				uint32_t tap = (uint32_t)taps[k] << 16 | taps[k + 1];

				odd = add_low(odd, sample, tap);
				even = add_high(even, sample, tap);
			}
			sum = mix(sum, even ^ odd << 1);
		}
	}
	return sum;
}
