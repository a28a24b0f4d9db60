# The command line: what is asked for wrongly ends with 2, and help tells how it is right.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

@test "no command, an unknown command, an unknown option, a missing value: exit 2 and a way out" {
    weft
    expect 2 "weft help"
    weft rum
    expect 2 rum "weft help"
    weft run --config weft.yaml --fast
    expect 2 --fast "weft help run"
    weft run --now
    expect 2 --now
    weft run weft.yaml
    expect 2 weft.yaml
    weft run --dry-run=yes
    expect 2 --dry-run=yes
}

@test "a missing operand: those that the command must have, and for a verb which there are" {
    weft trust
    expect 2 "needs a verb" "there are inspect," "weft help trust"
    [[ $output != *NAMESPACE* ]]
    weft explain
    expect 2 "explain needs CALLER SERVICE;" "weft help explain"
    weft explain cluster-1/bookinfo/reviews
    expect 2 "explain needs a SERVICE;"
    weft rotation plan
    expect 2 "rotation needs a NAMESPACE/NAME;"
    weft keygen
    expect 2 "keygen needs a FILE;"
}

@test "a time that is none, a format that is none: exit 2" {
    weft run -c weft.yaml --now yesterday
    expect 2 yesterday
    weft status -c weft.yaml -o xml
    expect 2 xml
    weft run -c weft.yaml --log-format loud
    expect 2 loud
    same "$(tip)" none
}

@test "a libcrypto without the default provider: exit 1 with the digest named, before anything is read" {
    printf '%s\n' 'openssl_conf = init' '[init]' 'providers = list' '[list]' 'base = base' '[base]' 'activate = 1' >openssl.cnf
    OPENSSL_CONF=$PWD/openssl.cnf weft version
    expect 1 SHA1 "default provider"
}

@test "options of one command are not options of another" {
    weft render --diff
    expect 2 --diff
    weft status --dry-run
    expect 2 --dry-run
    weft render --specs specs
    expect 2 --output
    weft validate --specs specs -c weft.yaml
    expect 2
    weft keygen
    expect 2 FILE
}

@test "options stand before the command, touch their value, and share a dash" {
    pass
    weft -c weft.yaml status -ojson
    expect 0 '"virtualMeshes"'
    weft status -c weft.yaml -o=yaml
    expect 0 "virtualMeshes:"
    run env WEFT_CONFIG=weft.yaml "$WEFT" status
    expect 0 gloo-mesh/bookinfo
    (cd / && run env WEFT_CONFIG="$OLDPWD/weft.yaml" "$WEFT" status -qv && expect 0 gloo-mesh/bookinfo)
    run env WEFT_CONFIG=nowhere.yaml "$WEFT" status -c weft.yaml
    expect 0 gloo-mesh/bookinfo
    run env WEFT_CONFIG=nowhere.yaml "$WEFT" status
    expect 2 nowhere.yaml "weft init"
}

@test "a virtual mesh by namespace and name" {
    pass
    weft status -c weft.yaml -n gloo-mesh bookinfo
    expect 0 gloo-mesh/bookinfo
    weft status -c weft.yaml gloo-mesh/bookinfo
    expect 0 gloo-mesh/bookinfo
    weft status -c weft.yaml gloo-mesh/bokinfo
    expect 1 "did you mean gloo-mesh/bookinfo?"
    weft status -c weft.yaml -n other
    expect 0
    [[ $output != *ACCEPTED* ]]
    weft status -c weft.yaml -n other -ojson
    same "$(json - 'd["virtualMeshes"]' <<<"$output")" "[]"
    weft trust inspect -c weft.yaml -n other
    expect 0
    same "$output" ""
    weft trust root -c weft.yaml -n gloo-mesh bookinfo
    expect 0 "BEGIN CERTIFICATE"
    weft rotation plan bookinfo -n gloo-mesh -c weft.yaml
    expect 0
    weft_apart evidence -c weft.yaml -n other
    expect 0
    [[ $output != *cluster-1* ]]
}

# What a command writes to a terminal, escape sequences as "^[".
seen_on_terminal() { TERM=xterm script -qec "$1" /dev/null </dev/null | sed 's/\x1b/^[/g'; }

@test "color is for terminals, and for those who want it" {
    pass
    weft status -c weft.yaml
    [[ $output != *$'\e'* ]]
    weft status -c weft.yaml --color always
    expect 0 $'\e[3'
    weft status -c weft.yaml --color always -o json
    [[ $output != *$'\e'* ]]
    [[ $(seen_on_terminal "$WEFT status -c weft.yaml") == *'^['* ]]
    [[ $(NO_COLOR=1 seen_on_terminal "$WEFT status -c weft.yaml") != *'^['* ]]
    [[ $(seen_on_terminal "$WEFT status -c weft.yaml --color never") != *'^['* ]]
    weft validate --specs specs/specs --color always
    expect 0 $'\e[33m' # a warning
}

