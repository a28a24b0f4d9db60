# The checks in scripts/: what each one must find, it finds.

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd -P)
    cd "$BATS_TEST_TMPDIR"
}

# A tree of four libraries, just big enough to be followed.
plant_tree() {
    mkdir -p tree/{base,api,rotation,translate}
    cat >tree/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(planted C)
foreach(part base api rotation translate)
  add_subdirectory(${part})
endforeach()
END
    for part in base api rotation translate; do
        printf 'file(GLOB sources *.c)\nadd_library(weft_%s STATIC ${sources})\n' $part >tree/$part/CMakeLists.txt
    done
    echo 'int pair_sum(int a, int b); int pair_sum(int a, int b) { return a + b; }' >tree/base/pair.c
    echo 'int kind_count(void); int kind_count(void) { return 7; }' >tree/api/kind.c
    echo 'int step_next(int s); int step_next(int s) { return s + 1; }' >tree/rotation/rotation.c
    cat >tree/translate/render.c <<'END'
int pair_sum(int a, int b);
int render(int a);
int render(int a) { return pair_sum(a, 1); }
END
}

check_boundaries() {
    WEFT_TREE=$PWD/tree run "$ROOT/scripts/check-boundaries" "$@"
}

@test "a clean tree keeps its boundaries" {
    plant_tree
    check_boundaries
    [ "$status" -eq 0 ]
    [[ $output == *"pure core: 2 sources"* ]]
}

@test "an include across the boundary is found" {
    plant_tree
    echo '#include "sync/fetch.h"' >>tree/translate/render.c
    check_boundaries includes
    [ "$status" -eq 1 ]
    [[ $output == *'translate/render.c:4: translate/ may not include "sync/fetch.h"'* ]]
}

@test "a header between the stages of a pass stays there" {
    plant_tree
    mkdir -p tree/app/pass tree/app/commands
    echo '#include "app/pass/tree.h"' | tee tree/app/pass/publish.c tree/app/commands/run.c >/dev/null
    echo '#include "app/pass/pass.h"' | tee tree/app/main.c >tree/app/commands/plan.c
    check_boundaries includes
    [ "$status" -eq 1 ]
    [[ $output == *'app/commands/run.c:1: only app/pass/ may include "app/pass/tree.h"'* ]]
    [[ $output == *'app/main.c:1: only app/pass/ may include "app/pass/pass.h"'* ]]
    [[ $output != *'app/commands/plan.c'* && $output != *'app/pass/publish.c'* ]]
}

@test "what commands share may not include a command" {
    plant_tree
    mkdir -p tree/app/pass tree/app/commands
    echo '#include "app/commands/command.h"' | tee tree/app/specs.c tree/app/pass/pass.c tree/app/main.c >tree/app/commands/run.c
    check_boundaries includes
    [ "$status" -eq 1 ]
    [[ $output == *'app/specs.c:1: only commands, '* && $output == *'app/pass/pass.c:1: only commands, '* ]]
    [[ $output != *'app/main.c:'* && $output != *'app/commands/run.c:'* ]]
}

@test "a library in the wrong folder is found" {
    plant_tree
    printf '#include <stdio.h>\n#include <sqlite3.h>\n' >tree/api/kind.c
    check_boundaries includes
    [ "$status" -eq 1 ]
    [[ $output == *'api/kind.c:2: api/ may not use <sqlite3.h>'* ]]
}

@test "a header of the clock in the pure core is found" {
    plant_tree
    echo '#include <time.h>' >>tree/rotation/rotation.c
    check_boundaries includes
    [ "$status" -eq 1 ]
    [[ $output == *'rotation/rotation.c:2: the pure core may not include <time.h>'* ]]
}

@test "a library that is linked in the wrong folder is found" {
    plant_tree
    echo 'weft_module(translate SOURCES render.c USES PkgConfig::GIT2)' >tree/translate/CMakeLists.txt
    check_boundaries libraries
    [ "$status" -eq 1 ]
    [[ $output == *'translate/CMakeLists.txt: translate/ may not link PkgConfig::GIT2'* ]]
}

