# A step that did not reach a cluster is not waited for by the clock, whatever was pushed for others.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() {
    stage_test
    write_config "evidence: {trustClock: true}"
    sed -i 's/^  mtlsConfig:$/  mtlsConfig:\n    rotationVerificationMethod: {none: {}}/' specs/specs/virtualmesh.yaml
    push_specs "no approval needed"
    hour 0
    expect 0
}

# A pass N hours after the beginning.
hour() { pass --now "$(date -u -d "@$((1800000000 + $1 * 3600))" +%FT%TZ)"; }
other_root() {
    sed -i 's/ttlDays: 1825/ttlDays: 1824/' specs/specs/virtualmesh.yaml
    push_specs "another root"
}
step() { state_rows 'SELECT step FROM rotations'; }

@test "a cluster whose certificates cannot be sealed holds the rotation, however long" {
    other_root
    mv certs/cluster-2.pem away.pem
    hour 1
    expect 3
    for h in 2 3 30 31 60 61; do hour $h; done
    same "$(step)" 1
    expect 3 "(S1)" "cluster cluster-2"
    weft evidence -c weft.yaml -q --now "$(date -u -d "@$((1800000000 + 61 * 3600))" +%FT%TZ)"
    expect 0 'weft could not deliver this step to cluster cluster-2 yet'
    mv away.pem certs/cluster-2.pem
    hour 62
    for h in 63 80 86; do hour $h; done
    same "$(step)" 1
    for h in 88 89 90; do hour $h; done
    same "$(step)" 2
}

@test "a step whose push was refused is not out because something else was pushed" {
    other_root
    printf '#!/bin/sh\nexit 1\n' >"$OUTPUT_GIT/hooks/pre-receive"
    chmod +x "$OUTPUT_GIT/hooks/pre-receive"
    hour 1
    expect 1
    rm "$OUTPUT_GIT/hooks/pre-receive"
    cp specs/specs/virtualmesh.yaml mended.yaml
    sed -i 's/mtlsConfig:/mtlsConfigg:/' specs/specs/virtualmesh.yaml
    push_specs "a mistake"
    for h in 2 3 30; do hour $h; done
    expect 3
    cp mended.yaml specs/specs/virtualmesh.yaml
    push_specs "mended"
    hour 40
    expect 0
    for h in 41 50 60 65; do hour $h; done
    same "$(step)" 1
    for h in 67 68 69; do hour $h; done
    same "$(step)" 2
}
