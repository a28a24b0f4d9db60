# No private key, and no state key, in anything that weft writes, prints, passes on or leaves: every key of a whole life is looked for in
# all of it, and what is planted there is found.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    export STATE_KEYS=${STATE_KEYS:-${WEFT%/app/weft}/tests/e2e/state_keys}
    mkdir -p out left
    cluster_lists cluster-1
    serve api-lists.py dump kubeconfigs cluster-1
    age-keygen -o one.agekey 2>/dev/null
    chmod 600 one.agekey
    ONE=$(age-keygen -y one.agekey)
    ssh-keygen -q -t ed25519 -N '' -C weft -f signing.key
    : >keys
}

teardown() {
    rm -f dump/cluster-1/hold "$OUTPUT_GIT"/hold
    if [[ ${PASS_PID:-} ]]; then kill "$PASS_PID" 2>/dev/null || true; fi
}

# configured MODE [TYPE]: how cluster-1 gets its cacerts, and the type of keys.
configured() {
    write_config "metrics: {file: metrics.prom}" "evidence: {trustClock: true}"
    sed -i -e "s|^- {name: cluster-1.*|- {name: cluster-1, delivery: {mode: $1}, sealingCertificate: certs/cluster-1.pem, kubeconfig: kubeconfigs/cluster-1.yaml, ageRecipients: [$ONE], takeOver: true}|" \
        -e "s|^pki: .*|pki: {keyType: ${2:-ec-p256}, escrow: {ageRecipients: [$ONE]}}|" \
        -e 's|^output: {|&signing: {sshKey: signing.key}, |' weft.yaml
    [[ $1 == direct ]] || sed -i 's|kubeconfig: kubeconfigs/cluster-1.yaml, ||' weft.yaml
}

# said COMMAND...: weft, with all that it prints in out, and its exit status in $status.
said() {
    SAID=$((${SAID:-0} + 1))
    status=0
    "$WEFT" "$@" >out/$SAID.out 2>out/$SAID.err || status=$?
}

# ended STATUS: the last of them did so.
ended() {
    [[ $status == "$1" ]] || { cat out/$SAID.err >&2 && return 1; }
}

hour() { date -u -d "@$((1800000000 + $1 * 3600))" +%Y-%m-%dT%H:%M:%SZ; }
# run_at HOURS ARGUMENT...: a pass that says all that it can say.
run_at() { said run -c weft.yaml -v --now "$(hour "$1")" --report out/report.json "${@:2}"; }

# What is in the state, and what opens it.
known() {
    "$STATE_KEYS" state/state.db state.key >>keys
    echo "state-key raw $(xxd -p -c 64 state.key)" >>keys
    sort -u -o keys keys
}

everywhere() { "$ROOT/tests/e2e/leaks.py" keys out left state cache tmp metrics.prom "$SPECS_GIT" "$OUTPUT_GIT" dump/cluster-1/requests; }

# clean: nothing of it is anywhere.
clean() {
    cp -R state left/state.$((KEPT = ${KEPT:-0} + 1))
    run everywhere
    same "$output" ""
    same "$status" 0
}

# held_at FILE HOURS: a pass that is held until then; its state, arguments and environment are in left, and what a core of it would hold.
held_at() {
    "$WEFT" run -c weft.yaml -v --now "$(hour "$2")" >"out/held.$2.out" 2>"out/held.$2.err" 3>&- &
    PASS_PID=$!
    until [[ -e $1 ]]; do
        kill -0 $PASS_PID || { cat "out/held.$2.err" >&2 && return 1; }
        sleep 0.05
    done
    cp -R state "left/state.held.$2" # with its journal
    mkdir "left/image.$2"
    if [[ -r /proc/$PASS_PID/mem ]]; then
        (($("$ROOT/tests/e2e/image.py" $PASS_PID "left/image.$2") > 1000000))
    else
        echo "# the memory of a pass is for root alone to read" >&3
    fi
}

# The push of a pass waits while there is $OUTPUT_GIT/hold.
hold_pushes() {
    printf '#!/bin/sh\nwhile [ -e "%s/hold" ]; do touch "%s/held"; sleep 0.05; done\n' "$OUTPUT_GIT" "$OUTPUT_GIT" >"$OUTPUT_GIT/hooks/pre-receive"
    chmod +x "$OUTPUT_GIT/hooks/pre-receive"
    touch "$OUTPUT_GIT/hold"
}

# aborted: it leaves no core, and the next pass continues.
aborted() {
    kill -ABRT $PASS_PID
    wait $PASS_PID || true
    PASS_PID=
    run find . -name 'core*' -newer weft.yaml -not -path './left/*'
    same "$output" ""
}

