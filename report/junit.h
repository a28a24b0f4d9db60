/* report/junit.h - findings as JUnit XML, as GitLab, Jenkins and Azure Pipelines read it. */
#ifndef WEFT_REPORT_JUNIT_H
#define WEFT_REPORT_JUNIT_H

#include "api/finding.h"

struct junit_object { /* that was looked at; texts are not copied */
    const char *kind;
    struct object_ref ref;
    const char *file; /* where it is; NULL: in no file */
};

/* A <testsuite> for each file and a <testcase> for each object in it: a <failure> with the lines of
 * its errors, <system-out> with those of its warnings.  A finding about no object is in a test case
 * of its file.  No times, so that the same specs give the same bytes. */
void junit_write(struct text *out, const struct findings *findings,
                 const struct junit_object *objects, size_t count);

#endif
