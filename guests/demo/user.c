/*
 * The program of the tasks, in user mode. It has no variables of its own, only a heap and a stack, whose pages come into being when they are touched.
 */
#include "format.h"
#include "layout.h"
#include "user.h"

typedef unsigned char u8;
typedef unsigned int u32;

#define HEAP		((u8 *)(USER_BASE + 0x100000))
#define SIEVE_LIMIT	400000
#define CRC_BYTES	(320 << 10)
#define CRC_POLYNOMIAL	0xedb88320u

static u32 call(u32 number, u32 first, u32 second)
{
	register u32 r0 __asm__("r0") = number;
	register u32 r3 __asm__("r3") = first;
	register u32 r4 __asm__("r4") = second;

	__asm__ volatile("sc" : "+r"(r0), "+r"(r3), "+r"(r4) : : "memory");
	return r3;
}

static void say(const char *text)
{
	call(CALL_WRITE, (u32)text, length_of(text));
}

static void end(u32 result)
{
	for (;;)
		call(CALL_EXIT, result, 0);
}

/* Kernel memory is mapped, but its zone is closed to user mode: the store must not happen. */
void user_intruder(void)
{
	say("intruder: writing to kernel memory\n");
	*(volatile u32 *)0x00100000 = 0;
	say("intruder: nobody stopped me\n");
	end(1);
}

/* Eratosthenes' sieve, a byte for each number: strides through more pages than the TLB has entries. */
void user_sieve(void)
{
	char digits[12];
	u32 primes = 0;

	for (u32 n = 2; n < SIEVE_LIMIT; n++) {
		if (HEAP[n])
			continue;
		primes++;
		if (n < SIEVE_LIMIT / n)
			for (u32 multiple = n * n; multiple < SIEVE_LIMIT; multiple += n)
				HEAP[multiple] = 1;
	}
	say("sieve: ");
	say(decimal(digits + sizeof digits, primes));
	say(" primes below 400000\n");
	end(primes);
}

/* CRC-32 of pseudo-random bytes, one page at a time, with a system call after each. */
void user_crc(void)
{
	u32 *table = (u32 *)HEAP;
	u8 *bytes = HEAP + PAGE_SIZE;
	u32 random = 405, crc = ~0u;
	char digits[12];

	for (u32 n = 0; n < 256; n++) {
		u32 entry = n;
		for (int bit = 0; bit < 8; bit++)
			entry = (entry >> 1) ^ (entry & 1 ? CRC_POLYNOMIAL : 0);
		table[n] = entry;
	}
	for (u32 n = 0; n < CRC_BYTES; n++) {
		random = random * 1664525 + 1013904223;
		bytes[n] = random >> 24;
	}
	for (u32 n = 0; n < CRC_BYTES; n++) {
		crc = (crc >> 8) ^ table[(u8)(crc ^ bytes[n])];
		if (n % PAGE_SIZE == 0)
			call(CALL_YIELD, 0, 0);
	}
	say("crc: the checksum of 320 KB is ");
	say(hexadecimal(digits + sizeof digits, ~crc));
	say("\n");
	end(~crc);
}
