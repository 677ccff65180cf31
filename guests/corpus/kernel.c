/* The kernel of the corpus: it runs the planted fault that the command line names ("fault=NAME"), or all that end by themselves. */
#include "corpus.h"

#define UART	((volatile u8 *)0xef600300)
#define LSR	5
#define THRE	0x20		/* the transmitter takes a byte */
#define BLOCKS	16

void (*volatile on_pit)(void), (*volatile on_external)(void);

/* What the entry of start.S saves. */
struct frame {
	u32 gpr[32], srr0, srr1, lr, ctr, cr, xer;
};

static const char *line, *line_end;
static u8 blocks[BLOCKS][BLOCK] __attribute__((aligned(32)));
static void *free_blocks;

void print(const char *text)
{
	for (; *text; text++) {
		while (!(UART[LSR] & THRE))
			;
		UART[0] = *text;
	}
}

/* What reads a symptom comes here with the wrong value. */
NOINLINE void panic(u32 value)
{
	print("panic: a value is wrong\r\n");
	for (;;)
		__asm__ volatile("" : : "r"(value));
}

NOINLINE void verify(u32 actual, u32 expected)
{
	if (actual != expected)
		panic(actual);
}

NOINLINE void copy(void *to, const void *from, u32 count)
{
	u8 *out = to;

	for (const u8 *in = from; count-- > 0;)
		*out++ = *in++;
}

/* gcc calls these by itself. */
void *memcpy(void *to, const void *from, unsigned long count)
{
	copy(to, from, count);
	return to;
}

void *memset(void *to, int value, unsigned long count)
{
	for (u8 *out = to; count-- > 0;)
		*out++ = (u8)value;
	return to;
}

NOINLINE void release(void *block)
{
	*(void **)block = free_blocks;
	free_blocks = block;
}

NOINLINE void *allocate(void)
{
	void *block = free_blocks;

	free_blocks = *(void **)block;
	return block;
}

/* What follows a key on the command line; NULL for none. */
static const char *find(const char *key)
{
	for (const char *at = line; at < line_end; at++) {
		const char *letter = key, *next = at;

		while (*letter && next < line_end && *next == *letter)
			next++, letter++;
		if (!*letter)
			return next;
	}
	return 0;
}

NOINLINE u32 argument(const char *key)
{
	u32 value = 0;

	for (const char *at = find(key); at && at < line_end && *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (u32)(*at - '0');
	return value;
}

static int is_asked_for(const char *name)
{
	const char *asked = find("fault=");

	while (*name && asked && asked < line_end && *asked == *name)
		asked++, name++;
	return !*name && asked && (asked == line_end || *asked == ' ' || !*asked);
}

extern const u8 exception[], entered[];

void handle_exception(u32 vector, const struct frame *frame)
{
	/* Interrupts are off until all is saved. */
	if (frame->srr0 >= (u32)exception && frame->srr0 < (u32)entered)
		panic(frame->srr0);
	if (vector == VECTOR_PIT) {
		if (on_pit)
			on_pit();
	} else if (vector == VECTOR_EXTERNAL && on_external) {
		on_external();
	} else {
		panic(frame->srr0);
	}
}

void corpus_main(const char *start, const char *end)
{
	static const struct fault *const lists[] = { memory_faults, arithmetic_faults, interrupt_faults, mmu_faults, device_faults };

	line = start;
	line_end = end;
	for (u32 n = BLOCKS; n-- > 0;)
		release(blocks[n]);
	for (u32 n = 0; n < sizeof lists / sizeof lists[0]; n++)
		for (const struct fault *fault = lists[n]; fault->name; fault++)
			if (is_asked_for(fault->name)) {
				fault->run();
				print("no symptom\r\n");
				return;
			}
	print("there is no such fault\r\n");
}
