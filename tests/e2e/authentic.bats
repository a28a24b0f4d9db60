# weft refuses what it did not write into the state itself, by table and row; it pushes nothing, and the file stays as it is.
load lib
setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

pass_at() { weft run -c weft.yaml --log-format lines --now "$(at "$1")"; }

# A CA that weft did not make.
foreign_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=foreign" -days 3650 \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -keyout foreign.key -out foreign.pem 2>/dev/null
}

# tamper TABLE COLUMN PYTHON: the value v of each row becomes what the expression says; foreign is the other CA.
tamper() {
    python3 - "$@" <<'END'
import sqlite3, sys
table, column, change = sys.argv[1:]
foreign = open("foreign.pem").read()
db = sqlite3.connect("state/state.db")
for row, v in db.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
    new = eval(change)
    assert new != v
    db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (new, row))
db.commit()
END
}

other() { printf 'v[:%d] + chr(ord(v[%d]) ^ 1) + v[%d:]' "$1" "$1" $(($1 + 1)); }

# refused TABLE COLUMN PYTHON: with the state changed like this a full pass fails, and so does who only looks when the damage shows without the key.
refused() {
    local before sum
    before=$(tip)
    cp -p good state/state.db
    tamper "$@"
    sum=$(sha256sum <state/state.db)
    push_specs "full pass"
    pass_at "${HOUR:-1}"
    expect 1 "table $1"
    same "$(tip)" "$before"
    same "$(sha256sum <state/state.db)" "$sum"
    weft state check -c weft.yaml
    expect 1 "table $1"
}

# The same by people who have no key.
seen_without_key() {
    cp -p good state/state.db
    tamper "$@"
    mv state.key away
    weft status -c weft.yaml --now "$(at 1)"
    mv away state.key
    expect 1 "table $1"
}

@test "roots, intermediates and rotations that were changed are refused, and nothing is published" {
    foreign_ca
    pass_at 0
    expect 0
    cp -p state/state.db good
    refused roots cert_pem 'v + foreign'
    refused roots cert_pem "$(other 120)"
    refused roots cert_pem 'v[:200] + "%" + v[201:]'
    refused roots cert_pem foreign
    refused roots chain_pem foreign
    refused intermediates cert_pem "$(other 60)"
    refused intermediates cert_pem "$(other 500)"
    refused rotations step 'v + 1'
    refused publications counter 'v + 1'
    refused deliveries mark 'v + "0"'
    seen_without_key roots cert_pem 'v + foreign'
    seen_without_key roots cert_pem "$(other 120)"
    seen_without_key roots cert_pem foreign
    seen_without_key roots chain_pem foreign
    seen_without_key roots not_after 'v + 1'
    seen_without_key intermediates cert_pem "$(other 500)"
    seen_without_key intermediates root 'foreign[:64]'
    seen_without_key intermediates spki "$(other 3)"
    seen_without_key intermediates id "$(other 3)"
    # As if nothing had been.
    cp -p good state/state.db
    pass_at 1
    expect 0
    weft state check -c weft.yaml
    expect 0
}

@test "in the middle of a rotation, too" {
    foreign_ca
    write_config "evidence: {trustClock: true, leafTTL: 1h, syncAllowance: 10m}"
    pass_at 0
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass_at 1
    expect 0
    same "$(state_rows 'SELECT step FROM rotations')" 1
    cp -p state/state.db good
    HOUR=2
    refused roots cert_pem 'v + foreign'
    refused rotations new_root 'v[:63] + ("0" if v[63] != "0" else "1")'
    refused rotations detail 'v + " "'
    refused intermediates state '"retired"'
    cp -p good state/state.db
    pass_at 2
    expect 0
}

