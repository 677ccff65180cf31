/*
 * The program of the user processes: init fills a heap of more pages than the TLB has entries, then forks children that share it, and checks what they
 * found there.
 */
#include "../demo/format.h"
#include "layout.h"
#include "user.h"

typedef unsigned int u32;

#define HEAP		(USER_BASE + 0x100000)
#define HEAP_PAGES	72
#define ROUNDS		6
#define CHILDREN	4
#define CHANGED_PAGES	2

static u32 call(u32 number, u32 first, u32 second, u32 *result)
{
	register u32 r0 __asm__("r0") = number;
	register u32 r3 __asm__("r3") = first;
	register u32 r4 __asm__("r4") = second;

	__asm__ volatile("sc" : "+r"(r0), "+r"(r3), "+r"(r4) : : "memory");
	if (result)
		*result = r4;
	return r3;
}

static void say(const char *text)
{
	call(CALL_WRITE, (u32)text, length_of(text), 0);
}

static void end(u32 status)
{
	for (;;)
		call(CALL_EXIT, status, 0, 0);
}

static u32 *word_of(u32 page)
{
	return (u32 *)(HEAP + page * PAGE_SIZE + 4 * page);
}

static u32 value_of(u32 page)
{
	return (page + 1) * 2654435761u;
}

static u32 sum_of_heap(void)
{
	u32 sum = 0;

	for (u32 page = 0; page < HEAP_PAGES; page++)
		sum += *word_of(page);
	return sum;
}

/* Sums the heap, changes a few pages of it, which makes them its own, and gives how the sum has changed. */
static void child(u32 number)
{
	u32 sum = sum_of_heap();

	if (number & 1)
		call(CALL_YIELD, 0, 0, 0);
	else
		call(CALL_SLEEP, 1, 0, 0);
	for (u32 n = 0; n < CHANGED_PAGES; n++)
		*word_of((number + n * 8) % HEAP_PAGES) += number;
	end(sum_of_heap() - sum);
}

/* Returns how many children have been wrong. */
static u32 storm(u32 round)
{
	u32 expected = 0, found = 0, status;

	for (u32 n = 0; n < CHILDREN; n++) {
		u32 number = round * CHILDREN + n;

		expected += CHANGED_PAGES * number;
		if (call(CALL_FORK, 0, 0, 0) == 0)
			child(number);
	}
	while (call(CALL_WAIT, 0, 0, &status) != ~0u)
		found += status;
	return found != expected;
}

void user_main(void)
{
	char digits[12];
	u32 wrong = 0, sum = 0;

	say("init: filling the heap\n");
	for (u32 page = 0; page < HEAP_PAGES; page++) {
		*word_of(page) = value_of(page);
		sum += value_of(page);
	}
	for (u32 round = 0; round < ROUNDS; round++) {
		wrong += storm(round);
		say("init: round ");
		say(decimal(digits + sizeof digits, round + 1));
		say("\n");
	}
	if (sum != sum_of_heap())
		wrong++;
	say(wrong ? "init: children were WRONG\n" : "init: all children were right\n");
	end(wrong);
}