@test "a clock that the pure core reaches through another folder is found, with the way to it" {
    plant_tree
    cat >tree/base/pair.c <<'END'
#include <time.h>
int pair_sum(int a, int b);
static int later(int a) { return a + (int)time(0); }
int pair_sum(int a, int b) { return later(a) + b; }
END
    check_boundaries purity
    [ "$status" -eq 1 ]
    [[ $output == *'translate/render.c: render -> pair_sum -> later -> time is not for the pure core'* ]]
}

@test "a clock behind a table of functions is found" {
    plant_tree
    cat >tree/translate/render.c <<'END'
#include <stdlib.h>
int render(int a);
static int luck(int a) { return a + rand(); }
static int (*const rows[])(int) = { luck };
int render(int a) { return rows[a & 0](a); }
END
    check_boundaries purity
    [ "$status" -eq 1 ]
    [[ $output == *'translate/render.c: '*'rand is not for the pure core'* ]]
}

@test "a source that calls itself pure is held to it, wherever it is" {
    plant_tree
    { echo '/* api/luck.c - chooses.  Pure: no randomness. */' && printf '#include <stdlib.h>\nint luck(void);\nint luck(void) { return rand(); }\n'; } >tree/api/luck.c
    check_boundaries purity
    [ "$status" -eq 1 ]
    [[ $output == *'api/luck.c: luck -> rand is not for the pure core'* ]]
}

@test "a clock next to a pure function in the same file does no harm" {
    plant_tree
    cat >>tree/base/pair.c <<'END'
#include <time.h>
long clock_now(void);
long clock_now(void) { return time(0); }
END
    check_boundaries purity
    [ "$status" -eq 0 ]
}

@test "a word that does not belong is found" {
    plant_tree
    printf 'int f(int a);\nint f(int a) { if (a) go%s out; out: return a; }\n' to >>tree/base/pair.c
    check_boundaries words
    [ "$status" -eq 1 ]
    [[ $output == *'base/pair.c:3:'* ]]
}

@test "setup names the packages of a set, each set holding the smaller ones" {
    run "$ROOT/scripts/setup" --for build --list
    [ "$status" -eq 0 ]
    [[ $output == *libgit2-dev* && $output != *bats* && $output != *dpkg-dev* ]]
    run "$ROOT/scripts/setup" --for package --list
    [[ $output == *libgit2-dev* && $output == *dpkg-dev* && $output != *bats* ]]
    run "$ROOT/scripts/setup" --for ci --list
    [[ $output == *libgit2-dev* && $output == *bats* && $output == *dpkg-dev* && $output == *clang-tidy* ]]
}

@test "setup refuses a set that does not exist" {
    run "$ROOT/scripts/setup" --for everything
    [ "$status" -eq 2 ]
}

@test "where it cannot install, setup prints the exact list and fails" {
    mkdir bin
    for tool in bash dirname id nproc sed cut cat; do ln -s "$(command -v $tool)" bin/; done
    PATH=$PWD/bin run "$ROOT/scripts/setup" --for build
    [ "$status" -eq 1 ]
    [[ $output == *"Missing for 'build':"*cmake*libgit2-dev* ]]
}

# report CASE...: a JUnit report as ctest writes it.
report() {
    echo '<testsuite name="x" tests="1">'
    printf '%s\n' "$@"
    echo '</testsuite>'
}

sum_up() {
    report "$@" >report.xml
    run awk -f "$ROOT/scripts/summary.awk" report.xml
    last=${lines[-1]}
}

@test "the summary counts the cases inside each program" {
    sum_up '<testcase name="test_a" status="run"><system-out>' '[  PASSED  ] 5 test(s).' '</system-out></testcase>' \
        '<testcase name="e2e_b" status="run">' '		<system-out>1..3' 'ok 1 x' 'ok 2 y # skip why' 'ok 3 z' '</system-out></testcase>' \
        '<testcase name="fuzz_c" status="run"></testcase>'
    [ "$status" -eq 0 ]
    [ "$last" = "8 passed, 0 failed, 1 skipped" ]
}

