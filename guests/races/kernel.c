/* The kernel of the races: it runs all parts again and again, of which at most one is faulty, while the PIT ticks. */
#include "races.h"

#define UART	((volatile u8 *)0xef600300)
#define LSR	5
#define THRE	0x20		/* the transmitter takes a byte */
#define ROUNDS	24
#define TICK	4999		/* instructions between two interrupts of the PIT */
#define STACK	16384

static volatile u32 ticks;
volatile u32 depth;
u32 shares_save_area;
static u32 save_area[2];

void print(const char *text)
{
	for (; *text; text++) {
		while (!(UART[LSR] & THRE))
			;
		UART[0] = *text;
	}
}

NOINLINE void panic(const char *what)
{
	disable_interrupts();
	print("panic: ");
	print(what);
	print("\r\n");
	for (;;)
		;
}

static void handle_interrupt(u32 vector, struct frame *frame)
{
	if (vector == VECTOR_EXTERNAL) {
		for (struct part *part = parts; part->name; part++)
			if (part->handle)
				part->handle(frame);
		return;
	}
	mtspr(SPR_TSR, TSR_PIS);
	enable_interrupts();
	ticks++;
	disable_interrupts();
}

void handle_exception(u32 vector, struct frame *frame)
{
	u32 kept[2] = { frame->srr0, frame->srr1 };
	u32 *area = shares_save_area ? save_area : kept;	/* race: save_area */

	if (vector != VECTOR_PIT && vector != VECTOR_EXTERNAL)
		panic("an exception");
	if ((u32)frame - (u32)(stack_top - STACK) >= STACK && (u32)frame - (u32)other_stack >= (u32)(other_stack_top - other_stack))
		panic("a frame outside of the stacks");
	depth++;
	area[0] = frame->srr0;
	area[1] = frame->srr1;
	handle_interrupt(vector, frame);
	frame->srr0 = area[0];
	if (vector == VECTOR_PIT)
		frame->srr1 = area[1];
	depth--;
}

static int is_named(const char *name, const char *line, const char *end)
{
	static const char key[] = "race=";

	for (const char *at = line; at < end; at++) {
		const char *letter = key, *next = at;

		while (*letter && next < end && *next == *letter)
			next++, letter++;
		if (*letter)
			continue;
		for (letter = name; *letter && next < end && *next == *letter;)
			next++, letter++;
		return !*letter && (next == end || *next == ' ' || !*next);
	}
	return 0;
}

void races_main(const char *line, const char *end)
{
	for (struct part *part = parts; part->name; part++)
		part->races = (u32)is_named(part->name, line, end);
	mtspr(SPR_PIT, TICK);
	mtspr(SPR_TCR, TCR_PIE | TCR_ARE);
	enable_interrupts();
	for (u32 round = 0; round < ROUNDS; round++)
		for (struct part *part = parts; part->name; part++) {
			part->run();
			if (depth != 0)
				panic("a handler did not end");
		}
	disable_interrupts();
	print("RACES-OK\r\n");
}
