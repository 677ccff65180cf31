// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot wrapper for the Ref405ep board, entered as its boot protocol says:
 * r3 = bd_info, r4/r5 = start and end of the initrd, r6/r7 = start and end of the command line.
 * The clocks come from the CPC0 registers and the 33.33 MHz crystal, memory size and Ethernet addresses from the bd_info.
 */
#include "ops.h"
#include "stdio.h"
#include "string.h"
#include "dcr.h"
#include "4xx.h"
#include "cuboot.h"

#define SYSTEM_CLOCK 33333333

struct bd_info {
	u32 memstart;
	u32 memsize;
	u8 unused1[0x24 - 8];
	u8 enetaddr[6];
	u8 unused2[0x6e - 0x2a];
	u8 enet1addr[6];
};

static struct bd_info board;

static void ref405ep_fixups(void)
{
	ibm405ep_fixup_clocks(SYSTEM_CLOCK);
	dt_fixup_memory(0, board.memsize);
	dt_fixup_mac_address_by_alias("ethernet0", board.enetaddr);
	dt_fixup_mac_address_by_alias("ethernet1", board.enet1addr);
}

void platform_init(unsigned long r3, unsigned long r4, unsigned long r5,
		   unsigned long r6, unsigned long r7)
{
	memcpy(&board, (void *)r3, sizeof(board));
	cuboot_init(r4, r5, r6, r7, board.memsize);
	platform_ops.fixups = ref405ep_fixups;
	platform_ops.exit = ibm40x_dbcr_reset;
	fdt_init(_dtb_start);
	serial_console_init();
}
