/* Faults of calculation: the wrong value is made by the instruction that the cause's line became. */
#include "corpus.h"

static volatile u16 temperatures[4] = { 0x8123, 0x0010, 0x0020, 0x0030 };

/* Unsigned samples, taken for signed ones. */
NOINLINE static u32 sample(u32 n) { return (u32)(short)temperatures[n]; }	/* cause: sign_extension */

static void sign_extension(void)
{
	u32 sum = 0;

	for (u32 n = 0; n < 4; n++)
		sum += sample(n);
	verify(sum, 0x8123 + 0x60);
}

static volatile u32 entries[2] = { 0x00123480, 0x00234580 };
static u32 frames[2];

NOINLINE static u32 frame_of(u32 entry) { return entry >> 11; }	/* cause: wrong_shift */

static void wrong_shift(void)
{
	for (u32 n = 0; n < 2; n++)
		frames[n] = frame_of(entries[n]);
	verify(frames[1], 0x234);
}

static u8 header[8] = { 0x10, 0x00, 0x34, 0x12, 0, 0, 0, 0 };
static u32 length;

/* A device's field, least significant byte first, read as if it were the processor's. */
NOINLINE static void read_header(const u8 *bytes)
{
	length = *(const volatile u16 *)(bytes + 2);	/* cause: endianness */
}

static void endianness(void)
{
	read_header(header);
	verify(length, 0x1234);
}

static volatile u32 width = 640, height = 480;
static u32 size;

NOINLINE static u32 area(u32 w, u32 h)
{
	return (u16)(w * h);				/* cause: truncated_product */
}

static void truncated_product(void)
{
	size = area(width, height) * 2;
	verify(size, 640 * 480 * 2);
}

static u64 started;

/* The upper half is read once only: when the lower one begins anew after that, the time is 2^32 ticks too early. */
NOINLINE static u64 now(void)
{
	u32 upper, lower;

	__asm__ volatile("mftbu %0" : "=r"(upper));	/* cause: time_base */
	for (volatile int n = 0; n < 10; n++)
		;
	__asm__ volatile("mftb %0" : "=r"(lower));
	return (u64)upper << 32 | lower;
}

static void time_base(void)
{
	mtspr(SPR_TBL, 0);
	mtspr(SPR_TBU, 6);
	mtspr(SPR_TBL, 0xfffffff0);
	started = now();
	verify((u32)(started >> 32), 7);
}

const struct fault arithmetic_faults[] = {
	{ "sign_extension", sign_extension },
	{ "wrong_shift", wrong_shift },
	{ "endianness", endianness },
	{ "truncated_product", truncated_product },
	{ "time_base", time_base },
	{ 0, 0 },
};
