/* base/fault.h - ends the process at a chosen place, as a kill would: tests prove that the next
 * pass converges. Compiled only with -DWEFT_FAULTS; a release has nothing of it. */
#ifndef WEFT_BASE_FAULT_H
#define WEFT_BASE_FAULT_H

#ifdef WEFT_FAULTS
/* WEFT_FAULT="store.commit.before:2" in the environment: the second time that this point is passed
 * the process ends at once with status 137; ":1" may be left out. */
void fault_point(const char *point);
#define FAULT(point) fault_point(point)
#else
#define FAULT(point) ((void)0)
#endif

#endif
