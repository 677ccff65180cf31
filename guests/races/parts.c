/* Ten parts of a kernel that an interrupt can come into, and what each does wrong when it is the one that races. */
#include "races.h"

#define FOREVER		400	/* turns that whoever sleeps waits at most */
#define PAGE		4096
#define PAGES		64	/* as many as the TLB has entries */
#define WINDOW		0x40000000u
#define WINDOW_PAGES	16

enum {
	COUNTER, FLAG, LIST, WAKE_UP, STACK_SWITCH, SAVE_AREA, TLB, EARLY, MSR, RESERVATION
};

/* A counter that the interrupt counts too. */
static volatile u32 events, own_events, others_events;

static void count(void)
{
	for (u32 n = 0; n < 4; n++) {
		if (!parts[COUNTER].races)
			disable_interrupts();
		events++;				/* race: counter */
		enable_interrupts();
		own_events++;
		disable_interrupts();
		if (events != own_events + others_events)
			panic("counter");
		enable_interrupts();
	}
}

static void count_too(struct frame *frame)
{
	(void)frame;
	events++;
	others_events++;
}

/* A flag that the interrupt changes, read twice. */
static volatile u32 mode;

static void look_at_mode(void)
{
	u32 first = mode;
	u32 again = parts[FLAG].races ? mode : first;	/* race: flag */

	if (first != again)
		panic("flag");
}

static void change_mode(struct frame *frame)
{
	(void)frame;
	mode = !mode;
}

/* A list onto which both push; of its nodes there are enough. */
struct node {
	struct node *next;
};

static struct node nodes[8], others_nodes[8];
static struct node *volatile head;
static volatile u32 others_pushed;

static void push(struct node *node)
{
	node->next = head;
	head = node;					/* race: list */
}

static void push_nodes(void)
{
	u32 length = 0;

	disable_interrupts();
	head = 0;
	others_pushed = 0;
	enable_interrupts();
	for (u32 n = 0; n < 3; n++) {
		if (!parts[LIST].races)
			disable_interrupts();
		push(&nodes[n]);
		enable_interrupts();
	}
	disable_interrupts();
	for (struct node *node = head; node; node = node->next)
		length++;
	if (length != 3 + others_pushed)
		panic("list");
	enable_interrupts();
}

static void push_too(struct frame *frame)
{
	(void)frame;
	if (others_pushed < sizeof others_nodes / sizeof others_nodes[0])
		push(&others_nodes[others_pushed++]);
}

/* Whoever finds nothing to do says that it sleeps, and the interrupt wakes it. */
static volatile u32 work, sleeping, woken;

static void sleep(void)
{
	disable_interrupts();
	work = woken = 0;
	if (parts[WAKE_UP].races)
		enable_interrupts();
	if (!work) {
		sleeping = 1;				/* race: wake_up */
		enable_interrupts();
		for (u32 n = 0; n < FOREVER && !woken; n++)
			;
		disable_interrupts();
		sleeping = 0;
		if (work && !woken)
			panic("wake_up");
	}
	enable_interrupts();
}

static void wake(struct frame *frame)
{
	(void)frame;
	work = 1;
	if (sleeping)
		woken = 1;
}

/* A function that is called on a stack of its own. */
static volatile u32 calls;

static void called(void)
{
	calls++;
}

static void switch_stacks(void)
{
	call_on_other_stack(called, parts[STACK_SWITCH].races);
}

/* What the interrupts' entries save, and where. */
static void share_save_area(void)
{
	shares_save_area = parts[SAVE_AREA].races;
}

/* Pages that are looked up in a table by the handler of TLB misses, which must not miss itself. The interrupt uses the whole TLB. */
u32 page_table[PAGES] __attribute__((aligned(PAGE)));
static u32 memory[PAGE / sizeof(u32)] __attribute__((aligned(PAGE)));

static void set_translation(int on)
{
	u32 msr;

	__asm__ volatile("mfmsr %0" : "=r"(msr));
	msr = on ? msr | MSR_DR : msr & ~MSR_DR;
	__asm__ volatile("sync; mtmsr %0; isync" : : "r"(msr) : "memory");
}

