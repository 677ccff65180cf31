/* System calls, and the tasks' entry points */
#ifndef USER_H
#define USER_H

#define CALL_EXIT	0		/* ends the task; its result */
#define CALL_WRITE	1		/* text, length */
#define CALL_YIELD	2		/* lets the next task run */
#define CALL_TICKS	3		/* number of PIT interrupts so far */

void user_intruder(void);
void user_sieve(void);
void user_crc(void);

#endif