@test "the summary never turns a crash, a lost case or a missing program into success" {
    sum_up '<testcase name="test_a" status="fail"><system-out>' '[  PASSED  ] 5 test(s).' '</system-out></testcase>'
    [ "$status" -eq 1 ] && [ "$last" = "5 passed, 1 failed" ]
    sum_up '<testcase name="e2e_b" status="fail">' '		<system-out>1..3' 'ok 1 x' '</system-out></testcase>'
    [ "$status" -eq 1 ] && [ "$last" = "1 passed, 2 failed" ]
    sum_up '<testcase name="test_c" status="notrun"><skipped message="Unable to find executable"/></testcase>'
    [ "$status" -eq 1 ] && [ "$last" = "0 passed, 1 failed" ]
    sum_up
    [ "$status" -eq 1 ] && [ "$last" = "0 passed, 0 failed" ]
}

# ci TABLE-LINE...: .ci/run over a table of stages of our own.
ci() {
    printf '%s\n' "$@" >stages
    STAGES=$PWD/stages LOGS=$PWD/logs CI=true run "$ROOT/.ci/run"
    last=${lines[-1]}
}

@test "CI: stages are counted, those with a sum of their own by their sum" {
    ci "one | says nothing | 1 | true" "many | counts | 1 | printf x\\n7\\x20passed,\\x200\\x20failed,\\x202\\x20skipped\\n"
    [ "$status" -eq 0 ]
    [ "$last" = "8 passed, 0 failed, 2 skipped" ]
}

@test "CI: what fails is shown, counted and fails the whole, whatever else it said" {
    printf 'echo the reason\necho 7 passed, 0 failed\nexit 3\n' >bad.sh
    printf 'echo 7 passed, 2 failed\n' >worse.sh
    ci "bad | ends badly | 1 | bash $PWD/bad.sh" "worse | failed cases, good end | 1 | bash $PWD/worse.sh" "good | is fine | 1 | true" \
        "gone | is not there | 1 | ./not-there"
    [ "$status" -eq 1 ]
    [[ $output == *"| the reason"* ]]
    [ "$last" = "15 passed, 4 failed, 0 skipped" ]
}

@test "CI: a stage that hangs is stopped and failed; an empty table is no success" {
    ci "slow | hangs | 0.02 | sleep 60"
    [ "$status" -eq 1 ]
    [ "$last" = "0 passed, 1 failed, 0 skipped" ]
    ci "# nothing"
    [ "$status" -eq 1 ]
}

check_names() {
    WEFT_TREE=$PWD/tree run "$ROOT/scripts/check-names" "$@"
}

# A header with its source, so that the checks on names have something to hold against each other.
plant_names() {
    plant_tree
    mkdir -p tree/docs
    printf 'int pair_sum(int a, int b);\n' >tree/base/pair.h
    printf '#include "base/pair.h"\nint pair_sum(int a, int b)\n{\n    return a + b;\n}\n' >tree/base/pair.c
    plant_tests base/pair api/kind rotation/rotation translate/render
}

# The unit test of each of these sources.
plant_tests() {
    local source
    for source in "$@"; do
        mkdir -p "tree/tests/unit/${source%/*}"
        touch "tree/tests/unit/${source%/*}/test_${source##*/}.c"
    done
}

@test "names that keep the rules pass" {
    plant_names
    check_names
    [ "$status" -eq 0 ]
}

@test "a retired word as a name is found" {
    plant_names
    echo 'struct vmesh { int meshes; };' >>tree/base/pair.h
    check_names retired
    [ "$status" -eq 1 ]
    [[ $output == *'base/pair.h:2: vmesh is a retired word'* ]]
}