static void touch_pages(void)
{
	static u32 page;
	u32 found, before;

	disable_interrupts();
	for (u32 n = 0; n < PAGES; n++)
		page_table[n] = (u32)memory | TLBLO_WR;
	memory[0] = 1234;
	page = (page + 1) % WINDOW_PAGES;
	set_translation(1);
	before = *(volatile u32 *)page_table;
	reads_translated = parts[TLB].races;
	enable_interrupts();
	found = *(volatile u32 *)(WINDOW + page * PAGE);
	disable_interrupts();
	reads_translated = 0;
	set_translation(0);
	if (found != 1234 || before != page_table[0])
		panic("tlb_reentered");
	enable_interrupts();
}

static void use_whole_tlb(struct frame *frame)
{
	u32 translated = reads_translated;

	if (!(frame->srr1 & MSR_DR))
		return;
	reads_translated = 0;
	for (u32 n = 0; n < PAGES; n++)
		__asm__ volatile("tlbwe %0, %1, 0" : : "r"(0), "r"(n));
	reads_translated = translated;
}

/* The PIT's entry may enable interrupts before it has saved where to return. */
static void enter_early(void)
{
	enables_early = parts[EARLY].races;
}

/* A bit of the MSR that the interrupt may set when it interrupts no handler, and that must be kept when interrupts are enabled again. */
static volatile u32 checks_wanted;

static void restore_msr(void)
{
	u32 msr, now;

	disable_interrupts();
	checks_wanted = 0;
	__asm__ volatile("mfmsr %0" : "=r"(msr));
	__asm__ volatile("mtmsr %0" : : "r"(msr & ~MSR_ME));
	enable_interrupts();
	__asm__ volatile("mfmsr %0" : "=r"(msr));
	disable_interrupts();				/* race: restored_msr */
	calls++;
	if (parts[MSR].races)
		__asm__ volatile("mtmsr %0" : : "r"(msr) : "memory");
	else
		__asm__ volatile("wrtee %0" : : "r"(msr) : "memory");
	disable_interrupts();
	__asm__ volatile("mfmsr %0" : "=r"(now));
	if (checks_wanted && !(now & MSR_ME))
		panic("restored_msr");
	enable_interrupts();
}

static void want_checks(struct frame *frame)
{
	if (depth > 1)
		return;
	frame->srr1 |= MSR_ME;
	checks_wanted = 1;
}

/* A counter that is changed by a reservation, which the interrupt has to take away. */
static u32 reserved;
static volatile u32 own_reserved, others_reserved;

static void count_reserved(void)
{
	u32 value;

	__asm__ volatile("1: lwarx %0, 0, %1\n\taddi %0, %0, 1\n\tstwcx. %0, 0, %1\n\tbne- 1b"	/* race: reservation */
		: "=&r"(value) : "r"(&reserved) : "cr0", "memory");
	own_reserved++;
	disable_interrupts();
	if (*(volatile u32 *)&reserved != own_reserved + others_reserved)
		panic("reservation");
	enable_interrupts();
}

static void count_reserved_too(struct frame *frame)
{
	u32 scratch;

	(void)frame;
	++*(volatile u32 *)&reserved;
	others_reserved++;
	if (!parts[RESERVATION].races)
		__asm__ volatile("stwcx. %0, 0, %1" : : "r"(0), "r"(&scratch) : "cr0", "memory");
}

struct part parts[] = {
	[COUNTER] = { "counter", count, count_too, 0 },
	[FLAG] = { "flag", look_at_mode, change_mode, 0 },
	[LIST] = { "list", push_nodes, push_too, 0 },
	[WAKE_UP] = { "wake_up", sleep, wake, 0 },
	[STACK_SWITCH] = { "stack_switch", switch_stacks, 0, 0 },
	[SAVE_AREA] = { "save_area", share_save_area, 0, 0 },
	[TLB] = { "tlb_reentered", touch_pages, use_whole_tlb, 0 },
	[EARLY] = { "enabled_early", enter_early, 0, 0 },
	[MSR] = { "restored_msr", restore_msr, want_checks, 0 },
	[RESERVATION] = { "reservation", count_reserved, count_reserved_too, 0 },
	{ 0, 0, 0, 0 },
};
