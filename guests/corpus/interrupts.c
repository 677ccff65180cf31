/* Faults of interrupts and of what saves and restores registers. */
#include "corpus.h"

static volatile u32 events;
static u32 ticks;

static void count_tick(void)
{
	ticks++;
	events++;
}

/* The interrupt counts too, and sometimes between this load and this store. */
NOINLINE static void count_event(void)
{
	events++;					/* cause: racing_counter */
}

static void racing_counter(void)
{
	on_pit = count_tick;
	start_pit(997);
	for (u32 n = 0; n < 2000; n++) {
		enable_interrupts();
		count_event();
		disable_interrupts();
		verify(events, n + 1 + ticks);
	}
	stop_pit();
}

extern u32 fixed_intervals;
static volatile u32 addend = 0xffffffff;
static u64 sum;

NOINLINE static void add(u32 value)
{
	u32 upper = (u32)(sum >> 32), lower = (u32)sum;

	__asm__ volatile("addc %0, %0, %2\n\tnop\n\tnop\n\tnop\n\taddze %1, %1" : "+r"(lower), "+r"(upper) : "r"(value) : "xer");
	sum = (u64)upper << 32 | lower;
}

static void clobbered_carry(void)
{
	mtspr(SPR_TCR, TCR_FIE);
	enable_interrupts();
	for (u32 n = 0; n < 3000; n++) {
		add(addend);
		verify((u32)(sum >> 32), n);
	}
	disable_interrupts();
	mtspr(SPR_TCR, 0);
}

u32 sum_words(const u32 *words, u32 count);

static const u32 prices[5] = { 3, 1, 4, 1, 5 };
static volatile u32 percent = 19;
static u32 total;

/* Keeps a value in a register that calls do not change. */
NOINLINE static u32 with_tax(void)
{
	u32 kept = percent;

	total = sum_words(prices, 5);
	return kept;
}

static void clobbered_register(void)
{
	verify(with_tax(), 19);
}

struct coroutine {
	u32 r1, lr, registers[18];
};

void switch_coroutine(struct coroutine *from, struct coroutine *to);

static struct coroutine first, second;
static u8 second_stack[1024] __attribute__((aligned(16)));

static void other(void)
{
	for (;;) {
		__asm__ volatile("li 29, 129; li 30, 130" : : : "r29", "r30");
		switch_coroutine(&second, &first);
	}
}

static void wrong_slot(void)
{
	register u32 counter __asm__("r30") = 30;
	register u32 limit __asm__("r29") = 29;

	second.r1 = (u32)(second_stack + sizeof second_stack - 16);
	second.lr = (u32)other;
	__asm__ volatile("" : "+r"(counter), "+r"(limit));
	switch_coroutine(&first, &second);
	__asm__ volatile("" : "+r"(counter), "+r"(limit));
	verify(counter, 30);
	verify(limit, 29);
}

extern u32 enables_early;
static volatile u32 rounds;

static void count_round(void)
{
	rounds++;
}

/* Once the FIT comes before the PIT's handler has saved where it was called from. */
static void enabled_early(void)
{
	enables_early = 1;
	on_pit = count_round;
	mtspr(SPR_TCR, TCR_FIE);
	start_pit(331);
	enable_interrupts();
	while (rounds < 10000)
		;
	disable_interrupts();
}

const struct fault interrupt_faults[] = {
	{ "racing_counter", racing_counter },
	{ "clobbered_carry", clobbered_carry },
	{ "clobbered_register", clobbered_register },
	{ "wrong_slot", wrong_slot },
	{ "enabled_early", enabled_early },
	{ 0, 0 },
};
