/* Finds the gateway by ARP, pings it, and fetches the file that the command line names by TFTP. */
#include "network.h"

#define PINGS		8
#define BOARD_ADDRESS	0x24		/* where the board information has the first interface's address */

#define RACE		"race=wake_up"	/* ahead of the file's name */

static char name[128];

/* Takes the wish for a race off the command line. */
static const char *without_race(const char *start, const char *end)
{
	u32 length = sizeof RACE - 1;

	if ((u32)(end - start) < length)
		return start;
	for (u32 n = 0; n < length; n++)
		if (start[n] != RACE[n])
			return start;
	acknowledges_late = 1;
	start += length;
	while (start < end && *start == ' ')
		start++;
	return start;
}

static const char *file_name(const char *start, const char *end)
{
	u32 length = end - start;

	if (length >= sizeof name)
		length = sizeof name - 1;
	for (u32 n = 0; n < length; n++)
		name[n] = start[n];
	name[length] = 0;
	return name;
}

static int fetch(const char *wanted)
{
	u32 sum;
	int length = fetch_file(wanted, &sum);

	print(wanted);
	print(": ");
	if (length < 0) {
		print("not there\n");
		return 0;
	}
	print_number(length);
	print(" bytes, sum ");
	print_number(sum);
	print("\n");
	return 1;
}

void network_main(const u8 *board, const char *command_line, const char *end)
{
	const u8 *address = board + BOARD_ADDRESS;
	const char *wanted = file_name(without_race(command_line, end), end);
	int phy = emac_start(address);
	u32 answers = 0;
	int good;

	print("EMAC0 ");
	print_bytes(address, 6, ":");
	if (phy < 0) {
		print(": no link\nNETWORK-FAILED\n");
		return;
	}
	print(", PHY ");
	print_number(phy);
	print(" has a link\n");
	protocols_start(address);
	good = find_gateway();
	if (good) {
		answers = ping_gateway(PINGS);
		print_number(answers);
		print(" answers to 8 pings\n");
	}
	if (good && *wanted)
		good = fetch(wanted);
	print(good && answers == PINGS ? "NETWORK-OK\n" : "NETWORK-FAILED\n");
}
