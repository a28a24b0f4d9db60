/* base/fault.h - named points where a test can kill the process, to prove that the next pass
 * converges. Without WEFT_FAULTS (every release) the points compile to nothing. */
#ifndef WEFT_BASE_FAULT_H
#define WEFT_BASE_FAULT_H

/* With WEFT_FAULT="git.push.before:2" in the environment the process ends at once, with status 137
 * and without any cleaning up, when it comes to that point for the second time ("git.push.before" =
 * the first time). */
#ifdef WEFT_FAULTS
void fault_here(const char *point);
#define FAULT(point) fault_here(point)
#else
#define FAULT(point) ((void)0)
#endif

#endif
