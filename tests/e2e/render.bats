# weft render: a folder of specs to a folder of manifests, the same bytes as a pass.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

@test "render gives the bytes of a pass, but for trust and records" {
    pass
    expect 0
    weft render --specs specs/specs --output out
    expect 0
    rendered_files | grep -vE '^(weft|clusters/[^/]*/trust)/' | sort >wanted
    (cd out && find . -type f ! -path './weft/*' -printf '%P\n' | sort) >have
    diff wanted have
    while read -r file; do
        rendered_file "$file" | cmp - "out/$file"
    done <wanted
    run find out -path '*trust*'
    same "$output" ""
}

@test "the same specs from another folder give the same bytes" {
    weft render --specs specs/specs --output one
    expect 0
    cp -R specs/specs moved
    mv moved/cluster-1/services.yaml moved/another-name.yml
    weft render --specs moved --output two
    expect 0
    diff -r one two
}

@test "no time, host or version gets into a manifest" {
    weft render --specs specs/specs --output out
    run grep -rEl "20[0-9]{2}-[0-9]{2}-[0-9]{2}|$(hostname)" out
    same "$output" ""
}

@test "render refuses an output folder that holds something" {
    mkdir out
    echo kept >out/file
    weft render --specs specs/specs --output out
    expect 1 out "not empty"
    same "$(ls out)" file
}

@test "render of a folder that is missing or has no specs says so" {
    weft render --specs nowhere --output out
    expect 1 nowhere
    mkdir empty
    weft render --specs empty --output out
    expect 1 empty
    [[ ! -d out || -z $(ls out) ]]
}

@test "render leaves a broken spec out, names it and renders the others" {
    printf 'apiVersion: networking.mesh.gloo.solo.io/v1\nkind: VirtualMesh\nmetadata: {name: broken, namespace: gloo-mesh}\nspec: {mehses: []}\n' \
        >specs/specs/broken.yaml
    weft render --specs specs/specs --output out
    expect 3 specs/specs/broken.yaml:4:8 mehses
    [[ -f out/clusters/cluster-1/exports/bookinfo.yaml ]]
}

@test "when nothing can be rendered, no folder is named as written" {
    mkdir alone
    cp specs/specs/virtualmesh.yaml alone
    sed -i 's/^spec:/spec:\n  mehses: []/' alone/virtualmesh.yaml
    weft render --specs alone --output out
    expect 3 "nothing to write; out was not made"
    [[ ! -e out ]]
}