@test "a word that is retired in one folder is found there, as a name and not in texts" {
    plant_names
    mkdir -p tree/rotation
    printf '/* to hold */\nstatic const char *verb = "hold";\nstruct pair { int hold; };\n' >tree/rotation/pair.c
    echo 'struct pair { int hold; };' >>tree/base/pair.h
    check_names retired
    [ "$status" -eq 1 ]
    [[ $output == *'rotation/pair.c:3: hold is a retired word in rotation/'* ]]
    [[ $output == *'1 violations'* ]]
}

@test "a comment and a document without a subject are found" {
    plant_names
    echo '/* Nobody reads this. */' >>tree/base/pair.c
    printf '%s\n' 'A cluster is told of it.' 'The digest stands for the key.' >tree/docs/page.md
    echo '| DNS capture | the answers of the proxy | deaf |' >tree/docs/glossary.md # the last column lists what is retired
    mkdir -p tree/tests/peers
    echo 'A peer waits for ever.' >tree/tests/peers/README.md
    printf '%s\n' '# Somebody has the lock.' 'echo nobody' >tree/tests/peers/lock.sh
    check_names prose
    [ "$status" -eq 1 ]
    [[ $output == *'tests/peers/README.md:1: "for ever"'* ]]
    [[ $output == *'tests/peers/lock.sh:1: "Somebody"'* ]]
    [[ $output == *'base/pair.c:6: "Nobody"'* ]]
    [[ $output == *'docs/page.md:1: "is told"'* ]]
    [[ $output == *'docs/page.md:2: "stands for"'* ]]
    [[ $output == *'5 violations'* ]]
}

@test "a long source without a paragraph at its top is found" {
    plant_names
    mkdir -p tree/pki
    { echo '/* pki/long.c - a table. */' && yes '' | head -299; } >tree/pki/long.c
    { printf '/* pki/told.c - a table.\n *\n * Rows are in order, so that a search may end early. */\n' && yes '' | head -299; } >tree/pki/told.c
    check_names paragraphs
    [ "$status" -eq 1 ]
    [[ $output == *'pki/long.c: is long'* ]]
    [[ $output == *'1 violations'* ]]
}

@test "a folder and a tree with too few comments are found, and a text that looks like a comment is none" {
    plant_names
    mkdir -p tree/pki
    { yes '    pair("/* no comment */");' | head -n 470 && echo '/*' && yes ' * A reason.' | head -n 28 && echo ' */' && yes '' | head -n 300; } >tree/pki/few.c
    check_names comments
    [ "$status" -eq 1 ]
    [[ $output == *'pki/: 6.00 %'* && $output == *'all sources: 5.'*'are the least'* && $output == *'1 violations'* ]]
    sed -i 1d tree/pki/few.c && yes '    pair();' | head -n 2 >>tree/pki/few.c
    check_names comments
    [[ $output == *'pki/: 5.99 % of 501 lines'*'are the least'* && $output == *'2 violations'* ]]
    { printf '/* Why\n *\n * in this order. */\n' && yes '    pair(); // a reason' | head -n 48; } >>tree/pki/few.c
    check_names comments
    [ "$status" -eq 0 ]
}

@test "a comment that names a file which is not there is found" {
    plant_names
    echo '/* The rules are those of docs/pairs.md. */' >>tree/base/pair.h
    check_names references
    [ "$status" -eq 1 ]
    [[ $output == *'base/pair.h:2: docs/pairs.md does not exist'* ]]
}

@test "functions that another header declares, and many that begin with no noun of their header, are found" {
    plant_names
    for i in {1..21}; do
        printf 'int odd_%s(int a);\n' "$i" >>tree/base/pair.h
        printf 'int odd_%s(int a)\n{\n    return a;\n}\n' "$i" >>tree/base/odd.c
    done
    check_names headers
    [ "$status" -eq 1 ]
    [[ $output == *'base/pair.h: odd_7 is defined in base/odd.c'* ]]
    check_names nouns
    [ "$status" -eq 1 ]
    [[ $output == *'base/pair.h: odd_7 begins with no noun'* ]]
}

