/* What the files of the firmware offer each other. */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include "../network/network.h"

/* Upper halves of the PVR */
#define PVR_405EP	0x5121
#define PVR_405EX	0x1291

/* console.c: the first serial port, which is at an address */
void console_start(u32 address);
u32 read_line(char *line, u32 size);

/* flash.c: the flash at the end of the address space, of either kind */
struct flash {
	u32 start, size, sector, width, buffer;		/* bytes; a buffer of 0 programs one unit at a time */
	u32 manufacturer, device;
};

int flash_identify(struct flash *flash);
int flash_erase(const struct flash *flash, u32 address);
int flash_program(const struct flash *flash, u32 address, const u8 *bytes, u32 count);

/* tftp.c: gets a file to an address; its length, or -1 */
int fetch_to(const char *name, u8 *to);

u32 crc32(const u8 *bytes, u32 count);

#endif
