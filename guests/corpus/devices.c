/* Faults with devices: keys by the interrupt of UART0, frames through EMAC0 whose transmitter is looped back to its receiver. */
#include "corpus.h"

#define UART		((volatile u8 *)0xef600300)
#define IER		1
#define LSR		5
#define RECEIVED	1

#define EMAC(offset)	(*(volatile u32 *)(0xef600800 + (offset)))
#define MR0		0x00
#define MR1		0x04
#define TMR0		0x08
#define RMR		0x10
#define IAHR		0x1c
#define IALR		0x20

#define MAL_CFG		0x180
#define MAL_TXCASR	0x184
#define MAL_RXCASR	0x190
#define MAL_TXCTP0R	0x1a0
#define MAL_RXCTP0R	0x1c0
#define MAL_RCBS0	0x1e0
#define CHANNEL0	0x80000000u

#define UIC_SR		0xc0
#define UIC_ER		0xc2
#define UIC_UART0	0x80000000u

#define OWNED		0x8000		/* transmit: ready; receive: empty */
#define WRAP		0x4000
#define LAST		0x1000
#define GENERATE	0x0300		/* FCS and padding */

/* The command line's number is used as it is. */
static u32 scale;

NOINLINE static void bad_argument(void)
{
	scale = argument("scale=");			/* cause: bad_argument */
	verify(scale, 16);
}

static struct {
	volatile u8 keys[8];
	u8 is_ready;
} receiver = { .is_ready = 1 };
static volatile u32 received;

static void take_keys(void)
{
	while (UART[LSR] & RECEIVED) {
		u8 key = UART[0];

		receiver.keys[received % 9] = key;	/* cause: ring_index */
		received++;
	}
	mtdcr(UIC_SR, UIC_UART0);
}

static void ring_index(void)
{
	on_external = take_keys;
	mtdcr(UIC_ER, UIC_UART0);
	UART[IER] = 1;
	print("keys: ");
	enable_interrupts();
	while (received < 9)
		;
	disable_interrupts();
	verify(receiver.is_ready, 1);
}

struct descriptor {
	volatile u16 control, length;
	u8 *buffer;
};

static struct descriptor transmit_ring[1] __attribute__((aligned(8))), receive_ring[1] __attribute__((aligned(8)));
static u8 frame[128] __attribute__((aligned(32)));

static void start_emac(u8 *buffer, u32 size)
{
	static const u8 address[6] = { 2, 0, 0, 0, 0, 1 };

	EMAC(MR0) = 0x20000000;
	while (EMAC(MR0) & 0x20000000)
		;
	mtdcr(MAL_CFG, 0x80000000);
	mtdcr(MAL_CFG, 0x00847084);
	transmit_ring[0].control = WRAP;
	receive_ring[0].buffer = buffer;
	receive_ring[0].control = OWNED | WRAP;
	mtdcr(MAL_TXCTP0R, transmit_ring);
	mtdcr(MAL_RXCTP0R, receive_ring);
	mtdcr(MAL_RCBS0, size / 16);
	EMAC(MR1) = 0xc1788000;				/* full duplex, looped back inside */
	EMAC(IAHR) = address[0] << 8 | address[1];
	EMAC(IALR) = (u32)address[2] << 24 | address[3] << 16 | address[4] << 8 | address[5];
	EMAC(RMR) = 0xc0500000;
	mtdcr(MAL_TXCASR, CHANNEL0);
	mtdcr(MAL_RXCASR, CHANNEL0);
	EMAC(MR0) = 0x18000000;
	copy(frame, address, sizeof address);
}

/* Sends a frame to this board itself, its bytes all the same. */
NOINLINE static void send(u32 length, u8 content)
{
	for (u32 n = 12; n < length; n++)
		frame[n] = content;
	frame[12] = frame[13] = 0x88;
	transmit_ring[0].buffer = frame;
	transmit_ring[0].length = length;
	transmit_ring[0].control = OWNED | LAST | GENERATE | WRAP;
	__asm__ volatile("sync" : : : "memory");
	EMAC(TMR0) = 0x80000000;
	while (transmit_ring[0].control & OWNED)
		;
}

static void wait_for_frame(void)
{
	while (receive_ring[0].control & OWNED)
		;
}

struct timer {
	u32 link, period[15];
};

static struct timer *timer;

NOINLINE static void close_interface(void)
{
	release(receive_ring[0].buffer);		/* cause: dma_after_free: the receiver still owns it */
	__asm__ volatile("");
}

static void dma_after_free(void)
{
	start_emac(allocate(), BLOCK);
	close_interface();
	timer = allocate();
	timer->period[8] = 50;
	send(60, 0xee);
	wait_for_frame();
	verify(timer->period[8], 50);
}

static u8 receive_buffer[2048] __attribute__((aligned(32)));
static u32 checksum;

/* A frame is as long as its descriptor says, and this adds up what an earlier one has left after its end. */
NOINLINE static void add_up(const u8 *bytes)
{
	for (u32 n = 64; n < 68; n++) checksum += bytes[n];	/* cause: truncated_frame */
}

static void truncated_frame(void)
{
	start_emac(receive_buffer, sizeof receive_buffer);
	send(100, 0x11);
	wait_for_frame();
	receive_ring[0].control = OWNED | WRAP;
	send(62, 0x22);
	wait_for_frame();
	add_up(receive_buffer);
	verify(checksum, 0);
}

const struct fault device_faults[] = {
	{ "bad_argument", bad_argument },
	{ "ring_index", ring_index },
	{ "dma_after_free", dma_after_free },
	{ "truncated_frame", truncated_frame },
	{ 0, 0 },
};
