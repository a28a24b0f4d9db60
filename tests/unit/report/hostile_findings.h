/* tests/unit/report/hostile_findings.h - findings whose words try to be markup, as a pull request
 * can write them. */
#ifndef WEFT_TESTS_UNIT_REPORT_HOSTILE_FINDINGS_H
#define WEFT_TESTS_UNIT_REPORT_HOSTILE_FINDINGS_H

#include "api/finding.h"

static const struct finding in_a_file = {
    .severity = SEVERITY_WARNING,
    .id = "V6",
    .kind = "",
    .target_kind = "",
    .place = { "a b/x:1,%.yaml", 7, 5 },
    .field = "spec.x",
    .text = "is \"{0}\" ]]> </failure> [here](http://x) 100%\n::error::no\xef\xbf\xbf\x01",
    .remedy = "",
};
static const struct finding of_an_object = {
    .severity = SEVERITY_ERROR,
    .id = "A2",
    .kind = "AccessPolicy",
    .ref = { "reads", "shop" },
    .target_kind = "",
    .place = { "specs/p.yaml", 3, 0 },
    .field = "",
    .text = "there is no Destination",
    .remedy = "",
};
static const struct finding of_a_cluster = {
    .severity = SEVERITY_ERROR,
    .id = "",
    .kind = "AccessPolicy",
    .ref = { "reads", "shop" },
    .target_kind = "Destination",
    .target = { "cart", "gloo-mesh" },
    .place = { "cluster east: Service shop/cart", 0, PLACE_OBJECT },
    .field = "",
    .text = "no id",
    .remedy = "",
};

static struct findings hostile_findings(struct arena *arena)
{
    struct findings findings = { .arena = arena };

    findings_add(&findings, in_a_file);
    findings_add(&findings, of_an_object);
    findings_add(&findings, of_a_cluster);
    return findings;
}

#endif