@test "each line of a terminal has the words of one stage" {
    local line
    seen_on_terminal "$WEFT plan -c weft.yaml --color never; $WEFT run -c weft.yaml --color never" | tr -d '\r' | sed 's/.*^\[\[K//' >lines
    grep -q 'publish  *rendered is now' lines
    ! grep -E '\.\.\. +[a-z]+ +' lines
    grep -qE '^The next pass' lines
}

@test "status --watch prints what a pass has changed" {
    pass
    "$WEFT" status --watch -c weft.yaml >watched 3>&- &
    local watcher=$! i
    for ((i = 0; i < 100 && $(grep -c '^VIRTUAL MESH' watched) < 1; i++)); do sleep 0.1; done
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another port"
    pass
    for ((i = 0; i < 100 && $(grep -c '^VIRTUAL MESH' watched) < 2; i++)); do sleep 0.1; done
    kill "$watcher"
    same "$(grep -c '^VIRTUAL MESH' watched)" 2
}

@test "status --watch draws a terminal again when something changed or a minute has passed" {
    pass
    seen_on_terminal "timeout 6 $WEFT status --watch -c weft.yaml --now $(date -u +%FT%TZ)" >screen # that minute never ends
    same "$(grep -c '\^\[\[H^\[\[2J' screen)" 1
}

@test "status ends with 1 when the last pass failed" {
    pass
    rm -rf "$SPECS_GIT"
    pass
    expect 1
    weft status -c weft.yaml
    expect 1 "Action needed"
}

@test "a verb of rotation refuses what it would not look at" {
    local words
    while read -ra words; do
        weft rotation "${words[@]}" -c weft.yaml
        expect 2 "${words[0]} takes no ${words[2]}" "weft help rotation"
    done <<'END'
hold gloo-mesh/bookinfo --step 1
rollback gloo-mesh/bookinfo --force
resume gloo-mesh/bookinfo -o json
retry gloo-mesh/bookinfo --compromised
approve gloo-mesh/bookinfo --accept-downtime
plan gloo-mesh/bookinfo --reason why
start gloo-mesh/bookinfo --step 2
END
}

@test "a failure is said once" {
    local command
    rm -rf "$SPECS_GIT"
    for command in "rotation plan gloo-mesh/bookinfo" "rotation start gloo-mesh/bookinfo --compromised" evidence plan run; do
        # shellcheck disable=SC2086 # words of a command
        weft $command -c weft.yaml --log-format lines
        expect 1 "fetch specs"
        same "$(grep -c 'fetch specs' <<<"$output")" 1
    done
}

# commands: each command that help lists.
commands() { "$WEFT" help | sed -nE 's/^  ([a-z]+)  .*/\1/p'; }

@test "the synopsis of the manual names every command, every option of it, and no other" {
    local command
    for command in $(commands); do
        echo "$command"
        "$WEFT" help "$command" | sed -nE 's/^  (-([a-z]), )? *--([a-z-]+)( [A-Z]+)? .*/\2 \3/p' | awk -v command="$command" \
            '$NF !~ /^(log-format|color|quiet|verbose|help)$/ { print command, (NF == 2 ? $1 : "-" $1) }'
    done | sort -u >helped
    awk '/^\.Sh SYNOPSIS/ { on = 1 } /^\.Sh DESCRIPTION/ { on = 0 }
         on && named && /^\.Cm / { command = $2; print command }
         { named = /^\.Nm/ }
         on && /^\.(Op )?Fl / { sub(/^\.(Op )?/, ""); for (i = 1; i < NF; i++) if ($i == "Fl") print command, $(i + 1) }' \
        "$ROOT/docs/weft.1" | sort -u >documented
    [[ $(wc -l <helped) -gt 20 ]]
    diff helped documented
}

@test "help lists every command, and every command explains itself" {
    weft help
    expect 0 run plan render validate review explain discover status rotation evidence trust state custody init cluster keygen completion version "exit status"
    [[ $(commands | wc -l) -gt 20 ]]
    [[ $(grep -cE '^[A-Z].*:$' <<<"$output") -gt 1 ]]
    same "" "$(grep -E '^[A-Z].*:$' <<<"$output" | sort | uniq -d)"
    local command
    for command in $(commands); do
        weft help "$command"
        expect 0 "usage: weft $command"
        weft "$command" --help
        expect 0 "usage: weft $command"
    done
    weft --help
    expect 0 "usage: weft COMMAND"
    weft help nonsense
    expect 2 nonsense
    weft help rotation approve
    expect 0 "usage: weft rotation approve NAMESPACE/NAME" --step
    [[ $output != *--compromised* ]]
    same "$("$WEFT" rotation approve --help)" "$output"
    weft help rotation
    expect 0 approve rollback --compromised
    weft help rotation aprove
    expect 2 "did you mean approve?"
    weft help run now
    expect 2 "no verbs"
}

