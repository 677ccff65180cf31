#include "work.h"

static __attribute__((noinline)) uint32_t ackermann(uint32_t m, uint32_t n)
{
	if (m == 0)
		return n + 1;
	return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static __attribute__((noinline)) uint32_t fibonacci(uint32_t n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

/* Moves discs between three places; the checksum depends on every move. */
static __attribute__((noinline)) uint32_t hanoi(int discs, int from, int to, uint32_t sum)
{
	if (discs == 0)
		return sum;
	sum = hanoi(discs - 1, from, 3 - from - to, sum);
	sum = mix(sum, (uint32_t)(discs * 16 + from * 4 + to));
	return hanoi(discs - 1, 3 - from - to, to, sum);
}

uint32_t work_recursion(uint32_t rounds)
{
	uint32_t sum = 0;

	while (rounds-- > 0) {
		sum = mix(sum, ackermann(2, 40 + sum % 8));
		sum = mix(sum, fibonacci(16));
		sum = hanoi(10, 0, 2, sum);
	}
	return sum;
}
