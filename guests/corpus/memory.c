/* Faults of memory: something else stores where a value is kept. */
#include "corpus.h"

struct table {
	u32 entries[8];
	u32 count;
};

static struct table table = { .count = 3 };
static volatile u32 table_size = 8;

NOINLINE static void fill(u32 *words, u32 count, u32 value)
{
	for (u32 n = 0; n <= count; n++) words[n] = value;	/* cause: overrun */
}

static void overrun(void)
{
	fill(table.entries, table_size, 0xffff);
	verify(table.count, 3);
}

struct message {
	char text[12];
	u32 state;
};

static struct message message = { .state = 1 };
static const char greeting[] = "good morning everybody";

NOINLINE static void set_text(struct message *to, const char *text)
{
	copy(to->text, text, sizeof *to);		/* cause: copy_length */
	__asm__ volatile("");
}

static void copy_length(void)
{
	set_text(&message, greeting);
	verify(message.state, 1);
}

static const char long_name[] = "a name of many more than eight letters..";

NOINLINE static u32 checksum_of(const char *name)
{
	volatile char word[8];
	volatile char *out = word;
	u32 sum = 0;

	while (*name) *out++ = *name++;			/* cause: overwritten_stack */
	for (u32 n = 0; n < sizeof word; n++)
		sum += (u8)word[n];
	__asm__ volatile("" : : : "r28", "r29", "r30", "r31");
	return sum;
}

static volatile u32 names = 5;

static void overwritten_stack(void)
{
	u32 count = names, sum = checksum_of(long_name);

	verify(count, 5);
	verify(sum, 0);
}

struct session {
	u32 link, user, rights;
};

static struct session *sessions[2];

NOINLINE static struct session *open_session(u32 user, u32 rights)
{
	struct session *session = allocate();

	session->user = user;
	session->rights = rights;
	return session;
}

NOINLINE static void close_session(struct session *session)
{
	session->user = 0;
	release(session);				/* cause: use_after_free */
	__asm__ volatile("");
}

static void use_after_free(void)
{
	sessions[0] = open_session(1, 4);
	close_session(sessions[0]);
	sessions[1] = open_session(2, 7);
	verify(sessions[0]->rights, 4);
}

static u32 *buffers[2];

NOINLINE static void give_back_twice(u32 *block)
{
	release(block);
	release(block);					/* cause: double_free */
	__asm__ volatile("");
}

static void double_free(void)
{
	allocate();
	give_back_twice(allocate());
	buffers[0] = allocate();
	buffers[1] = allocate();
	buffers[0][4] = 10;
	buffers[1][4] = 20;
	verify(buffers[0][4], 10);
}

struct request {
	u32 link, sector, retries;
};

static struct request *pending;

NOINLINE static struct request *make_request(u32 sector)
{
	struct request *request = allocate();		/* cause: uninitialised */

	request->sector = sector;
	return request;
}

static void uninitialised(void)
{
	struct session *session = open_session(3, 77);

	close_session(session);
	pending = make_request(12);
	verify(pending->retries, 0);
}

static volatile u32 answer;

NOINLINE static void ask(u32 question)
{
	u32 local[4] = { question, question + 1, question + 2, question + 3 };

	__asm__ volatile("" : : "r"(local) : "memory");
	answer = (u32)&local[2];			/* cause: stale_pointer */
}

NOINLINE static void answer_others(u32 value)
{
	u32 others[4];

	for (u32 n = 0; n < 4; n++)
		others[n] = value * n;
	__asm__ volatile("" : : "r"(others) : "memory");
}

static void stale_pointer(void)
{
	ask(40);
	answer_others(9);
	verify(*(volatile u32 *)answer, 42);
}

static struct {
	u32 state[4];
	u8 stack[1024];
} thread __attribute__((aligned(16))) = { .state = { 1, 2, 3, 4 } };

NOINLINE static u32 descend(u32 depth) { volatile u32 kept = depth; return depth == 0 ? 0 : descend(depth - 1) + kept; }	/* cause: stack_overflow */

static void stack_overflow(void)
{
	u32 sum = call_on_stack(descend, argument("depth="), thread.stack + sizeof thread.stack);

	verify(thread.state[0] ^ thread.state[1] ^ thread.state[2] ^ thread.state[3], 4);
	verify(sum, 0);
}

static struct {
	char name[16];
	void (*close)(void);
} file;

static void close_file(void)
{
}

NOINLINE static void set_name(const char *name)
{
	char *out = file.name; while ((*out++ = *name++));	/* cause: function_pointer */
}

static void function_pointer(void)
{
	file.close = close_file;
	set_name("etc/a file of thirty letters..");
	((void (*volatile *)(void))&file.close)[0]();
}

const struct fault memory_faults[] = {
	{ "overrun", overrun },
	{ "copy_length", copy_length },
	{ "overwritten_stack", overwritten_stack },
	{ "use_after_free", use_after_free },
	{ "double_free", double_free },
	{ "uninitialised", uninitialised },
	{ "stale_pointer", stale_pointer },
	{ "stack_overflow", stack_overflow },
	{ "function_pointer", function_pointer },
	{ 0, 0 },
};
