/* The stress guest: see README.md. */
#include "registers.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef u32 code(u32 value);
typedef u32 wandering_code(u32 value, u32 lo, u32 other_lo, u32 entry);

#define ROUNDS		200
#define RIGHT		0x94497108u

/* Physical memory that nothing else uses */
#define POOL		0x00300000u

/* Effective addresses: everything above 16 MB is free; entries 2 to 15 are ours. */
#define WINDOW		0x30000000u
#define PAGE_SIZE	4096
#define SPACE		0x40000000u	/* through the miss handler */
#define SMALL		0x50000000u
#define SWAPPED		0x60000000u
#define TLBHI_SIZE_1K	0
#define TLBHI_ENDIAN	0x20
#define SMALL_BYTES	1024u

#define UART		0xef600300u
#define UIC_ER		0xc2
#define UIC_CR		0xc3
#define UIC_PR		0xc4
#define UIC_TR		0xc5
#define UIC_UART0	0x80000000u

extern u32 mixer[], mixer_end[], wanderer[], wanderer_end[], rewriter[], rewriter_end[];
extern volatile u32 interrupts[4];	/* PIT, FIT, external, and the sum of where */

static void put(char character)
{
	while (!(*(volatile u8 *)(UART + 5) & 0x20))
		;
	*(volatile u8 *)UART = character;
}

static void print(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			put('\r');
		put(*text);
	}
}

static void print_hex(const char *name, u32 value)
{
	print(name);
	for (int shift = 28; shift >= 0; shift -= 4)
		put("0123456789abcdef"[value >> shift & 15]);
	print("\n");
}

static void map(u32 entry, u32 hi, u32 lo)
{
	__asm__ volatile("tlbwe %0, %2, 1\n\ttlbwe %1, %2, 0\n\tisync" : : "r"(lo), "r"(hi), "r"(entry) : "memory");
}

static void set_pid(u32 pid)
{
	mtspr(SPR_PID, pid);
	__asm__ volatile("isync" : : : "memory");
}

static void publish(volatile u32 *word)
{
	__asm__ volatile("dcbst 0, %0\n\tsync\n\ticbi 0, %0\n\tsync\n\tisync" : : "r"(word) : "memory");
}

/* Copies code; each addi r3,r3 and li r4 in it gets a constant. */
static void copy(volatile u32 *to, const u32 *from, const u32 *end, u32 constant)
{
	for (; from < end; from++, to++) {
		u32 word = *from;
		if (word == 0x38630000 || word == 0x38800000)
			word |= constant & 0x7fff;
		if (*to != word) {
			*to = word;
			publish(to);
		}
	}
}

static u32 rewrite_code(u32 sum, u32 round)
{
	volatile u32 *place = (volatile u32 *)(POOL + (round % 3) * 256);

	for (u32 n = 0; n < 6; n++) {
		copy(place, mixer, mixer_end, round * 6 + n);
		sum = ((code *)place)(sum);
	}
	copy(place + 512, rewriter, rewriter_end, 0);
	for (u32 n = 0; n < 4; n++)
		sum = ((code *)(place + 512))(sum);
	return sum;
}

static u32 remap_code(u32 sum, u32 round)
{
	u32 first = (POOL + 0x10000) | TLBLO_EX | TLBLO_WR;
	u32 second = (POOL + 0x11000) | TLBLO_EX | TLBLO_WR;

	copy((u32 *)(POOL + 0x10000), wanderer, wanderer_end, 17);
	copy((u32 *)(POOL + 0x11000), wanderer, wanderer_end, 1000 + (round & 4));
	map(2, WINDOW | TLBHI_SIZE_4K | TLBHI_VALID, first);
	sum = ((wandering_code *)WINDOW)(sum, second, first, 2);
	sum = ((wandering_code *)WINDOW)(sum, first, second, 2);
	copy((u32 *)(POOL + 0x10800), mixer, mixer_end, 5);
	copy((u32 *)(POOL + 0x11800), mixer, mixer_end, 6);
	for (u32 n = 0; n < 6; n++) {
		map(2, WINDOW | TLBHI_SIZE_4K | TLBHI_VALID, n & 1 ? first : second);
		sum = ((code *)(WINDOW + 0x800))(sum);
	}
	return sum;
}