@test "an encrypted manifest that was changed in the state is taken from the branch, or made again" {
    local before record='weft/gloo-mesh.bookinfo.json'
    foreign_ca
    pass_at 0
    before=$(output_git rev-parse rendered:clusters)
    cp -p state/state.db good
    tamper deliveries content "$(other 900)"
    push_specs "full pass"
    weft_apart state check -c weft.yaml -o json
    expect 1
    same "$(json - '[p["part"] for p in d["parts"] if not p["ok"]]' <<<"$output")" "['deliveries']"
    pass_at 1
    expect 0 "table deliveries, row path clusters/cluster-1/trust/istio-system.cacerts.yaml"
    same "$(output_git rev-parse rendered:clusters)" "$before"
    weft state check -c weft.yaml
    expect 0
    # A manifest that weft did not write; and the branch has lost the good one.
    tamper deliveries content 'v.split("\n")[0] + "\nkind: ClusterRoleBinding\n"'
    git clone -q "$OUTPUT_URL" other
    git -C other rm -q clusters/cluster-1/trust/istio-system.cacerts.yaml
    echo '# by hand' >>other/clusters/cluster-2/trust/istio-system.cacerts.yaml
    git -C other commit -q -a -m "by hand"
    git -C other push -q origin HEAD:rendered
    weft run -c weft.yaml --log-format lines --now "$(at 3)" --overwrite-drift
    expect 0 "made again"
    run ! grep -q "by hand" <(rendered_file clusters/cluster-2/trust/istio-system.cacerts.yaml)
    rendered_file clusters/cluster-1/trust/istio-system.cacerts.yaml | grep -q '^kind: SealedSecret'
    [[ -n $(output_git rev-parse "rendered:$record") ]]
    run ! grep -r ClusterRoleBinding <(output_git grep -h . rendered -- clusters/*/trust)
    weft state check -c weft.yaml
    expect 0
}

@test "a state of the version before MACs is taken over once, and then never again" {
    local fixture=$ROOT/tests/e2e/fixtures/schema2 before
    schema2
    before=$(output_git rev-parse rendered:clusters)
    weft status -c weft.yaml --now 2026-12-01T11:00:00Z
    expect 0
    weft rotation hold gloo-mesh/bookinfo -c weft.yaml --reason x
    expect 1 "taken it over"
    weft state check -c weft.yaml
    expect 1 "no MACs"
    cp -p state/state.db old
    pass --now 2026-12-01T11:00:00Z
    expect 0 "each of its rows has a MAC from now on"
    same "$(issued)" "$(sqlite3 "file:old?mode=ro" "SELECT 'root', id FROM roots UNION ALL SELECT cluster, serial FROM intermediates ORDER BY 1, 2")"
    same "$(output_git diff-tree -r --name-only rendered~ rendered -- 'clusters/*/trust')" ""
    rendered_file weft/gloo-mesh.bookinfo.json | grep -q '"stateCounter": '
    # Its branch has no certificate log: it begins with what is deployed.
    same "$(rendered_file weft/certificates.jsonl | python3 -c 'import json, sys; print(sorted(json.loads(l)["serial"] for l in sys.stdin))')" \
        "$(rendered_file weft/gloo-mesh.bookinfo.json | json - "sorted(c['serial'] for c in d['trust']['roots'] + d['trust']['intermediates'])")"
    weft state check -c weft.yaml
    expect 0
    # What is idle stays idle.
    before=$(tip)
    pass --now 2026-12-01T11:10:00Z
    expect 0 "nothing changed"
    same "$(tip)" "$before"
    # An old file replaces the new one, whatever put it there, and whatever it contains.
    cp -p old state/state.db
    pass --now 2026-12-01T12:00:00Z
    expect 1 "state accept"
    same "$(sha256sum <state/state.db)" "$(sha256sum <old)"
    same "$(tip)" "$before"
    # With the operator's consent: taken over all the same, but known to be old.
    weft state accept -c weft.yaml
    expect 0
    pass --now 2026-12-01T12:00:00Z
    expect 0 "is older than the output branch"
    weft state accept -c weft.yaml
    expect 1 "nothing to accept"
}

# The fixture as the test's state, specs and output.
schema2() {
    local fixture=$ROOT/tests/e2e/fixtures/schema2
    mkdir -m 700 state
    (umask 077 && gunzip <"$fixture/state.db.gz" >state/state.db)
    sqlite3 state/state.db "UPDATE publications SET repository = '$OUTPUT_URL'"
    cp "$fixture"/cluster-*.pem certs/
    rm state.key
    install -m 600 "$fixture/state.key" state.key
    git -C "$SPECS_GIT" fetch -q "$fixture/specs.bundle" +main:main
    git -C "$OUTPUT_GIT" fetch -q "$fixture/output.bundle" rendered:rendered
}

@test "a damaged state of that version is not taken over" {
    foreign_ca
    schema2
    tamper roots cert_pem 'v + foreign'
    local before
    before=$(sha256sum <state/state.db)
    pass --now 2026-12-01T11:00:00Z
    expect 1 "table roots"
    same "$(sha256sum <state/state.db)" "$before"
    same "$(commits)" 1
    # Nor one with MACs that says it were of that version.
    gunzip <"$ROOT/tests/e2e/fixtures/schema2/state.db.gz" >state/state.db
    sqlite3 state/state.db "UPDATE publications SET repository = '$OUTPUT_URL'"
    pass --now 2026-12-01T11:00:00Z
    expect 0
    sqlite3 state/state.db 'PRAGMA user_version = 2'
    pass --now 2026-12-01T12:00:00Z
    expect 1 "was set back"
}

@test "an older state in place of the newer one is reported, by a pass and by state check" {
    pass_at 0
    cp -p state/state.db older
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass_at 1
    expect 0
    same "$(state_rows 'SELECT step FROM rotations')" 1
    cp -p older state/state.db
    weft state check -c weft.yaml
    expect 1 "it is older, or another one"
    pass_at 2
    expect 3 "(T1)"
}

@test "a state that others could exchange is refused with the command that helps" {
    pass
    chmod 777 state
    pass
    expect 1 "chmod go-w state"
    chmod 1777 state
    pass
    expect 1 "chmod go-w state"
    chmod 2775 state # as fsGroup makes it
    pass
    expect 0
    chmod 700 state
    mv state/state.db elsewhere.db
    ln -s ../elsewhere.db state/state.db
    pass
    expect 1 "is a symbolic link"
    weft status -c weft.yaml
    expect 1 "is a symbolic link"
    rm state/state.db
    mv elsewhere.db state/state.db
    pass
    expect 0
    [[ $(id -u) == 0 ]] || return 0
    chown 12345 state
    pass
    expect 1 "chown 0 state"
    chown 0:12345 state
    chmod 770 state
    pass
    expect 1 "chmod g-w state"
}

@test "state check without the key tells what it cannot check; its JSON names each part" {
    pass
    mv state.key away
    weft state check -c weft.yaml
    expect 1 "state key" "MACs not checked"
    mv away state.key
    weft_apart state check -c weft.yaml -o json
    expect 0
    same "$(json - 'd["ok"] and [p["rows"] for p in d["parts"] if p["part"] == "table roots"]' <<<"$output")" "[1]"
    sqlite3 state/state.db "DELETE FROM runs"
    weft_apart state check -c weft.yaml -o json
    expect 1
    same "$(json - '[p["part"] for p in d["parts"] if not p["ok"]]' <<<"$output")" "['table runs']"
    weft state
    expect 2
    weft state mend
    expect 2 "unknown verb"
    rm state/state.db
    weft state check -c weft.yaml
    expect 1 "is not there"
}

@test "the root of a volume keeps the mode that its driver gave it" {
    [[ $(id -u) == 0 ]] || skip "needs root to mount a file system"
    unshare --mount true 2>/dev/null || skip "mounting is not allowed here"
    mkdir -p state
    cat >volume.sh <<'END'
mount -t tmpfs -o size=8m,mode="$1" none state
exec "$WEFT" run -c weft.yaml --log-format lines
END
    WEFT=$WEFT run unshare --mount bash volume.sh 2777
    expect 0
    WEFT=$WEFT run unshare --mount bash volume.sh 1777 # a /tmp is for every user
    expect 1 "chmod go-w state"
}

@test "what SQLite keeps beside the state is a regular file, or nothing is opened" {
    pass_at 0
    expect 0
    mkfifo state/state.db-journal
    push_specs "full pass"
    pass_at 1
    expect 1 "state.db-journal" "not a regular file"
    rm state/state.db-journal
    pass_at 1
    expect 0
}

# The branch is written by others, too: no number there may end the counters of the state.
@test "absurd counters on the branch do not damage the state" {
    local record=weft/gloo-mesh.bookinfo.json hour
    pass_at 0
    expect 0
    for counter in 9223372036854775807 9007199254740993; do
        git clone -q -b rendered "$OUTPUT_URL" other
        sed -i "s/\"stateCounter\": .*[0-9]/\"stateCounter\": $counter/" other/$record
        grep -q "$counter" other/$record
        git -C other commit -q -a -m "by hand

Weft-State: $(output_git log --format='%(trailers:key=Weft-State,valueonly)' rendered | grep . | head -n 1)
Weft-Counter: $counter"
        git -C other push -q origin HEAD:rendered
        rm -rf other
        for hour in 1 2 3; do
            sed -i "s/nodePort: 320.*/nodePort: 320$hour${counter: -1}/" specs/specs/cluster-1/gateway.yaml
            push_specs "another node port"
            weft run -c weft.yaml --log-format lines --now "$(at $hour)" --overwrite-drift
            expect 0
            weft state check -c weft.yaml
            expect 0
        done
    done
}
