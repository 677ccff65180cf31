/*
 * Soft interrupts: work that interrupt handlers leave for later, in lwps of their own. Fast ones run as soon as the interrupt handler has ended, on top of
 * whatever was interrupted, by softint_dispatch. Otherwise they are ordinary lwps that the scheduler prefers.
 */
#include "kernel.h"

static const char *const names[SOFTINT_LEVELS] = { "", "softclock", "softnet", "softserial" };
static struct lwp *softint_lwps[SOFTINT_LEVELS];
static volatile u32 pending;		/* a bit for each level */
u32 softint_level;			/* the level that runs now; 0 for none */

static void run_handler(u32 level)
{
	statistics.soft_interrupts++;
	switch (level) {
	case SOFTINT_CLOCK:
		wake_sleepers(ticks);
		break;
	case SOFTINT_NET:
		net_softint();
		break;
	case SOFTINT_SERIAL:
		console_softint();
		break;
	}
}

static u32 take(u32 level)
{
	u32 msr = interrupts_off();
	u32 was_pending = pending & (1u << level);

	pending &= ~(1u << level);
	interrupts_restore(msr);
	return was_pending;
}

/* Does the work of a level, on its lwp's stack. */
void softint_execute(u32 level)
{
	while (take(level))
		run_handler(level);
}

static void softint_thread(u32 level)
{
	for (;;) {
		softint_execute(level);
		interrupts_off();
		if (!(pending & (1u << level)))
			sleep_on(&softint_lwps[level], 0);
		interrupts_on();
	}
}

void softint_setup(void)
{
	for (u32 level = 1; level < SOFTINT_LEVELS; level++) {
		struct lwp *lwp = lwp_create(names[level], 0);

		lwp->level = level;
		softint_lwps[level] = lwp;
		if (!options.fast_softints) {
			lwp_start(lwp, softint_thread, level);
			make_runnable(lwp);
		}
	}
}

void softint_schedule(u32 level)
{
	pending |= 1u << level;
}

/* Runs what is pending above the present level, highest first; to be called with interrupts off at the end of an interrupt, which they are at return too. */
void softint_deliver(void)
{
	for (u32 level = SOFTINT_LEVELS - 1; level > softint_level; level--) {
		if (!(pending & (1u << level)))
			continue;
		if (options.fast_softints) {
			softint_dispatch(softint_lwps[level], level);
			interrupts_off();
			level = SOFTINT_LEVELS;
		} else if (softint_lwps[level]->state == LWP_SLEEPING) {
			make_runnable(softint_lwps[level]);
		}
	}
}
