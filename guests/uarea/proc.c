/*
 * User processes. Each has a PID of the MMU's and a page table. Pages are made when they are first touched; fork shares them, read-only, and the first
 * store makes a copy.
 */
#include "kernel.h"

#define PAGE_MASK	(PAGE_SIZE - 1)

static struct proc procs[PROCS];
u32 *user_page_tables[PIDS];		/* by PID, for the TLB miss handler */
static u32 last_pid = FIRST_USER_PID - 1;

extern char __user_start[], __user_end[], __user_load[];

static u32 program_pages(void)
{
	return (__user_end - __user_start) / PAGE_SIZE;
}

static u32 new_pid(void)
{
	do
		last_pid = last_pid + 1 < PIDS ? last_pid + 1 : FIRST_USER_PID;
	while (user_page_tables[last_pid]);
	return last_pid;
}

/* Makes a process with an empty address space. Its trap frame stands at the top of its stack, and its lwp begins by returning from that. */
static struct proc *proc_create(const char *name, struct trapframe **frame)
{
	struct proc *proc = procs;

	while (proc->pid)
		if (++proc == procs + PROCS)
			return 0;
	*proc = (struct proc){ .pid = new_pid() };
	user_page_tables[proc->pid] = proc->pages;
	proc->lwp = lwp_create(name, proc);
	*frame = (struct trapframe *)(proc->lwp->uarea + uarea_size - TF_SIZE);
	proc->lwp->pcb->sp = (u32)*frame;
	return proc;
}

static void return_to_user(u32 unused)
{
	(void)unused;
	userret();
}

static void run(struct proc *proc)
{
	u32 msr = interrupts_off();

	lwp_start(proc->lwp, return_to_user, 0);
	make_runnable(proc->lwp);
	interrupts_restore(msr);
}

struct proc *proc_start(const char *name, void (*program)(void))
{
	struct trapframe *frame;
	struct proc *proc = proc_create(name, &frame);

	for (u32 n = 0; n < program_pages(); n++)
		proc->pages[n] = ((u32)__user_load + n * PAGE_SIZE) | TLBLO_EX | TLBLO_ZONE(ZONE_USER);
	frame->srr0 = (u32)program;
	frame->srr1 = MSR_EE | MSR_PR | MSR_IR | MSR_DR;
	frame->pid = proc->pid;
	frame->gpr[1] = USER_BASE + USER_SIZE - 16;
	run(proc);
	return proc;
}

/* Returns the child's PID; the child returns 0. */
u32 proc_fork(struct trapframe *frame)
{
	struct proc *parent = cpu_info.curlwp->proc;
	struct trapframe *child_frame;
	struct proc *child = proc_create("child", &child_frame);

	if (!child)
		return ~0u;
	statistics.forks++;
	child->parent = parent;
	for (u32 n = 0; n < USER_PAGES; n++) {
		parent->pages[n] &= ~TLBLO_WR;
		child->pages[n] = parent->pages[n];
		if (child->pages[n])
			page_share(child->pages[n] & ~PAGE_MASK);
	}
	tlb_flush_pid(parent->pid);
	*child_frame = *frame;
	child_frame->pid = child->pid;
	child_frame->gpr[3] = 0;
	run(child);
	return child->pid;
}

void proc_exit(u32 status)
{
	struct proc *proc = cpu_info.curlwp->proc;

	for (u32 n = 0; n < USER_PAGES; n++) {
		u32 page = proc->pages[n] & ~PAGE_MASK;
		u32 msr = interrupts_off();

		proc->pages[n] = 0;
		if (page)
			page_free(page);
		interrupts_restore(msr);
	}
	tlb_flush_pid(proc->pid);
	proc->status = status;
	interrupts_off();
	user_page_tables[proc->pid] = 0;
	proc->lwp->state = LWP_ZOMBIE;
	wake_up(proc->parent ? proc->parent : proc);
	switch_away();
	panic("a process ran after its end", 0);
}

/* Waits for a child to end, and frees what is left of it. Returns its PID, or all ones when there is no child. */
u32 proc_wait(u32 *status)
{
	struct proc *parent = cpu_info.curlwp->proc;

	for (;;) {
		u32 children = 0;

		interrupts_off();
		for (struct proc *child = procs; child < procs + PROCS; child++) {
			if (!child->pid || child->parent != parent)
				continue;
			children++;
			if (child->lwp->state == LWP_ZOMBIE) {
				u32 pid = child->pid;

				*status = child->status;
				lwp_free(child->lwp);
				child->pid = 0;
				interrupts_on();
				return pid;
			}
		}
		if (!children) {
			interrupts_on();
			return ~0u;
		}
		sleep_on(parent, 0);
	}
}

/* The current process touched a page that it does not have or may not write. Returns 0 when it never may. */
u32 proc_fault(u32 address, u32 store)
{
	struct proc *proc = cpu_info.curlwp->proc;
	u32 number = (address - USER_BASE) >> PAGE_SHIFT;
	u32 *entry = &proc->pages[number];

	if (number < program_pages() || number >= USER_PAGES)
		return 0;
	if (!*entry) {
		u32 page = page_alloc();

		if (!page)
			return 0;
		page_clear(page);
		*entry = page | TLBLO_WR | TLBLO_ZONE(ZONE_USER);
		statistics.page_faults++;
		return 1;
	}
	if (!store || (*entry & TLBLO_WR))
		return 0;
	if (page_users(*entry & ~PAGE_MASK) > 1) {
		u32 page = page_alloc();

		if (!page)
			return 0;
		page_copy(page, *entry & ~PAGE_MASK);
		page_free(*entry & ~PAGE_MASK);
		*entry = page | TLBLO_ZONE(ZONE_USER);
		statistics.copies++;
	}
	*entry |= TLBLO_WR;
	tlb_flush_page(address, proc->pid);
	return 1;
}

/* Gives the physical address of something that the current process may read; 0 when there is nothing. */
u32 proc_translate(u32 address)
{
	u32 *entry = &cpu_info.curlwp->proc->pages[(address - USER_BASE) >> PAGE_SHIFT];

	if (address - USER_BASE >= USER_SIZE || (!*entry && !proc_fault(address, 0)))
		return 0;
	return (*entry & ~PAGE_MASK) | (address & PAGE_MASK);
}
