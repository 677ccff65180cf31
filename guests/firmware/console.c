/* Text on the board's first serial port, byte by byte; the port is where console_start() has found it. */
#include "firmware.h"
#include "format.h"

#define LSR		5
#define RECEIVED	0x01		/* a byte has come */
#define THRE		0x20		/* the transmitter takes a byte */

static volatile u8 *uart;

/* A GP's UART has its clock from outside, an EP's from the CPU: what 9600 bits a second need is of no concern to an emulated terminal. */
void console_start(u32 address)
{
	uart = (volatile u8 *)address;
	uart[3] = 0x83;
	uart[0] = 72;
	uart[1] = 0;
	uart[3] = 0x03;
	uart[2] = 0x01;
	uart[4] = 0x03;
}

static void put(char character)
{
	while (!(uart[LSR] & THRE))
		;
	uart[0] = character;
}

void print(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			put('\r');
		put(*text);
	}
}

void print_number(u32 value)
{
	char digits[12];

	print(decimal(digits + sizeof digits, value));
}

void print_bytes(const u8 *bytes, u32 count, const char *separator)
{
	for (u32 n = 0; n < count; n++) {
		char text[3] = { "0123456789abcdef"[bytes[n] >> 4], "0123456789abcdef"[bytes[n] & 15], 0 };

		if (n)
			print(separator);
		print(text);
	}
}

u32 read_line(char *line, u32 size)
{
	u32 length = 0;

	for (;;) {
		char key;

		while (!(uart[LSR] & RECEIVED))
			;
		key = uart[0];
		if (key == '\r' || key == '\n')
			break;
		if (length + 1 < size)
			line[length++] = key;
	}
	line[length] = 0;
	return length;
}