@test "a typo in a command, an option, a verb, a format, a virtual mesh: what was meant" {
    local meant words
    while read -r meant words; do
        # shellcheck disable=SC2086 # words of a command
        weft $words
        expect 2 "did you mean $meant?" "weft help"
    done <<'END'
plan plna -c weft.yaml
plan help paln
--dry-run run -c weft.yaml --dryrun
--config run --confg weft.yaml
approve rotation aprove gloo-mesh/bookinfo -c weft.yaml
inspect trust inspekt -c weft.yaml
markdown plan -c weft.yaml -o markdwn
END
    weft rotation walk gloo-mesh/bookinfo
    expect 2 "there are plan, approve" "weft help rotation"
    weft rotation plan gloo-mesh/bokinfo -c weft.yaml
    expect 1 "no virtual mesh gloo-mesh/bokinfo" "did you mean gloo-mesh/bookinfo?"
}

@test "help explains the id of a message, and suggests one for an id that does not exist" {
    weft help W30
    expect 0 "W30: " "trustDomainAliases" "docs/translation.md"
    weft help k6
    expect 0 "K6: " "docs/operations.md"
    weft help W300
    expect 2 "no message W300" "did you mean W30?"
}

@test "status in a namespace without a virtual mesh names those that there are" {
    pass
    weft status -c weft.yaml -n other
    expect 0 "No virtual mesh in namespace other" "gloo-mesh/bookinfo"
    weft status -c weft.yaml -n gloo-mesh
    expect 0 "gloo-mesh/bookinfo"
}

@test "each command tells the formats that it takes, and no other" {
    local command format formats
    for command in plan discover status rotation evidence trust; do
        formats=$("$WEFT" help "$command" | sed -n 's/.*how to print: //p')
        [[ $formats == "table, json"* ]]
        same "$([[ $formats == *markdown* ]] && echo "$command")" "$([[ $command == plan ]] && echo plan)"
        same "$([[ $formats == *yaml* ]] && echo "$command")" "$([[ $command == status || $command == discover ]] && echo "$command")"
        weft "$command" -o xml
        expect 2 "$formats"
    done
}

@test "version names weft and its libraries" {
    weft version
    expect 0 "weft " libgit2 OpenSSL SQLite
    weft --version
    expect 0 "weft "
}

@test "every option of help is in the manual, and the other way round" {
    local command
    for command in $(commands); do
        "$WEFT" help "$command" | grep -oE -- '--[a-z-]+'
    done | sort -u >helped
    grep -oE '^\.It Fl( [a-z] , Fl)? -[a-z-]+' "$ROOT/docs/weft.1" | grep -oE -- '-[a-z-]+$' | sed 's/^/-/' | sort -u >documented
    diff helped documented
}

@test "a reader that goes away is no failure" {
    pass
    run bash -c '"$0" status -c weft.yaml | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}' "$WEFT"
    [[ $status == 0 || $status == 141 ]]
    run bash -c '"$0" help >/dev/full' "$WEFT"
    expect 1
}

@test "output that cannot be written is a failure of every command" {
    local command
    pass
    for command in "validate --specs specs/specs" "validate -c weft.yaml" "explain --specs specs/specs cluster-1/a/b bookinfo/reviews" "plan -c weft.yaml" "status -c weft.yaml" "trust inspect -c weft.yaml" \
        "evidence -c weft.yaml" "version" "help" "run --help" "keygen another.key" "render --specs specs/specs --output out"; do
        # shellcheck disable=SC2086
        run bash -c '"$0" "$@" >/dev/full' "$WEFT" $command
        expect 1 "standard output"
    done
}

@test "closed descriptors are not handed to the next file that is opened" {
    run bash -c '"$0" run -c weft.yaml <&- >&- 2>&-' "$WEFT"
    expect 0
    ! grep -rlE 'info (specs|publish)|specs +main' --exclude-dir=specs . || return 1
    run bash -c '"$0" render --specs specs/specs --output out >&-' "$WEFT"
    expect 0
}

@test "what is made does not depend on the umask of the caller" {
    (umask 0 && "$WEFT" run -c weft.yaml --report report/r.json --metrics-file report/m.prom)
    same "$(find . -path ./specs -prune -o -path ./certs -prune -o -newer state.key -perm /022 ! -type l -print)" ""
    (umask 077 && "$WEFT" render --specs specs/specs --output out)
    same "$(stat -c %a out out/clusters report report/r.json | tr '\n' ' ')" "755 755 755 644 "
}

@test "keygen makes a key once and never overwrites it" {
    weft keygen new.key
    expect 0
    same "$(stat -c %a new.key)" 600
    cp new.key old.key
    weft keygen new.key
    expect 1 new.key
    cmp new.key old.key
}
