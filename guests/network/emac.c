/* EMAC0 and the MAL as a driver uses them: rings of descriptors, interrupts at the end of packets, a PHY that negotiates. */
#include "network.h"

#define EMAC(offset)	(*(volatile u32 *)(0xef600800 + (offset)))
#define MR0		0x00
#define MR1		0x04
#define TMR0		0x08
#define RMR		0x10
#define IAHR		0x1c
#define IALR		0x20
#define STACR		0x5c

#define MAL_CFG		0x180
#define MAL_TXCASR	0x184
#define MAL_RXCASR	0x190
#define MAL_RXEOBISR	0x192
#define MAL_TXCTP0R	0x1a0
#define MAL_RXCTP0R	0x1c0
#define MAL_RCBS0	0x1e0
#define CHANNEL0	0x80000000u

#define UIC_SR		0xc0
#define UIC_ER		0xc2
#define UIC_RXEOB	(0x80000000u >> 12)

#define OWNED		0x8000		/* transmit: ready; receive: empty */
#define WRAP		0x4000
#define LAST		0x1000
#define GENERATE	0x0300		/* FCS and padding */
#define RX_ERRORS	0x02ff

#define RING		4
#define BUFFER		2048
#define SECOND		333333330u	/* ticks of the PIT */

struct descriptor {
	volatile u16 control, length;
	u8 *buffer;
};

static struct descriptor transmit_ring[RING] __attribute__((aligned(8)));
static struct descriptor receive_ring[RING] __attribute__((aligned(8)));
static u8 transmit_buffers[RING][BUFFER] __attribute__((aligned(32)));
static u8 receive_buffers[RING][BUFFER] __attribute__((aligned(32)));
static u32 next_transmit, next_receive;
static int holds_frame;
#ifdef GUEST_network
int acknowledges_late;
static volatile u8 history[2 * BUFFER];
#endif

static u16 wrap_of(u32 index)
{
	return index == RING - 1 ? WRAP : 0;
}

static int phy_read(u32 phy, u32 number)
{
	u32 result;

	EMAC(STACR) = 0x1000 | (phy << 5) | number;
	while (!((result = EMAC(STACR)) & 0x8000))
		;
	return result & 0x4000 ? -1 : (int)(result >> 16);
}

/* Looks for the PHY and waits until its link is up; returns its address. */
static int find_link(void)
{
	for (u32 phy = 0; phy < 32; phy++) {
		if (phy_read(phy, 2) < 0)
			continue;
		for (u32 tries = 0; tries < 10000; tries++)
			if (phy_read(phy, 1) & 4)
				return phy;
	}
	return -1;
}

int emac_start(const u8 *address)
{
	int phy;

	EMAC(MR0) = 0x20000000;
	while (EMAC(MR0) & 0x20000000)
		;
	phy = find_link();
	mtdcr(MAL_CFG, 0x80000000);
	mtdcr(MAL_CFG, 0x00847084);		/* interrupts at the end of packets */
	for (u32 n = 0; n < RING; n++) {
		transmit_ring[n].control = wrap_of(n);
		receive_ring[n].buffer = receive_buffers[n];
		receive_ring[n].control = OWNED | wrap_of(n);
	}
	mtdcr(MAL_TXCTP0R, transmit_ring);
	mtdcr(MAL_RXCTP0R, receive_ring);
	mtdcr(MAL_RCBS0, BUFFER / 16);
	EMAC(MR1) = 0x81788000;			/* full duplex, 100 Mbit/s, all of the FIFOs, several packets for each request */
	EMAC(IAHR) = address[0] << 8 | address[1];
	EMAC(IALR) = address[2] << 24 | address[3] << 16 | address[4] << 8 | address[5];
	EMAC(RMR) = 0xc0500000;			/* own address and broadcasts, without padding and FCS */
	mtdcr(MAL_TXCASR, CHANNEL0);
	mtdcr(MAL_RXCASR, CHANNEL0);
	EMAC(MR0) = 0x18000000;
	mtdcr(UIC_ER, UIC_RXEOB);
	return phy;
}

void emac_send(const u8 *frame, u32 length)
{
	struct descriptor *d = &transmit_ring[next_transmit];

	while (d->control & OWNED)
		;
	d->buffer = transmit_buffers[next_transmit];
	for (u32 n = 0; n < length; n++)
		d->buffer[n] = frame[n];
	d->length = length;
	d->control = OWNED | LAST | GENERATE | wrap_of(next_transmit);
	__asm__ volatile("sync" : : : "memory");
	EMAC(TMR0) = 0x80000000;
	next_transmit = (next_transmit + 1) % RING;
}

static void acknowledge(void)
{
	mtdcr(MAL_RXEOBISR, CHANNEL0);
	mtdcr(UIC_SR, UIC_RXEOB);
}

/* Sleeps until an interrupt; whether the second is over. */
static int sleep_is_over(void)
{
#ifdef GUEST_network
	if (acknowledges_late) {
		for (u32 n = 0; n < sizeof history; n++)
			history[n] = 0;
		acknowledge();			/* race: a frame that came since the caller looked wakes nobody */
	}
#endif
	__asm__ volatile("mtmsr %0; isync" : : "r"(MSR_WE | MSR_EE) : "memory");
	acknowledge();
	return (mfspr(SPR_TSR) & TSR_PIS) != 0;
}

u32 emac_receive(const u8 **frame)
{
	if (holds_frame) {
		receive_ring[next_receive].control = OWNED | wrap_of(next_receive);
		next_receive = (next_receive + 1) % RING;
		holds_frame = 0;
	}
	mtspr(SPR_TSR, TSR_PIS);
	mtspr(SPR_TCR, TCR_PIE);
	mtspr(SPR_PIT, SECOND);
	while (receive_ring[next_receive].control & OWNED)
		if (sleep_is_over())
			return 0;
	holds_frame = 1;
	*frame = receive_buffers[next_receive];
	return receive_ring[next_receive].control & RX_ERRORS ? 0 : receive_ring[next_receive].length;
}
