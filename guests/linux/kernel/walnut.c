// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot wrapper for the Walnut board (405GP) and others with an OpenBIOS. The firmware is asked for the board's description.
 * r4/r5 = start and end of the initrd, r6/r7 = start and end of the command line; all zero when there is none.
 */
#include "ops.h"
#include "stdio.h"
#include "string.h"
#include "dcr.h"
#include "4xx.h"
#include "cuboot.h"

#define SYSTEM_CLOCK 33333333
#define UART_CLOCK 11059200

/* This word of the firmware's ROM is the address of the function that returns the description. */
#define BOARD_CALL 0xfffe0b50

struct description {
	u8 version[4];
	u8 firmware[32];
	u32 memory_size;
	u8 ethernet[6];
	u8 pci_ethernet[6];
	u32 cpu_clock;
	u32 plb_clock;
	u32 pci_clock;
};

static struct description board;

static void walnut_fixups(void)
{
	ibm405gp_fixup_clocks(SYSTEM_CLOCK, UART_CLOCK);
	ibm4xx_sdram_fixup_memsize();
	ibm4xx_quiesce_eth((u32 *)0xef600800, NULL);
	ibm4xx_fixup_ebc_ranges("/plb/ebc");
	dt_fixup_mac_address_by_alias("ethernet0", board.ethernet);
}

void platform_init(unsigned long r3, unsigned long r4, unsigned long r5,
		   unsigned long r6, unsigned long r7)
{
	struct description *(*describe)(void) = *(void **)BOARD_CALL;

	memcpy(&board, describe(), sizeof(board));
	cuboot_init(r4, r5, r6, r7, board.memory_size);
	platform_ops.fixups = walnut_fixups;
	platform_ops.exit = ibm40x_dbcr_reset;
	fdt_init(_dtb_start);
	serial_console_init();
}
