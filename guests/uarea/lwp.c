/* Lwps, the run queue, sleeping and waking. Interrupts are off while the queue is touched. */
#include "kernel.h"

struct lwp lwps[LWPS];
struct lwp *all_lwps;		/* the used ones */
volatile u32 want_switch;
static struct lwp *queue;
#ifdef NETBSD_LAYOUT
struct pmap kernel_pmap_ = { .tables[KVA_BASE >> 26] = kernel_page_table };
struct netbsd_proc proc0 = { .lwps = lwps, .comm = "system" }, *initproc;
u32 tlb_nreserved = TLB_FIRST;
#endif

/* Makes an lwp with a u-area of its own; it does not run yet. */
struct lwp *lwp_create(const char *name, struct proc *proc)
{
	for (u32 n = 0; n < LWPS; n++) {
		struct lwp *lwp = &lwps[n];

		if (lwp->state != LWP_FREE)
			continue;
		*lwp = (struct lwp){ .state = LWP_SLEEPING, .next_of_all = all_lwps, .proc = proc };
		all_lwps = lwp;
		for (u32 c = 0; c < sizeof lwp->name - 1 && name[c]; c++)
			lwp->name[c] = name[c];
		lwp->uarea = uarea_alloc();
		lwp->pcb = (struct pcb *)lwp->uarea;
		lwp->pcb->lwp = lwp;
		lwp->pcb->sp = lwp->uarea + uarea_size - 16;
#ifdef NETBSD_LAYOUT
		lwp->pcb->pmap = &kernel_pmap_;
		lwp->netbsd_proc = proc ? &proc->netbsd : &proc0;
		lwp->netbsd_name = proc ? 0 : lwp->name;
		if (proc) {
			proc->netbsd.pid = proc->pid - 1;
			proc->netbsd.lwps = lwp;
			for (u32 c = 0; c < 16; c++)
				proc->netbsd.comm[c] = lwp->name[c];
			if (proc->netbsd.pid == 1)
				initproc = &proc->netbsd;
		}
#endif
		return lwp;
	}
	panic("no more lwps", 0);
}

/* Puts a switch frame that begins `entry` under an address of the lwp's stack. */
struct switchframe *lwp_push_switchframe(struct lwp *lwp, u32 stack, void (*entry)(void))
{
	struct switchframe *frame = (struct switchframe *)(stack - SF_SIZE);

	*frame = (struct switchframe){ .sp = stack };
	((u32 *)stack)[1] = (u32)entry;		/* where the ABI keeps the link register */
	lwp->pcb->sp = (u32)frame;
	return frame;
}

/* Lets an lwp begin with function(argument), at the top of its stack. */
void lwp_start(struct lwp *lwp, void (*function)(u32), u32 argument)
{
	struct switchframe *frame = lwp_push_switchframe(lwp, lwp->pcb->sp, lwp_trampoline);

	frame->r14_to_r31[0] = (u32)function;
	frame->r14_to_r31[1] = argument;
}

void lwp_free(struct lwp *lwp)
{
	struct lwp **place = &all_lwps;

	while (*place != lwp)
		place = &(*place)->next_of_all;
	*place = lwp->next_of_all;
	uarea_free(lwp->uarea);
	lwp->state = LWP_FREE;
}

/* Soft interrupts go to the head of the queue, all others to its end. */
void make_runnable(struct lwp *lwp)
{
	struct lwp **place = &queue;

	while (!lwp->level && *place)
		place = &(*place)->next;
	lwp->state = LWP_RUNNABLE;
	lwp->next = *place;
	*place = lwp;
	want_switch = 1;
}

/* Gives the processor to the next lwp in the queue, or to the idle lwp (lwps[1]). The caller has said what becomes of the current one. */
void switch_away(void)
{
	struct lwp *from = cpu_info.curlwp;
	struct lwp *to = queue ? queue : &lwps[1];

	if (queue)
		queue = queue->next;
	want_switch = 0;
	to->state = LWP_RUNNING;
	if (to == from) {
		interrupts_on();
		return;
	}
	statistics.switches++;
	cpu_switchto(from, to);
}

void preempt(void)
{
	interrupts_off();
	if (queue) {
		make_runnable(cpu_info.curlwp);
		switch_away();
	}
	want_switch = 0;
	interrupts_on();
}

/* Sleeps until wake_up(channel) or, if ticks is not 0, until so many timer ticks have come. To be called with interrupts off; returns with interrupts on. */
void sleep_on(const void *channel, u32 limit)
{
	struct lwp *lwp = cpu_info.curlwp;

	lwp->state = LWP_SLEEPING;
	lwp->wait_channel = channel;
	lwp->wake_tick = limit ? ticks + limit : 0;
	switch_away();
}

void wake_up(const void *channel)
{
	u32 msr = interrupts_off();

	for (u32 n = 0; n < LWPS; n++)
		if (lwps[n].state == LWP_SLEEPING && lwps[n].wait_channel == channel)
			make_runnable(&lwps[n]);
	interrupts_restore(msr);
}

/* Wakes those whose time is over. */
void wake_sleepers(u32 tick)
{
	u32 msr = interrupts_off();

	for (u32 n = 0; n < LWPS; n++)
		if (lwps[n].state == LWP_SLEEPING && lwps[n].wake_tick && lwps[n].wake_tick <= tick)
			make_runnable(&lwps[n]);
	interrupts_restore(msr);
}

/* The lwp that runs when no other can: waits, busily, until there is one. It is never in the queue. */
void idle(u32 unused)
{
	(void)unused;
	for (;;) {
		if (want_switch) {
			interrupts_off();
			switch_away();
		}
	}
}
