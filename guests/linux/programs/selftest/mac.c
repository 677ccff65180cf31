/* The 405's multiply-accumulate unit and dlmzb. A processor without them raises SIGILL. */
#include "selftest.h"

void test_mac(void)
{
	/* Volatile, because an instruction that raises a signal leaves them as they were. */
	volatile uint32_t result = 0, xer = 0;
	uint32_t value;
	int signal;

	signal = SIGNAL_OF({
		asm volatile("mulhhw %0,%1,%2" : "=r"(value) : "r"(0xfffe0000), "r"(0x00030000));
		result = value;
	});
	check_mac("MAC mulhhw", !signal && result == (uint32_t)-6);

	signal = SIGNAL_OF({
		asm volatile("mullhwu %0,%1,%2" : "=r"(value) : "r"(0x0000ffff), "r"(0x0000ffff));
		result = value;
	});
	check_mac("MAC mullhwu", !signal && result == 0xfffe0001);

	signal = SIGNAL_OF({
		value = 100;
		asm volatile("macchw %0,%1,%2" : "+r"(value) : "r"(7), "r"(0x00060000));
		result = value;
	});
	check_mac("MAC macchw", !signal && result == 142);

	signal = SIGNAL_OF({
		value = 0x7ffffff0;
		asm volatile("macchws %0,%1,%2" : "+r"(value) : "r"(0x100), "r"(0x01000000));
		result = value;
	});
	check_mac("MAC macchws saturates", !signal && result == 0x7fffffff);

	signal = SIGNAL_OF({
		value = 100;
		asm volatile("nmaclhw %0,%1,%2" : "+r"(value) : "r"(7), "r"(6));
		result = value;
	});
	check_mac("MAC nmaclhw", !signal && result == 58);

	/* The zero byte is the sixth; the count is also in XER[TBC]. */
	signal = SIGNAL_OF({
		uint32_t count;
		asm volatile("dlmzb. %0,%2,%3; mfxer %1" : "=&r"(value), "=&r"(count) : "r"(0x41424344), "r"(0x45004647) : "cr0", "xer");
		result = value;
		xer = count;
	});
	check_mac("MAC dlmzb.", !signal && result == 6 && (xer & 127) == 6);
}
