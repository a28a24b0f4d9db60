# output.oci: an artifact for each cluster beside the branch, in a registry that follows the OCI distribution spec
# (tests/servers/registry.py); tests/conformance/oci has real ones.
load lib
load registry

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }
teardown() { end_registry; }

@test "without output.oci nothing is asked and nothing is remembered" {
    pass
    expect 0
    same "$(state_rows "SELECT count(*) FROM facts WHERE name = 'artifacts'")" 0
    [[ $(output_git log --format=%B rendered) != *Weft-Artifact* ]]
}

@test "each cluster gets its files, and what does not change is not pushed again" {
    local first one two
    registry "bearer weft sesame"
    pass
    expect 0 "2 artifacts in oci://127.0.0.1:" ": 2 new"
    first=$(tip)
    unpack cluster-1
    unpack cluster-2
    same "$(manifest cluster-1 | jq -r '.mediaType, .config.mediaType, .layers[0].mediaType')" \
        $'application/vnd.oci.image.manifest.v1+json\napplication/vnd.cncf.flux.config.v1+json\napplication/vnd.cncf.flux.content.v1.tar+gzip'
    same "$(revision cluster-1)" "rendered@sha1:$first"
    same "$(manifest cluster-1 | jq -r '.annotations["org.opencontainers.image.source"]')" "$OUTPUT_URL"
    same "$(manifest cluster-1 | jq -r '.annotations["org.opencontainers.image.created"] | fromdate')" "$(output_git log -1 --format=%ct rendered)"
    same "$(layer cluster-1 | gzip -dc | sha256sum | cut -d' ' -f1)" \
        "$(jq -r '.rootfs.diff_ids[0]' "registry/blobs/$(manifest cluster-1 | jq -r .config.digest)" | cut -d: -f2)"
    one=$(digest cluster-1) two=$(digest cluster-2)
    # Nothing changed: the registry is not even asked.
    : >registry/log
    pass
    expect 0 "nothing changed"
    same "$(requests)" 0
    # A file of another author is applied from Git, so it is in the artifact; the other cluster's stays as it is.
    other_writer "clusters/cluster-2/notes.txt" "not weft's" "a note"
    pass
    expect 0 ": 1 new"
    same "$(digest cluster-1)" "$one"
    [[ $(digest cluster-2) != "$two" ]]
    unpack cluster-2
    same "$(revision cluster-2)" "rendered@sha1:$(tip)"
    same "$(writes)" 5
    # The next commit names the artifacts that were pushed of the one before.
    two=$(digest cluster-2)
    another_port 32017
    pass
    expect 0 ": 1 new"
    same "$(output_git log -1 --format='%(trailers:key=Weft-Artifact,valueonly)' rendered | grep -v '^$')" "cluster-2 $two"
    weft verify -c weft.yaml
    expect 4 "nothing is wrong" # and nothing is signed
}

@test "a lost state, a lost tag and a cleared registry: the same digest again" {
    local one two
    registry "basic weft sesame"
    pass
    expect 0
    one=$(digest cluster-1) two=$(digest cluster-2)
    # The tag is gone.
    rm registry/manifests/mesh+cluster-1:latest
    other_writer "notes.txt" "beside the clusters" "a note"
    pass
    expect 0 ": 1 new"
    same "$(digest cluster-1) $(digest cluster-2)" "$one $two"
    # Everything is gone.
    rm -rf registry/manifests/* registry/blobs/*
    other_writer "notes.txt" "again" "a note"
    pass
    expect 0 ": 2 new"
    same "$(digest cluster-1) $(digest cluster-2)" "$one $two"
    # The state does not know them any more: what is at the tags is compared, and stays.
    : >registry/log
    forget_artifacts
    pass
    expect 0 ": 0 new"
    same "$(writes)" 0
    same "$(digest cluster-1) $(digest cluster-2)" "$one $two"
}

@test "killed anywhere, the next pass ends it, and no tag is ahead of the branch" {
    local point commit
    for point in pass.artifact:1 pass.artifact:2 pass.artifacts.pushed:1 pass.published:1; do
        rm -rf registry/manifests/* registry/blobs/* state
        rm -rf "$OUTPUT_GIT" && cp -R "$BATS_FILE_TMPDIR/template/repositories/output.git" "$OUTPUT_GIT"
        registry
        WEFT_FAULT=$point pass
        same "$status" 137
        for commit in registry/manifests/*; do
            [[ ! -e $commit ]] || same "$(jq -r '.annotations["org.opencontainers.image.revision"]' "$commit")" "rendered@sha1:$(tip)"
        done
        pass
        expect 0
        unpack cluster-1
        unpack cluster-2
        same "$(commits)" 1
        pass
        expect 0 "nothing changed"
    done
}

@test "with pull requests, the artifact is of what was merged" {
    registry
    pass
    expect 0
    write_config
    sed -i "s|^output: {\(.*\)}$|output: {\1, mode: pull-request, pullRequest: {forge: gitea, api: 'http://127.0.0.1:1/api', repository: p/m, tokenFile: registry-password}, oci: {url: 'oci://127.0.0.1:$(<registry/port)/mesh', allowInsecure: true}}|" weft.yaml
    another_port 32017
    pass
    expect 1
    same "$(revision cluster-2)" "rendered@sha1:$(tip)"
    output_git update-ref refs/heads/rendered refs/heads/rendered-proposal
    pass
    same "$(revision cluster-2)" "rendered@sha1:$(output_git rev-parse rendered-proposal)"
    unpack cluster-2
}