static u32 switch_spaces(u32 sum, u32 round)
{
	for (u32 n = 0; n < 9; n++) {
		set_pid(1 + n % 3);
		copy((u32 *)SPACE, mixer, mixer_end, n % 3 * 100 + round / 16);
		for (u32 page = 1; page < 20; page++)
			sum += ++*(volatile u32 *)(SPACE + page * PAGE_SIZE + 4 * page);
		sum = ((code *)SPACE)(sum);
	}
	set_pid(0);
	return sum;
}

static u32 use_small_pages(u32 sum, u32 round)
{
	for (u32 n = 0; n < 4; n++)
		map(3 + n, (SMALL + n * SMALL_BYTES) | TLBHI_SIZE_1K | TLBHI_VALID,
			(POOL + 0x20000 + ((n + round) & 3) * SMALL_BYTES) | TLBLO_EX | TLBLO_WR);
	for (u32 n = 0; n < 4 * SMALL_BYTES; n += 252)
		sum += *(volatile u32 *)(SMALL + n) += n + sum;

	/* An access over the end of a page goes to two places. */
	*(volatile u32 *)(SMALL + SMALL_BYTES - 2) = sum;
	sum += *(volatile u16 *)(SMALL + SMALL_BYTES);

	copy((u32 *)(SMALL + 0x200), mixer, mixer_end, 9 + round);
	sum = ((code *)(SMALL + 0x200))(sum);
	sum = ((code *)(SMALL + 0x200))(sum);
	return sum;
}

static u32 use_little_endian(u32 sum, u32 round)
{
	map(7, SWAPPED | TLBHI_SIZE_4K | TLBHI_VALID | TLBHI_ENDIAN, (POOL + 0x30000) | TLBLO_EX | TLBLO_WR);
	map(8, (SWAPPED + PAGE_SIZE) | TLBHI_SIZE_4K | TLBHI_VALID, (POOL + 0x30000) | TLBLO_EX | TLBLO_WR);
	for (u32 n = 0; n < 64; n += 4) {
		*(volatile u32 *)(SWAPPED + n) = sum + round;
		sum += *(volatile u32 *)(SWAPPED + PAGE_SIZE + n) ^ *(volatile u16 *)(SWAPPED + n + 2) ^ *(volatile u8 *)(SWAPPED + n + 1);
	}

	/* Code whose bytes are swapped, where fetches swap them back */
	copy((u32 *)(SWAPPED + 0x400), mixer, mixer_end, 33 + round);
	return ((code *)(SWAPPED + 0x400))(sum);
}

static u32 call_system(u32 sum)
{
	register u32 value __asm__("r3") = sum;

	for (int n = 0; n < 30; n++)
		__asm__ volatile("sc" : "+r"(value) : : "memory");
	return value;
}

static void start_interrupts(void)
{
	*(volatile u8 *)(UART + 3) = 3;		/* characters of 8 bits */
	*(volatile u8 *)(UART + 1) = 2;		/* whenever the transmitter becomes empty */
	mtdcr(UIC_CR, 0u);
	mtdcr(UIC_PR, UIC_UART0);
	mtdcr(UIC_TR, 0u);
	mtdcr(UIC_ER, UIC_UART0);
	mtspr(SPR_TSR, ~0u);
	mtspr(SPR_PIT, 100u);
	mtspr(SPR_TCR, TCR_PIE | TCR_FIE);	/* the FIT as often as it can: every 2^9 ticks */
	__asm__ volatile("wrteei 1");
}

void stress_main(void)
{
	u32 sum = 1;

	start_interrupts();
	for (u32 round = 0; round < ROUNDS; round++) {
		sum = rewrite_code(sum, round);
		sum = remap_code(sum, round);
		sum = switch_spaces(sum, round);
		sum = use_small_pages(sum, round);
		sum = use_little_endian(sum, round);
		sum = call_system(sum);
		put(round % 50 == 49 ? '\n' : '.');
	}
	__asm__ volatile("wrteei 0");
	print_hex("\rPIT interrupts  ", interrupts[0]);
	print_hex("FIT interrupts  ", interrupts[1]);
	print_hex("UART interrupts ", interrupts[2]);
	print_hex("taken at        ", interrupts[3]);
	print_hex("checksum        ", sum);
	print(sum == RIGHT ? "STRESS-OK\n" : "STRESS-FAILED\n");
	mtspr(SPR_DBCR0, DBCR0_SYSTEM_RESET);
}
