/* What the files of the network guest offer each other. */
#ifndef NETWORK_H
#define NETWORK_H

#include "registers.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define LONGEST_FRAME	1514

/* console.c: UART0, polled */
void print(const char *text);
void print_number(u32 value);
void print_bytes(const u8 *bytes, u32 count, const char *separator);

/* emac.c: EMAC0, its PHY, and the MAL's channels 0 */
int emac_start(const u8 *address);

/* Whether receiving has a race, on purpose: it acknowledges interrupts a while after looking for a frame. Not in the firmware. */
extern int acknowledges_late;

void emac_send(const u8 *frame, u32 length);

/* Waits for a frame, at most about a second. Returns its length, 0 when none came; the frame stays until the next call. */
u32 emac_receive(const u8 **frame);

/* protocols.c: ARP, ICMP and TFTP with the gateway */
void protocols_start(const u8 *address);
int find_gateway(void);
u32 ping_gateway(u32 count);

/* Reads a file. Returns its length, or -1 when the gateway does not give it out; the sum of its bytes goes to `sum`. */
int fetch_file(const char *name, u32 *sum);

#endif
