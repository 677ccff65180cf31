/* The demo: starts three tasks, waits for them, reports, and resets the machine. */
#include "kernel.h"

#define PIT_PERIOD		100000u
#define PRIMES_BELOW_400000	33860u
#define CRC_OF_TASK		0xc7caa1feu

/* The board information that the firmware gives us: start and size of memory come first, the CPU clock is word 11. */
static void print_board(const u32 *information)
{
	print("PpcJit demo: a guest of our own on a PowerPC 405\n  processor version ");
	print_hex(mfspr(SPR_PVR));
	print(", ");
	print_number(information[1] >> 20);
	print(" MB of memory\n");
}

static void start_timers(void)
{
	mtspr(SPR_TSR, ~0u);
	mtspr(SPR_PIT, PIT_PERIOD);
	mtspr(SPR_TCR, TCR_PIE | TCR_ARE | TCR_FIE | TCR_FP_2_17);
}

static int print_report(void)
{
	u32 primes = task_result(2);
	u32 crc = task_result(3);
	int right = primes == PRIMES_BELOW_400000 && crc == CRC_OF_TASK && statistics.tasks_stopped == 1;

	print("report:\n");
	print_count("PIT interrupts", statistics.pit);
	print_count("FIT interrupts", statistics.fit);
	print_count("UART interrupts", statistics.uart);
	print_count("data TLB misses", data_tlb_misses);
	print_count("instruction TLB misses", instruction_tlb_misses);
	print_count("pages made on demand", statistics.pages_made);
	print_count("pages written to", statistics.pages_written);
	print_count("system calls", statistics.system_calls);
	print_count("task switches", statistics.task_switches);
	print("  checksum                  ");
	print_hex(crc ^ primes);
	print(right ? " (right)\n" : " (WRONG)\n");
	return right && statistics.pit && statistics.uart && data_tlb_misses > 64;
}

void kernel_main(const u32 *information, const char *text, const char *text_end)
{
	console_start();
	print_board(information);
	if (text_end > text) {
		print("  command line: ");
		console_write(text, text_end - text);
		print("\n");
	}
	start_tasks();
	start_timers();
	while (tasks_running())
		wait_for_interrupt();
	print(print_report() ? "DEMO-OK\n" : "DEMO-FAILED\n");
	while (!console_idle())
		wait_for_interrupt();
	mtspr(SPR_DBCR0, DBCR0_SYSTEM_RESET);
}