@test "a whole life: no key of it is anywhere but where it belongs" {
    local command
    configured direct
    run_at 0
    ended 0
    known
    configured direct rsa # a rotation
    sed -i 's/^\( *\)generated:.*/&\n\1  rsaKeySizeBytes: 2048/' specs/specs/virtualmesh.yaml
    push_specs "a small key"
    touch dump/cluster-1/hold # while the key is on its way, it has to be in memory
    held_at dump/cluster-1/held 1
    rm -r dump/cluster-1/hold left/image.1/core
    aborted
    hold_pushes # after it was written
    held_at "$OUTPUT_GIT/held" 2
    rm "$OUTPUT_GIT"/{hold,held}
    aborted
    known
    clean
    configured sealed-secret rsa
    touch "$OUTPUT_GIT/hold" # after it was encrypted
    held_at "$OUTPUT_GIT/held" 60
    rm "$OUTPUT_GIT"/{hold,held}
    aborted
    known
    clean
    configured sops rsa
    sed -i 's/^metadata:$/metadata:\n  annotations: {weft.dev\/sealed-secret-removed: "*"}/' specs/specs/virtualmesh.yaml
    push_specs "by sops"
    for hour in 61 120 180 240 300; do
        run_at $hour
        known
    done
    for command in "validate" "plan --diff" "plan -o json" "status" "status -o json" "custody" "custody -o json" "rotation plan gloo-mesh/bookinfo" "evidence" \
        "log -o json" "at now" "verify" "trust inspect gloo-mesh/bookinfo" "trust root gloo-mesh/bookinfo" "cluster list" "cluster check" "trust escrow --output escrow" "render --specs specs/specs --output rendered" "state check" "explain bookinfo/productpage bookinfo/reviews"; do
        # shellcheck disable=SC2086 # a list of words
        said $command -c weft.yaml
        [[ $status != 2 ]] || ended 0
    done
    "$WEFT" keygen --quiet next.key
    said state rekey --new-key next.key -c weft.yaml
    ended 0
    run_at 301 # the former key
    ended 1
    mv next.key state.key
    run_at 302
    known
    cp state/state.db damaged.db
    printf 'x' | dd of=state/state.db bs=1 seek=9000 conv=notrunc status=none
    run_at 303
    mv damaged.db state/state.db
    (($(cut -d ' ' -f 1 keys | sort -u | wc -l) >= 7)) # two roots, two intermediates under each, the state keys
    cp -R escrow left/
    clean
}

# planted PLACE: the search finds it there, and nothing when it is gone.
planted() {
    run everywhere
    same "$status" 1
    [[ $output == *"$1"* ]] || { echo "$output" >&2 && return 1; }
    rm -rf left/planted
    mkdir left/planted
    run everywhere
    same "$output" ""
}

@test "what is planted is found, in each form and in each place" {
    local form pem
    configured direct
    run_at 0
    ended 0
    known
    mkdir left/planted
    jq -r '.items[0].data["ca-key.pem"]' dump/cluster-1/secrets.json >secret.b64 # as the cluster has it
    base64 -d secret.b64 >pem
    openssl pkey -in pem -outform DER -out der
    openssl pkey -in pem -noout -text >text
    for form in "cp pem" "cp der" "cp secret.b64" "cp text" "openssl pkey -in pem -traditional -out" "jq -Rs '{log: .}' pem >" "sed 's/^/      /' pem >" \
        "base64 -w 76 der >" "(printf a && cat der) | base64 -w 0 >" "(printf ab && cat der) | base64 -w 0 >" "xxd -p der >" "xxd -u -p -c 11 der >" \
        "basenc --base64url -w 0 der >" "(printf abcd && cat pem) | base64 -w 0 >" "head -c 60 der >" "cp state.key" "base64 state.key >" "xxd -p state.key >"; do
        eval "$form left/planted/log"
        planted left/planted/log || { echo "not found: $form" >&2 && return 1; }
    done
    # a Git object that nothing refers to
    cp -R "$OUTPUT_GIT" left/planted/copy.git
    git -C left/planted/copy.git hash-object -w --stdin <pem
    planted "copy.git blob"
    # the journal of a database
    sqlite3 left/planted/one.db 'PRAGMA journal_mode=wal' 'CREATE TABLE t(x)' "INSERT INTO t VALUES (x'$(xxd -p -c 0 der)')" \
        ".shell cp left/planted/one.db-wal wal" >/dev/null
    cp wal left/planted/one.db-wal
    rm left/planted/one.db
    planted left/planted/one.db-wal
    # the memory, the arguments and the environment of a process
    PLANTED=$(<secret.b64) python3 -c 'import sys, time; key = open("der", "rb").read(); print(flush=True); time.sleep(60)' "$(xxd -p -c 0 der)" >ready 3>&- &
    PASS_PID=$!
    until [[ -s ready ]]; do sleep 0.05; done
    if [[ -r /proc/$PASS_PID/mem ]]; then
        "$ROOT/tests/e2e/image.py" $PASS_PID left/planted/image
        for file in core cmdline environ; do
            cp left/planted/image/$file .
        done
        for file in core cmdline environ; do
            rm -r left/planted && mkdir left/planted && cp $file left/planted/$file
            planted left/planted/$file
        done
    fi
    kill $PASS_PID
    PASS_PID=
}