@test "long files and long functions are found" {
    plant_names
    check_names sizes
    [ "$status" -eq 0 ]
    { printf 'int pair_long(void)\n{\n' && yes '    pair();' | head -n 61 && echo '}'; } >>tree/base/pair.c
    yes '/* A line. */' | head -n 501 | tee tree/base/one.c >tree/base/two.c
    check_names sizes
    [ "$status" -eq 1 ]
    [[ $output == *"base/pair.c:"*": a function of 61 lines"* && $output == *"base/one.c: has 501 lines"* && $output == *"base/two.c: has 501 lines"* ]]
}

@test "end-to-end tests that assert sentences are counted, ids and fields are not" {
    plant_names
    mkdir -p tree/tests/e2e
    yes '    expect 3 "(T1)" "root $root" "did you mean cluster-1?"' | head -n 100 >tree/tests/e2e/pair.bats
    check_names sentences
    [ "$status" -eq 0 ]
    yes '    expect 3 "the state does not know it" # yet' | head -n 100 >>tree/tests/e2e/pair.bats
    check_names sentences
    [ "$status" -eq 1 ]
    [[ $output == *"tests/e2e/pair.bats:101: asserts a sentence"* && $output == *"100 assertions on sentences"* ]]
}

@test "a source without a unit test of its name is found" {
    plant_names
    check_names tests
    [ "$status" -eq 0 ]
    rm tree/tests/unit/base/test_pair.c
    check_names tests
    [ "$status" -eq 1 ]
    [[ $output == *"base/pair.c: has no unit test of its name"* ]]
}

@test "a test with a limit on the wall clock is found; a lower bound is none" {
    local c=clock_monotonic b=SECONDS
    plant_names
    mkdir -p tree/tests/unit/base tree/tests/e2e
    echo "    assert_true(${c}_ms() - began >= 2000);" >tree/tests/unit/base/test_pair.c
    check_names clocks
    [ "$status" -eq 0 ]
    echo "    assert_true(${c}_ms() - began < 2000);" >>tree/tests/unit/base/test_pair.c
    echo "    ((${b} - began < 5))" >tree/tests/e2e/pair.bats
    check_names clocks
    [ "$status" -eq 1 ]
    [[ $output == *'tests/unit/base/test_pair.c:2: a limit on the wall clock'* ]]
    [[ $output == *'tests/e2e/pair.bats:1: a limit on the wall clock'* ]]
}

@test "circles of includes and of calls are found" {
    plant_names
    printf '#include "base/pair.h"\nint odd_count(int a);\n' >tree/base/odd.h
    printf '#include "base/odd.h"\nint pair_sum(int a, int b);\n' >tree/base/pair.h
    printf 'int odd_count(int a)\n{\n    return pair_sum(a, 1);\n}\n' >tree/base/odd.c
    printf 'int pair_sum(int a, int b)\n{\n    return odd_count(a) + b;\n}\n' >tree/base/pair.c
    check_names circles
    [ "$status" -eq 1 ]
    [[ $output == *'circle of includes: base/odd.h -> base/pair.h -> base/odd.h'* ]]
    [[ $output == *'circle of calls: base/odd.c -> base/pair.c -> base/odd.c'* ]]
}

@test "an include, a text and the tag of a struct are no calls" {
    plant_names
    printf 'int odd(int a);\n' >tree/base/odd.h
    printf '#include "base/odd.h"\n#include "base/pair.h"\nint odd(int a)\n{\n    return pair_sum(a, 1);\n}\n' >tree/base/odd.c
    printf '#include "base/odd.h"\nint pair_sum(int a, int b)\n{\n    struct odd { const char *name; } x = { "odd" };\n    return x.name ? a : b;\n}\n' >tree/base/pair.c
    check_names circles
    [ "$status" -eq 0 ]
}
