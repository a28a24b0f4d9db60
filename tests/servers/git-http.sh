#!/bin/bash
# tests/servers/git-http.sh FOLDER [USER PASSWORD] - serves the repositories below FOLDER by lighttpd and git http-backend.
# With a user, fetching and pushing want HTTP Basic authentication; with TLS=1 in the environment it is https with a certificate
# of a throw-away authority; DATE is the time that it pretends.  See common.bash for how a test uses it.  Prints: url, log FILE,
# access FILE (one line for each request), and with TLS ca FILE
# shellcheck disable=SC2317 # start_on_free_port calls the functions
set -u
. "$(dirname "$0")/common.bash"
FOLDER=$(cd "$1" && pwd) || exit 1
USER_NAME=${2:-} PASSWORD=${3:-}
BACKEND=$(git --exec-path 2>/dev/null)/git-http-backend
PATH=$PATH:/usr/sbin
need git git
need "$BACKEND" git
need lighttpd lighttpd
if [[ -n ${TLS:-} ]]; then
    need openssl openssl
    need /usr/lib/lighttpd/mod_openssl.so lighttpd-mod-openssl
fi
plain_git
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# A root and a server certificate for 127.0.0.1 and localhost.
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=weft test root' \
        -keyout "$WORK/ca.key" -out "$WORK/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' \
        -keyout "$WORK/server.key" -out "$WORK/server.csr" 2>/dev/null
    openssl x509 -req -in "$WORK/server.csr" -CA "$WORK/ca.pem" -CAkey "$WORK/ca.key" -CAcreateserial -days 2 \
        -extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') -out "$WORK/server.crt" 2>/dev/null
    cat "$WORK/server.key" "$WORK/server.crt" >"$WORK/server.pem"
}

write_configuration() {
    cat <<CONF
server.modules = ("mod_alias", "mod_setenv", "mod_auth", "mod_authn_file", "mod_redirect", "mod_accesslog", "mod_cgi")
server.document-root = "$WORK"
server.bind = "127.0.0.1"
server.port = $PORT
server.errorlog = "$WORK/error.log"
accesslog.filename = "$WORK/access.log"
accesslog.format = "%m %q"
server.upload-dirs = ("$WORK")
server.max-keep-alive-requests = 1000
alias.url = ("/git/" => "$BACKEND/")
url.redirect = ("^/moved/(.*)" => "/git/\$1")
\$HTTP["url"] =~ "^/git/" {
    cgi.assign = ("" => "")
    setenv.add-environment = ("GIT_PROJECT_ROOT" => "$FOLDER", "GIT_HTTP_EXPORT_ALL" => "1",
        "GIT_CONFIG_GLOBAL" => "/dev/null", "GIT_CONFIG_NOSYSTEM" => "1", "HOME" => "$WORK", "PATH" => "$PATH")
}
CONF
    if [[ -n $USER_NAME ]]; then
        printf '%s:%s\n' "$USER_NAME" "$PASSWORD" >"$WORK/users"
        cat <<CONF
auth.backend = "plain"
auth.backend.plain.userfile = "$WORK/users"
auth.require = ("/git/" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
CONF
    fi
    if [[ -n ${DATE:-} ]]; then
        echo "setenv.set-response-header = (\"Date\" => \"$DATE\")"
    fi
    if [[ -n ${TLS:-} ]]; then
        cat <<CONF
server.modules += ("mod_openssl")
ssl.engine = "enable"
ssl.pemfile = "$WORK/server.pem"
CONF
    fi
}

run_lighttpd() {
    write_configuration >"$WORK/lighttpd.conf"
    exec lighttpd -D -f "$WORK/lighttpd.conf" </dev/null >"$WORK/out.log" 2>&1
}

[[ -z ${TLS:-} ]] || make_certificate
start_on_free_port run_lighttpd
if [[ -n ${TLS:-} ]]; then
    echo "url https://127.0.0.1:$PORT/git"
    echo "ca $WORK/ca.pem"
else
    echo "url http://127.0.0.1:$PORT/git"
fi
echo "log $WORK/error.log"
echo "access $WORK/access.log"
serve_until_eof "$SERVER"
