# The repositories misbehave: unreachable, refused, protected, moved under our feet, edited by others.
LEAKS=yes
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# A hook of the output repository.
hook() {
    cat >"$OUTPUT_GIT/hooks/$1"
    chmod +x "$OUTPUT_GIT/hooks/$1"
}

@test "a specs repository that cannot be reached: exit 1, quickly, nothing lost" {
    pass
    local before rows
    before=$(tip) rows=$(issued)
    # No server listens on port 1.
    sed -i "s|^specs: {url: [^,]*|specs: {url: git://127.0.0.1:1/specs.git|" weft.yaml
    pass
    expect 1 127.0.0.1:1
    same "$(tip)" "$before"
    same "$(issued)" "$rows"
}

@test "an output repository that cannot be reached: exit 1; what was issued is used later" {
    sed -i "s|^output: {url: [^,]*|output: {url: git://127.0.0.1:1/output.git|" weft.yaml
    pass
    expect 1 127.0.0.1:1
    write_config
    pass
    expect 0
    same "$(commits)" 1
}

@test "a repository that is not there" {
    sed -i "s|specs.git|spocs.git|" weft.yaml
    pass
    expect 1 spocs.git
    same "$(tip)" none
}

@test "a ref that is missing: some that exist are named" {
    sed -i 's/ref: main/ref: mian/' weft.yaml
    pass
    expect 1 mian main
    same "$(tip)" none
}

@test "an empty specs repository" {
    rm -rf "$SPECS_GIT"
    git init -q --bare -b main "$SPECS_GIT"
    pass
    expect 1 main
    same "$(tip)" none
}

@test "a tag and a commit id are refs, too" {
    git -C specs tag v1
    git -C specs push -q origin v1
    sed -i 's|ref: main|ref: refs/tags/v1|' weft.yaml
    pass
    expect 0
    sed -i "s|ref: refs/tags/v1|ref: $(git -C specs rev-parse HEAD)|" weft.yaml
    pass
    expect 0
    same "$(commits)" 1
}

@test "a protected branch: the server's words are passed on, what was issued is used later" {
    hook pre-receive <<'END'
#!/bin/sh
echo "protected: ask the platform team" >&2
exit 1
END
    pass
    expect 1 "ask the platform team"
    same "$(tip)" none
    local rows
    rows=$(issued)
    rm "$OUTPUT_GIT/hooks/pre-receive"
    pass
    expect 0
    same "$(commits)" 1
    same "$(issued)" "$rows"
}

@test "a branch that moves during the push: both commits are there, and none twice" {
    pass
    other_writer notes/first.txt one "the first note"
    other_writer notes/second.txt two "the second note"
    # The branch goes back one commit; the hook brings it forward again just while weft pushes.
    local second
    second=$(tip)
    output_git update-ref refs/heads/rendered "$second~"
    hook pre-receive <<END
#!/bin/sh
test -e moved && exit 0
touch moved
unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
exec git update-ref refs/heads/rendered $second
END
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    pass
    expect 0
    [[ -e $OUTPUT_GIT/moved ]]
    same "$(output_git rev-parse rendered~)" "$second"
    rendered_file notes/second.txt
    rendered_file clusters/cluster-2/imports/cluster-1/bookinfo.yaml | grep -q 'http: 32017'
    same "$(commits)" 4
}

@test "two passes with a state of their own at once: no commit is lost" {
    pass
    mkdir twin
    sed -e 's|path: state/state.db|path: twin/state.db|' weft.yaml >twin.yaml
    cp state/state.db twin/
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    "$WEFT" run -c twin.yaml --quiet 3>&- &
    local other=$!
    pass
    expect 0
    wait "$other"
    same "$(commits)" 2
    run output_git fsck --strict
    same "$status" 0
}

@test "another writer edits a file of weft on the branch: it is named, and stays until overwriting is asked for" {
    pass
    other_writer clusters/cluster-2/imports/cluster-1/bookinfo.yaml \
        "$(rendered_file clusters/cluster-2/imports/cluster-1/bookinfo.yaml | sed 's/32001/31111/')" "a quick fix"
    local edited
    edited=$(tip)
    sed -i 's/nodePort: 32001/nodePort: 32017/' specs/specs/cluster-1/gateway.yaml
    push_specs "another node port"
    pass
    expect 1 clusters/cluster-2/imports/cluster-1/bookinfo.yaml "Mesh Team" "--overwrite-drift"
    same "$(tip)" "$edited"
    pass --overwrite-drift
    expect 0
    rendered_file clusters/cluster-2/imports/cluster-1/bookinfo.yaml | grep -q 'http: 32017'
    same "$(output_git rev-parse rendered~)" "$edited"
}

