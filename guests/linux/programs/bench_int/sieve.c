/* Sieve of Eratosthenes: byte stores with growing strides. */
#include <string.h>
#include "bench_int.h"

uint8_t sieve_flags[SIEVE_SIZE];

uint32_t sieve(void)
{
	uint32_t primes = 0;

	memset(sieve_flags, 1, SIEVE_SIZE);
	for (unsigned i = 2; i < SIEVE_SIZE; i++) {
		if (!sieve_flags[i])
			continue;
		primes++;
		for (unsigned multiple = i * 2; multiple < SIEVE_SIZE; multiple += i)
			sieve_flags[multiple] = 0;
	}
	return primes;
}
