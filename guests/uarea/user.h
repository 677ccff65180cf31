/* System calls and the program of the user processes */
#ifndef USER_H
#define USER_H

#define CALL_EXIT	0		/* ends the process; its status */
#define CALL_FORK	1		/* gives 0 in the child, its PID in the parent */
#define CALL_WAIT	2		/* gives a child's PID, and its status in r4 */
#define CALL_WRITE	3		/* text, length */
#define CALL_GETPID	4
#define CALL_YIELD	5		/* lets another process run */
#define CALL_SLEEP	6		/* for a number of timer ticks */

void user_main(void);

#endif
