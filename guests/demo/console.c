/*
 * The console: UART0, a 16550 with FIFOs of 16 bytes. Text goes into a ring buffer, and the interrupt "transmitter empty" moves it on, so that the
 * tasks compute while it is printed.
 */
#include "kernel.h"

#define UART_BASE	0xef600300
#define THR		0		/* transmit holding register; divisor's low byte while LCR[DLAB] */
#define IER		1		/* interrupt enable; divisor's high byte while LCR[DLAB] */
#define IIR		2		/* interrupt identification when read */
#define FCR		2		/* FIFO control when written */
#define LCR		3
#define LSR		5
#define IER_THRE	0x02
#define FCR_ENABLE	0x07		/* FIFOs on and emptied */
#define LCR_DLAB	0x80
#define LCR_8N1		0x03
#define LSR_THRE	0x20
#define FIFO_BYTES	16

/* The universal interrupt controller stands in the DCR space; UART0 is its first input. */
#define UIC_SR		0xc0
#define UIC_ER		0xc2
#define UIC_CR		0xc3
#define UIC_PR		0xc4
#define UIC_TR		0xc5
#define UIC_MSR		0xc6
#define UIC_UART0	0x80000000u

#define RING_BYTES	4096

static char ring[RING_BYTES];
static u32 ring_in, ring_out;		/* counts of bytes; their difference is what waits */

static void put(u32 number, u8 value)
{
	*(volatile u8 *)(UART_BASE + number) = value;
	__asm__ volatile("eieio");
}

static u8 get(u32 number)
{
	u8 value = *(volatile u8 *)(UART_BASE + number);
	__asm__ volatile("eieio");
	return value;
}

void console_start(void)
{
	put(LCR, LCR_DLAB);
	put(THR, 1);			/* as fast as the UART's clock lets us */
	put(IER, 0);
	put(LCR, LCR_8N1);
	put(FCR, FCR_ENABLE);

	mtdcr(UIC_CR, 0u);		/* an ordinary, not a critical interrupt */
	mtdcr(UIC_PR, UIC_UART0);	/* active high */
	mtdcr(UIC_TR, 0u);		/* as long as the line is high */
	mtdcr(UIC_SR, ~0u);
	mtdcr(UIC_ER, UIC_UART0);
}

static void fill_fifo(void)
{
	for (u32 n = 0; n < FIFO_BYTES && ring_out != ring_in; n++)
		put(THR, ring[ring_out++ % RING_BYTES]);
}

static void put_character(char character)
{
	while (ring_in - ring_out == RING_BYTES)	/* full: push on without an interrupt */
		if (get(LSR) & LSR_THRE)
			fill_fifo();
	ring[ring_in++ % RING_BYTES] = character;
}

void console_write(const char *text, u32 length)
{
	for (u32 n = 0; n < length; n++) {
		if (text[n] == '\n')
			put_character('\r');
		put_character(text[n]);
	}
	put(IER, IER_THRE);		/* raises the interrupt at once if the transmitter is empty */
}

void console_interrupt(void)
{
	if (mfdcr(UIC_MSR) & UIC_UART0) {
		statistics.uart++;
		get(IIR);		/* withdraws the interrupt */
		if (get(LSR) & LSR_THRE)
			fill_fifo();
		if (ring_out == ring_in)
			put(IER, 0);
	}
	mtdcr(UIC_SR, UIC_UART0);
}

int console_idle(void)
{
	return ring_out == ring_in && (get(LSR) & 0x40);	/* LSR[TEMT]: the last bit has left */
}
