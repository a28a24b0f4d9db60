# scripts/summary.awk - counts the cases in ctest's JUnit report and says how they went; the last line is the sum.
# A program of ours holds many cases: cmocka's closing lines and TAP ("ok 3 a name") tell how many; any other program is one.
# Exit status: 0 when at least one case passed and none failed.

function attribute(line, name,    value)
{
    if (!match(line, " " name "=\"[^\"]*\""))
        return ""
    value = substr(line, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", value)
    sub(/"$/, "", value)
    return value
}

function group_of(name)
{
    if (name ~ /^e2e_/) return "end to end"
    if (name ~ /^fuzz_/) return "fuzz corpus"
    if (name ~ /golden/) return "golden"
    if (name ~ /property/) return "property"
    return "unit"
}

function close_case(    group)
{
    # A program that ended badly without a failed case to show for it (a crash, a sanitizer, a time-out) is one failure more.
    if (status == "fail" && !failed) failed = 1
    # Cases that TAP announced and that never came.
    if (planned > passed + failed + skipped) failed += planned - passed - failed - skipped
    if (status == "disabled" || (status == "notrun" && excused)) skipped++
    else if (status == "notrun") failed++
    else if (!passed && !failed && !skipped) passed = 1

    group = group_of(name)
    total_passed += passed; total_failed += failed; total_skipped += skipped
    group_passed[group] += passed; group_failed[group] += failed; group_skipped[group] += skipped
    if (failed) bad[++bad_count] = name
    if (skipped) left[++left_count] = name " (" skipped ")"
    seen[group] = 1
}

/<testcase / {
    name = attribute($0, "name")
    status = attribute($0, "status")
    passed = failed = skipped = planned = excused = 0
}
/<skipped message="SKIP_/ { excused = 1 }
/\[  PASSED  \] [0-9]+ test/ { passed += $4 }
/\[  FAILED  \] [0-9]+ test/ { failed += $4 }
/\[  SKIPPED \] [0-9]+ test/ { skipped += $4 }
/^[ \t]*(<system-out>)?1\.\.[0-9]+$/ { line = $0; sub(/.*1\.\./, "", line); planned += line }
/^ok [0-9]+ .* # skip/ { skipped++; next }
/^ok [0-9]+ / { passed++ }
/^not ok [0-9]+ / { failed++ }
/<\/testcase>/ { close_case() }

function counts(passed, failed, skipped)
{
    return passed " passed, " failed " failed" (skipped ? ", " skipped " skipped" : "")
}

END {
    split("unit,golden,property,fuzz corpus,end to end", groups, ",")
    for (i = 1; i in groups; i++)
        if (groups[i] in seen)
            printf "%-12s %s\n", groups[i], counts(group_passed[groups[i]], group_failed[groups[i]], group_skipped[groups[i]])
    for (i = 1; i <= left_count; i++)
        printf "skipped: %s\n", left[i]
    for (i = 1; i <= bad_count; i++)
        printf "failed: %s\n", bad[i]
    print counts(total_passed + 0, total_failed + 0, total_skipped + 0)
    exit !(total_passed > 0 && total_failed == 0)
}
