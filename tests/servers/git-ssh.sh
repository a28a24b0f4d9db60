#!/bin/bash
# tests/servers/git-ssh.sh FOLDER - serves the repositories below FOLDER by sshd, with host and user keys made for this run.
# See common.bash for how a test uses it.  Prints: url (ends in FOLDER), host, port, user, known_hosts FILE,
# key FILE (Ed25519), rsa FILE (RSA 2048), stranger FILE (a key that may not log in), wrong_hosts FILE (another host key)
# shellcheck disable=SC2317 # start_on_free_port calls the functions
set -u
. "$(dirname "$0")/common.bash"
FOLDER=$(cd "$1" && pwd) || exit 1
need git git
need /usr/sbin/sshd openssh-server
need ssh-keygen openssh-client
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

make_keys() {
    local name
    for name in host_ed25519 user stranger other_host; do
        ssh-keygen -q -t ed25519 -N '' -C '' -f "$WORK/$name"
    done
    ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f "$WORK/host_rsa"
    ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f "$WORK/user_rsa"
    cat "$WORK/user.pub" "$WORK/user_rsa.pub" >"$WORK/authorized"
    chmod 600 "$WORK/authorized"
}

write_configuration() {
    cat <<CONF
ListenAddress 127.0.0.1:$PORT
HostKey $WORK/host_ed25519
HostKey $WORK/host_rsa
PidFile none
AuthorizedKeysFile $WORK/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
SetEnv GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
CONF
}

run_sshd() {
    write_configuration >"$WORK/sshd_config"
    exec /usr/sbin/sshd -D -e -f "$WORK/sshd_config" </dev/null >"$WORK/sshd.log" 2>&1
}

[[ $(id -u) != 0 ]] || mkdir -p /run/sshd
make_keys
start_on_free_port run_sshd
# RSA first: libssh2 gave up at such a file
printf '[127.0.0.1]:%s %s\n' "$PORT" "$(cut -d' ' -f1,2 "$WORK/host_rsa.pub")" >"$WORK/known_hosts"
printf '[127.0.0.1]:%s %s\n' "$PORT" "$(cut -d' ' -f1,2 "$WORK/host_ed25519.pub")" >>"$WORK/known_hosts"
printf '[127.0.0.1]:%s %s\n' "$PORT" "$(cut -d' ' -f1,2 "$WORK/other_host.pub")" >"$WORK/wrong_hosts"
echo "url ssh://$(id -un)@127.0.0.1:$PORT$FOLDER"
echo "host 127.0.0.1"
echo "port $PORT"
echo "user $(id -un)"
echo "known_hosts $WORK/known_hosts"
echo "wrong_hosts $WORK/wrong_hosts"
echo "key $WORK/user"
echo "rsa $WORK/user_rsa"
echo "stranger $WORK/stranger"
serve_until_eof "$SERVER"
