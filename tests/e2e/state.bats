# The state and its key: whatever is wrong with them, they are never overwritten, and no second root is made.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

@test "the state is lost after a root was deployed: no second root is made, the former output stays" {
    pass
    local before root
    before=$(output_git rev-parse rendered:clusters) root=$(state_rows 'SELECT id FROM roots')
    rm state/state.db
    pass
    expect 3 "(T1)" "${root:0:16}"
    same "$(output_git rev-parse rendered:clusters)" "$before"
    same "$(state_rows 'SELECT count(*) FROM roots')" 0
}

@test "the state is restored from its backup: as if nothing had been" {
    pass
    cp -p state/state.db backup
    local before
    before=$(tip)
    rm state/state.db
    pass
    cp -p backup state/state.db
    pass
    expect 0
    same "$(output_git rev-parse rendered:clusters)" "$(output_git rev-parse "$before":clusters)"
}

@test "the root is lost for good: an annotation that names it allows a new one" {
    pass
    local root
    root=$(state_rows 'SELECT id FROM roots')
    rm state/state.db
    sed -i "s|^  name: bookinfo|  name: bookinfo\n  annotations: {weft.dev/replace-lost-root: $root}|" specs/specs/virtualmesh.yaml
    push_specs "the root is lost"
    pass
    expect 0
    same "$(state_rows 'SELECT count(*) FROM roots')" 1
    [[ $(state_rows 'SELECT id FROM roots') != "$root" ]]
}

@test "another pass holds the state: exit 1, and nothing is done twice" {
    pass
    cat >hold.py <<'END'
import sqlite3, sys
db = sqlite3.connect("state/state.db", isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
END
    coproc HOLD { python3 hold.py 3>&-; }
    read -r -u "${HOLD[0]}"
    local pid=$HOLD_PID
    pass
    exec {HOLD[1]}>&-
    wait "$pid" || true
    expect 1 "state/state.db" "another"
    same "$(commits)" 1
    pass
    expect 0
}

@test "a state of a newer weft is refused and not changed" {
    pass
    sqlite3 state/state.db 'PRAGMA user_version = 999'
    local before
    before=$(sha256sum state/state.db)
    pass
    expect 1 "newer"
    same "$(sha256sum state/state.db)" "$before"
    weft status -c weft.yaml
    expect 1 "newer"
}

@test "a corrupt state is refused and not changed" {
    pass
    dd if=/dev/urandom of=state/state.db bs=4096 seek=1 count=6 conv=notrunc status=none
    local before
    before=$(sha256sum state/state.db)
    pass
    expect 1 state/state.db
    same "$(sha256sum state/state.db)" "$before"
    same "$(commits)" 1
    echo "not a database, but a note that somebody left here by mistake, long enough for the header of one" >state/state.db
    before=$(sha256sum state/state.db)
    pass
    expect 1 state/state.db
    same "$(sha256sum state/state.db)" "$before"
}

@test "a database of another program is refused and not changed" {
    mkdir -m 700 state
    (umask 077 && sqlite3 state/state.db 'CREATE TABLE accounts (name TEXT)')
    local before
    before=$(sha256sum state/state.db)
    pass
    expect 1 state/state.db
    same "$(sha256sum state/state.db)" "$before"
}

@test "another state key is refused before anything is done" {
    pass
    local before
    before=$(sha256sum state/state.db)
    rm state.key
    weft keygen state.key
    pass
    expect 1 "key"
    same "$(sha256sum state/state.db)" "$before"
    same "$(commits)" 1
}

@test "a state key that is missing, too short or open to others" {
    mv state.key right.key
    pass
    expect 1 state.key "weft keygen"
    head -c 7 right.key >state.key
    chmod 600 state.key
    pass
    expect 1 state.key
    cp right.key state.key
    chmod 644 state.key
    pass
    expect 1 state.key chmod
    same "$(tip)" none
    [[ ! -e state/state.db ]]
}

@test "a state file that others can read is refused" {
    pass
    chmod 644 state/state.db
    pass
    expect 1 "chmod 600"
    chmod 600 state/state.db
    pass
    expect 0
}

@test "the disk is full: exit 1, and with room again the pass goes on where it was" {
    # A file system of its own, as small as a state just needs to begin.
    [[ $(id -u) == 0 ]] || skip "needs root to mount a small file system"
    unshare --mount true 2>/dev/null || skip "mounting is not allowed here"
    cat >full.sh <<'END'
mkdir -p state small
mount -t tmpfs -o size="$1",mode=700 none small
cp -a state/. small/
mount --bind small state
"$WEFT" run -c weft.yaml --log-format lines
status=$?
umount state
rm -rf state && cp -a small state
exit $status
END
    local size failed=0
    for size in 8k 32k 64k 128k; do
        WEFT=$WEFT run unshare --mount bash full.sh $size
        if [[ $status != 0 ]]; then
            expect 1 state
            failed=$((failed + 1))
        fi
        rm -rf state/cache
    done
    ((failed > 0))
    pass
    expect 0
    same "$(commits)" 1
    same "$(state_rows 'SELECT count(*) FROM roots')" 1
    same "$(state_rows 'SELECT count(*) FROM intermediates')" 2
}
