/* Processes, threads, timers, and more pages than the TLB has entries. */
#include <math.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "selftest.h"

#define SHARED_WORDS 16384
#define CHILDREN 20
#define PIPE_BLOCKS 3000
#define PIPE_BLOCK 100
#define THREADS 4
#define THREAD_ROUNDS 20000
#define SWEEP_BYTES (24u << 20)
#define WORDS_PER_PAGE 1024

static void *map(size_t size, int sharing)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
}

/* Each child changes its copy of the pages and adds up what it sees; the parent's pages stay as they were. */
static void test_fork(void)
{
	int volatile *total = map(sizeof *total, MAP_SHARED);
	int volatile *words = map(SHARED_WORDS * sizeof *words, MAP_PRIVATE);
	int ok = 1;

	for (int i = 0; i < SHARED_WORDS; i += 64)
		words[i] = i;
	for (int child = 0; child < CHILDREN; child++) {
		int status;
		pid_t id = fork();

		if (!id) {
			int sum = 0;

			for (int i = 0; i < SHARED_WORDS; i += 64)
				words[i] += 1;
			for (int i = 0; i < SHARED_WORDS; i += 64)
				sum += words[i] - i;
			*total += sum;
			_exit(child);
		}
		waitpid(id, &status, 0);
		ok &= WIFEXITED(status) && WEXITSTATUS(status) == child;
	}
	for (int i = 0; i < SHARED_WORDS; i += 64)
		ok &= words[i] == i;
	check("fork + COW x20", ok && *total == CHILDREN * (SHARED_WORDS / 64));
}

static void write_blocks(int descriptor)
{
	for (int i = 0; i < PIPE_BLOCKS; i++) {
		char block[PIPE_BLOCK];

		memset(block, i, sizeof block);
		if (write(descriptor, block, sizeof block) != sizeof block)
			_exit(1);
	}
	_exit(0);
}

static void test_pipe(void)
{
	static char buffer[4096];
	unsigned total = 0, sum = 0;
	int ends[2], status, count;
	int ok = !pipe(ends);
	pid_t id = fork();

	if (!id) {
		close(ends[0]);
		write_blocks(ends[1]);
	}
	close(ends[1]);
	while ((count = read(ends[0], buffer, sizeof buffer)) > 0) {
		total += count;
		for (int i = 0; i < count; i++)
			sum += (uint8_t)buffer[i];
	}
	waitpid(id, &status, 0);
	check("pipe 300000 bytes", ok && total == PIPE_BLOCKS * PIPE_BLOCK && status == 0 && sum > 0);
}

void test_processes(void)
{
	test_fork();
	test_pipe();
}

static volatile int atomic_count;
static int locked_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *count_up(void *unused)
{
	for (int i = 0; i < THREAD_ROUNDS; i++) {
		__sync_fetch_and_add(&atomic_count, 1);
		if (i % 10 == 0) {
			pthread_mutex_lock(&lock);
			locked_count++;
			pthread_mutex_unlock(&lock);
		}
	}
	return unused;
}

void test_threads(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count_up, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	check("4 threads atomics+mutex", atomic_count == THREADS * THREAD_ROUNDS && locked_count == THREADS * THREAD_ROUNDS / 10);
}

static volatile int alarms;

static void on_alarm(int number)
{
	alarms++;
}

void test_timer(void)
{
	struct itimerval interval = { { 0, 20000 }, { 0, 20000 } };
	struct itimerval never = { { 0, 0 }, { 0, 0 } };
	time_t start = time(NULL);

	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &interval, NULL);
	while (alarms < 5 && time(NULL) - start < 5)
		;
	setitimer(ITIMER_REAL, &never, NULL);
	check("setitimer ticks", alarms >= 5);
}

void test_many_pages(void)
{
	uint32_t *words = map(SWEEP_BYTES, MAP_PRIVATE);
	int ok = words != MAP_FAILED;

	for (unsigned pass = 0; ok && pass < 3; pass++)
		for (unsigned i = 0; i < SWEEP_BYTES / 4; i += WORDS_PER_PAGE)
			words[i] += i + pass;
	for (unsigned i = 0; ok && i < SWEEP_BYTES / 4; i += WORDS_PER_PAGE)
		ok = words[i] == 3 * i + 3;
	check("24 MiB page sweep", ok);
	munmap(words, SWEEP_BYTES);
}

void test_soft_float(void)
{
	volatile double two = 2, one = 1;
	double root = sqrt(two);

	check("soft double", fabs(root * root - 2) < 1e-15 && (int)(sin(one) * 1e9) == 841470984);
}
