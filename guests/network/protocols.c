/* As much of ARP, IP, ICMP, UDP and TFTP as it takes to talk to the gateway. All fields are big-endian, as this processor is. */
#include "network.h"

#define ETHERNET	14
#define IP		20
#define UDP		8
#define ICMP		8
#define TFTP_BLOCK	512
#define OUR_PORT	0x4005
#define TFTP_PORT	69
#define TYPE_IP		0x0800
#define TYPE_ARP	0x0806
#define TRIES		3

static const u8 our_ip[] = { 10, 0, 2, 15 };
static const u8 gateway_ip[] = { 10, 0, 2, 2 };
static u8 our_address[6], gateway_address[6];
static u8 packet[LONGEST_FRAME] __attribute__((aligned(4)));
static u16 identification;

static void copy(u8 *to, const u8 *from, u32 count)
{
	while (count--)
		*to++ = *from++;
}

static int equal(const u8 *left, const u8 *right, u32 count)
{
	while (count--)
		if (*left++ != *right++)
			return 0;
	return 1;
}

static void put16(u32 offset, u32 value)
{
	packet[offset] = value >> 8;
	packet[offset + 1] = value;
}

static u32 get16(const u8 *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

static u32 checksum(const u8 *bytes, u32 count)
{
	u32 sum = 0;

	for (u32 n = 0; n < count; n++)
		sum += n & 1 ? bytes[n] : bytes[n] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

void protocols_start(const u8 *address)
{
	copy(our_address, address, 6);
}

static void put_ethernet(const u8 *to, u32 type)
{
	copy(packet, to, 6);
	copy(packet + 6, our_address, 6);
	put16(12, type);
}

/* Sends an IP packet whose payload stands in `packet` already. */
static void send_ip(u32 protocol, u32 payload)
{
	put_ethernet(gateway_address, TYPE_IP);
	put16(14, 0x4500);
	put16(16, IP + payload);
	put16(18, ++identification);
	put16(20, 0x4000);			/* not to be fragmented */
	put16(22, 64 << 8 | protocol);
	put16(24, 0);
	copy(packet + 26, our_ip, 4);
	copy(packet + 30, gateway_ip, 4);
	put16(24, checksum(packet + ETHERNET, IP));
	emac_send(packet, ETHERNET + IP + payload);
}

/* Waits for an IP packet for us; the length of its payload, 0 when none came for a second. */
static u32 receive_ip(u32 protocol, const u8 **payload)
{
	const u8 *frame;
	u32 length;

	while ((length = emac_receive(&frame)) != 0) {
		u32 total = get16(frame + 16);

		if (length < ETHERNET + IP || get16(frame + 12) != TYPE_IP || frame[23] != protocol || !equal(frame + 30, our_ip, 4))
			continue;
		if (frame[14] != 0x45 || checksum(frame + ETHERNET, IP) || total < IP || ETHERNET + total > length)
			continue;
		*payload = frame + ETHERNET + IP;
		return total - IP;
	}
	return 0;
}

int find_gateway(void)
{
	static const u8 everybody[] = { 255, 255, 255, 255, 255, 255 };
	const u8 *frame;
	u32 length;

	for (u32 tries = 0; tries < TRIES; tries++) {
		put_ethernet(everybody, TYPE_ARP);
		copy(packet + 14, (const u8 *)"\0\1\10\0\6\4\0\1", 8);
		copy(packet + 22, our_address, 6);
		copy(packet + 28, our_ip, 4);
		copy(packet + 32, (const u8 *)"\0\0\0\0\0\0", 6);
		copy(packet + 38, gateway_ip, 4);
		emac_send(packet, 42);
		while ((length = emac_receive(&frame)) != 0) {
			if (length < 42 || get16(frame + 12) != TYPE_ARP || get16(frame + 20) != 2 || !equal(frame + 28, gateway_ip, 4))
				continue;
			copy(gateway_address, frame + 22, 6);
			print("10.0.2.2 is at ");
			print_bytes(gateway_address, 6, ":");
			print("\n");
			return 1;
		}
	}
	return 0;
}

/* Echo requests from 8 bytes up to the longest that a frame holds; the answer must bring the same bytes back. */
u32 ping_gateway(u32 count)
{
	u32 answers = 0;

	for (u32 n = 0; n < count; n++) {
		u32 data = count > 1 ? 8 + n * (LONGEST_FRAME - ETHERNET - IP - ICMP - 8) / (count - 1) : 56;
		u8 *icmp = packet + ETHERNET + IP;
		const u8 *answer;
		u32 length;

		copy(icmp, (const u8 *)"\10\0\0\0\100\5\0", 7);
		icmp[7] = n;
		for (u32 byte = 0; byte < data; byte++)
			icmp[ICMP + byte] = byte * 7 + n;
		put16(ETHERNET + IP + 2, checksum(icmp, ICMP + data));
		send_ip(1, ICMP + data);
		while ((length = receive_ip(1, &answer)) != 0)
			if (length == ICMP + data && answer[0] == 0 && answer[7] == n)
				break;
		if (length && !checksum(answer, length) && equal(answer + ICMP, icmp + ICMP, data))
			answers++;
	}
	return answers;
}

static void send_udp(u32 port, u32 data)
{
	put16(ETHERNET + IP, OUR_PORT);
	put16(ETHERNET + IP + 2, port);
	put16(ETHERNET + IP + 4, UDP + data);
	put16(ETHERNET + IP + 6, 0);		/* no checksum */
	send_ip(17, UDP + data);
}

static void request_file(const char *name)
{
	u8 *tftp = packet + ETHERNET + IP + UDP;
	u32 length = 2;

	put16(ETHERNET + IP + UDP, 1);
	do
		tftp[length++] = *name;
	while (*name++);
	copy(tftp + length, (const u8 *)"octet", 6);
	send_udp(TFTP_PORT, length + 6);
}

int fetch_file(const char *name, u32 *sum)
{
	u32 expected = 1, total = 0, length;
	const u8 *udp;

	*sum = 0;
	request_file(name);
	while ((length = receive_ip(17, &udp)) != 0) {
		const u8 *tftp = udp + UDP;
		u32 data = get16(udp + 4) - UDP - 4;

		if (length < UDP + 4 || get16(udp + 2) != OUR_PORT || get16(tftp) != 3)
			return -1;
		if (get16(tftp + 2) != expected)
			continue;
		for (u32 n = 0; n < data; n++)
			*sum += tftp[4 + n];
		total += data;
		put16(ETHERNET + IP + UDP, 4);
		put16(ETHERNET + IP + UDP + 2, expected++);
		send_udp(get16(udp), 4);
		if (data < TFTP_BLOCK)
			return total;
	}
	return -1;
}
