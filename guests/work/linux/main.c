/*
 * work: the programs of the benchmarks as a Linux user program, and the ones that need a system: usage: work NAME [ROUNDS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../programs/work.h"

#define CHANGED_PAGES 64
#define OWN_PATH "/proc/self/exe"

static __attribute__((noreturn)) void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* The cheapest system call, 1000 a round. */
static uint32_t system_calls(uint32_t rounds)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < rounds * 1000; i++)
		sum = mix(sum, (uint32_t)(syscall(SYS_getppid) > 0) + i);
	return sum;
}

/* Two processes that send a word to and fro, 100 times a round: two switches each. */
static uint32_t switches(uint32_t rounds)
{
	int there[2], back[2], status;
	uint32_t sum = 1;

	if (pipe(there) || pipe(back))
		fail("pipe");
	switch (fork()) {
	case -1:
		fail("fork");
	case 0:
		close(there[1]);
		while (read(there[0], &sum, sizeof sum) == sizeof sum) {
			sum = mix(sum, 1);
			if (write(back[1], &sum, sizeof sum) != sizeof sum)
				fail("write");
		}
		_exit(0);
	}
	for (uint32_t i = 0; i < rounds * 100; i++) {
		sum = mix(sum, i);
		if (write(there[1], &sum, sizeof sum) != sizeof sum || read(back[0], &sum, sizeof sum) != sizeof sum)
			fail("the other process is gone");
	}
	close(there[1]);
	wait(&status);
	return mix(sum, (uint32_t)status);
}

static uint32_t finish(pid_t child, uint32_t sum)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		fail("a child");
	return mix(sum, (uint32_t)WEXITSTATUS(status));
}

/* A child that changes pages it shares with its parent. */
static uint32_t forks(uint32_t rounds)
{
	static volatile uint32_t pages[CHANGED_PAGES * 1024];
	uint32_t sum = 405;

	while (rounds-- > 0) {
		pid_t child = fork();

		if (child == 0) {
			uint32_t own = sum;

			for (int i = 0; i < CHANGED_PAGES; i++)
				own = mix(own, pages[i * 1024] += own);
			_exit((int)(own & 0x7f));
		}
		sum = finish(child, sum);
	}
	return sum;
}

/* A child that becomes this program again, which ends at once. */
static uint32_t execs(uint32_t rounds)
{
	uint32_t sum = 405;

	while (rounds-- > 0) {
		char code[12];
		pid_t child;

		snprintf(code, sizeof code, "%u", (unsigned)(sum & 0x7f));
		child = vfork();
		if (child == 0) {
			execl(OWN_PATH, "work", "exit", code, (char *)NULL);
			_exit(127);
		}
		sum = finish(child, sum);
	}
	return sum;
}

static const struct work system_work[] = {
	{ "chase", work_chase },
	{ "syscalls", system_calls },
	{ "switches", switches },
	{ "forks", forks },
	{ "execs", execs },
	{ NULL, NULL },
};

int main(int count, char **arguments)
{
	static const struct work *const lists[] = { common_work, system_work };
	uint32_t rounds = count > 2 ? (uint32_t)strtoul(arguments[2], NULL, 10) : 1;

	if (count > 1 && !strcmp(arguments[1], "exit"))
		return (int)rounds;
	for (int i = 0; i < 2; i++) {
		for (const struct work *work = lists[i]; work->name; work++) {
			if (count > 1 && !strcmp(work->name, arguments[1])) {
				uint32_t sum = work->run(rounds);

				printf("work %s rounds=%u checksum=%08x\n", work->name, (unsigned)rounds, (unsigned)sum);
				return 0;
			}
		}
	}
	fputs("usage: work NAME [ROUNDS]; there is:", stderr);
	for (int i = 0; i < 2; i++)
		for (const struct work *work = lists[i]; work->name; work++)
			fprintf(stderr, " %s", work->name);
	fputs("\n", stderr);
	return 2;
}
