#ifndef TASKS_H
#define TASKS_H

#include "../programs/work.h"

/* The programs for bare metal that run as tasks; a null name ends the list. */
extern const struct work task_work[];

#endif
