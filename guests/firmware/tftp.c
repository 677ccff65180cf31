/* The protocols of the network guest, and a file that is kept. */
#include "../network/protocols.c"
#include "firmware.h"

int fetch_to(const char *name, u8 *to)
{
	u32 expected = 1, total = 0, length;
	const u8 *udp;

	request_file(name);
	while ((length = receive_ip(17, &udp)) != 0) {
		const u8 *tftp = udp + UDP;
		u32 data = get16(udp + 4) - UDP - 4;

		if (length < UDP + 4 || get16(udp + 2) != OUR_PORT || get16(tftp) != 3)
			return -1;
		if (get16(tftp + 2) != expected)
			continue;
		copy(to + total, tftp + 4, data);
		total += data;
		put16(ETHERNET + IP + UDP, 4);
		put16(ETHERNET + IP + UDP + 2, expected++);
		send_udp(get16(udp), 4);
		if (data < TFTP_BLOCK)
			return total;
	}
	return -1;
}