@test "a cache that is damaged, or of another repository, is made again" {
    pass
    local before
    before=$(tip)
    find state/cache -name '*.pack' -exec sh -c 'chmod +w "$1" && head -c 40 "$1" >t && cat t >"$1"' sh {} \;
    find state/cache -type f -path '*objects/??/*' -delete
    pass
    expect 0
    same "$(tip)" "$before"
    for clone in state/cache/*; do
        rm -rf "$clone"
        git init -q --bare "$clone"
    done
    pass
    expect 0
    same "$(tip)" "$before"
    rm -rf state/cache
    echo "not a folder" >state/cache
    pass
    [[ $status == 0 || $status == 1 ]]
    same "$(tip)" "$before"
}

@test "a history of the specs that was rewritten is simply fetched again" {
    pass
    git -C specs commit -q --amend -m "another past"
    git -C specs push -q -f origin HEAD:main
    pass
    expect 0
    same "$(commits)" 1
}

# Both repositories under another address, with credentials for both.
move_to() {
    sed -i -e "s|^\(specs: {\)url: [^,]*|\1auth: {$2}, url: $1/specs.git|" -e "s|^\(output: {\)url: [^,]*|\1auth: {$2}, url: $1/output.git|" weft.yaml
}

@test "HTTP with a password from a file; a wrong one is refused in one line without the password" {
    (umask 077 && printf '\xEF\xBB\xBFcorrect horse\r\n' >password)
    serve git-http.sh "$(dirname "$OUTPUT_GIT")" weft 'correct horse'
    git -C "$OUTPUT_GIT" config http.receivepack true
    move_to "${SERVED[url]}" "username: weft, passwordFile: password"
    pass
    expect 0
    same "$(commits)" 1
    echo 'wrong stable' >password
    pass
    expect 1 "${SERVED[url]}/specs.git" "refused the credentials"
    [[ $output != *"wrong stable"* && $output != *"correct horse"* ]]
    rm password
    pass
    expect 1 password
    same "$(commits)" 1
}

@test "HTTPS of a private authority, which must be named" {
    export TLS=1
    serve git-http.sh "$(dirname "$OUTPUT_GIT")"
    git -C "$OUTPUT_GIT" config http.receivepack true
    move_to "${SERVED[url]}" "caFile: ${SERVED[ca]}"
    pass
    expect 0
    same "$(commits)" 1
    sed -i "s|caFile: [^}]*||g" weft.yaml
    pass
    expect 1 certificate
}

@test "SSH with a key; a key that may not log in, and a host that is another, are refused" {
    serve git-ssh.sh "$(dirname "$OUTPUT_GIT")"
    move_to "${SERVED[url]}" "sshKeyFile: ${SERVED[key]}, knownHostsFile: ${SERVED[known_hosts]}"
    pass
    expect 0
    same "$(commits)" 1
    sed -i "s|sshKeyFile: [^,]*|sshKeyFile: ${SERVED[stranger]}|g" weft.yaml
    pass
    expect 1 specs.git
    sed -i "s|sshKeyFile: [^,]*|sshKeyFile: ${SERVED[key]}|g; s|knownHostsFile: [^}]*|knownHostsFile: ${SERVED[wrong_hosts]}|g" weft.yaml
    pass
    expect 1 specs.git
    same "$(commits)" 1
}

@test "the ssh program gets the variables that SSH needs, and no other" {
    mkdir bin
    printf '#!/bin/sh\nenv >"%s/seen"\nexit 1\n' "$PWD" >bin/ssh
    chmod +x bin/ssh
    : >hosts
    move_to "ssh://git@localhost/srv" "knownHostsFile: hosts"
    PATH=$PWD/bin:$PATH SSH_AUTH_SOCK=/agent DEPLOY_TOKEN=secret pass
    expect 1 specs.git
    grep -qx SSH_AUTH_SOCK=/agent seen
    same "$(grep -c secret seen)" 0
}
