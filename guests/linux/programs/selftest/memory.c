/* Loads and stores of odd shapes, reservations, time. */
#include <unistd.h>
#include "selftest.h"

#define CR0_EQ 0x20000000

static uint8_t bytes[128] __attribute__((aligned(64)));

static void test_unaligned_and_reversed(void)
{
	uint32_t result;

	asm volatile("lwz %0,1(%1)" : "=r"(result) : "b"(bytes) : "memory");
	check("unaligned lwz", result == 0x02030405);
	asm volatile("lwz %0,29(%1)" : "=r"(result) : "b"(bytes) : "memory");
	check("unaligned lwz across line", result == 0x1e1f2021);
	asm volatile("lwbrx %0,0,%1" : "=r"(result) : "b"(bytes) : "memory");
	check("lwbrx", result == 0x04030201);
	asm volatile("lhbrx %0,0,%1" : "=r"(result) : "b"(bytes) : "memory");
	check("lhbrx", result == 0x0201);
}

static void test_strings_and_multiples(void)
{
	uint32_t first, second, last;

	asm volatile("lswi 5,%2,7; mr %0,5; mr %1,6" : "=&r"(first), "=&r"(second) : "b"(bytes) : "r5", "r6", "memory");
	check("lswi", first == 0x01020304 && second == 0x05060700);
	asm volatile("mtxer %2; lswx 5,0,%3; mr %0,5; mr %1,6" : "=&r"(first), "=&r"(second) : "r"(6), "b"(bytes) : "r5", "r6", "xer", "memory");
	check("lswx", first == 0x01020304 && (second >> 16) == 0x0506);
	asm volatile("lis 5,0x1122; ori 5,5,0x3344; lis 6,0x5566; stswi 5,%0,5" : : "b"(bytes + 64) : "r5", "r6", "memory");
	check("stswi", !memcmp(bytes + 64, "\x11\x22\x33\x44\x55", 5) && bytes[69] == 70);
	asm volatile("lmw 28,0(%2); mr %0,28; mr %1,31" : "=&r"(first), "=&r"(last) : "b"(bytes) : "r28", "r29", "r30", "r31", "memory");
	check("lmw", first == 0x01020304 && last == 0x0d0e0f10);
}

void test_memory(void)
{
	int cleared = 1;

	for (int i = 0; i < 128; i++)
		bytes[i] = i + 1;
	test_unaligned_and_reversed();
	test_strings_and_multiples();

	asm volatile("dcbz 0,%0" : : "b"(bytes + 64) : "memory");
	for (int i = 64; i < 96; i++)
		cleared &= !bytes[i];
	check("dcbz clears 32 bytes", cleared && bytes[63] == 64 && bytes[96] == 97);
}

void test_reservation(void)
{
	uint32_t value = 5, result, conditions;

	asm volatile("1: lwarx %0,0,%1; addi %0,%0,1; stwcx. %0,0,%1; bne- 1b" : "=&r"(result) : "b"(&value) : "cr0", "memory");
	check("lwarx/stwcx.", value == 6);
	asm volatile("lwarx %0,0,%2; stwcx. %0,0,%2; stwcx. %0,0,%2; mfcr %1"
		     : "=&r"(result), "=&r"(conditions) : "b"(&value) : "cr0", "memory");
	check("2nd stwcx. fails", !(conditions & CR0_EQ));
}

static uint64_t timebase(void)
{
	uint32_t upper, lower, again;

	asm volatile("1: mftbu %0; mftb %1; mftbu %2; cmpw %0,%2; bne 1b" : "=&r"(upper), "=&r"(lower), "=&r"(again) : : "cr0");
	return (uint64_t)upper << 32 | lower;
}

void test_timebase(void)
{
	uint64_t before = timebase(), ticks;

	usleep(20000);
	ticks = timebase() - before;
	check("timebase advances", ticks > 0);
	printf("# timebase ticks in usleep(20000): %llu\n", (unsigned long long)ticks);
}
