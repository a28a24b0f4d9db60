# What monitoring reads of a pass, and how a job that was refused specs ends.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

# sample NAME: a value; NAME has the labels, too.
sample() { awk -v name="$1" 'index($0, name " ") == 1 { print $NF }' weft.prom; }

@test "a pass writes metrics, those of a first pass count its commit" {
    pass --metrics-file weft.prom
    expect 0
    [[ $(sample weft_last_pass_commits) == 1 ]]
    (($(sample 'weft_last_pass_files{change="added"}') > 5))
    [[ $(sample 'weft_virtual_meshes{state="ACCEPTED"}') == 1 ]]
    [[ $(sample 'weft_specs_refused{kind="VirtualMesh"}') == 0 ]]
    grep -q 'weft_last_pass_timestamp_seconds{result="converged"}' weft.prom
    (($(grep -c '^weft_certificate_not_after_timestamp_seconds{.*kind="intermediate"' weft.prom) == 2))
    (($(grep -c '^weft_certificate_not_after_timestamp_seconds{.*kind="root"' weft.prom) == 1))
    pass --metrics-file weft.prom
    expect 0
    [[ $(sample weft_last_pass_commits) == 0 ]]
    grep -q '^weft_last_success_timestamp_seconds ' weft.prom
}

@test "a pass that failed writes metrics, too, and remembers the last success" {
    pass --now 2026-12-01T11:00:00Z
    expect 0
    # Nothing changed: such a pass is a success like any other.
    pass --now 2026-12-01T11:30:00Z --metrics-file weft.prom
    expect 0 "nothing changed"
    same "$(last_success)" 2026-12-01T11:30:00Z
    sed -i 's/ref: main/ref: nowhere/' weft.yaml
    pass --now 2026-12-01T12:00:00Z --metrics-file weft.prom
    expect 1
    grep -q 'weft_last_pass_timestamp_seconds{result="failed"}' weft.prom
    same "$(last_success)" 2026-12-01T11:30:00Z
    # However often it fails, and though only the newest passes are looked at.
    local minute
    for minute in {10..34}; do
        "$WEFT" run -c weft.yaml --quiet --now "2026-12-01T12:$minute:00Z" 2>/dev/null && return 1
    done
    pass --now 2026-12-01T13:00:00Z --metrics-file weft.prom
    expect 1
    same "$(last_success)" 2026-12-01T11:30:00Z
}
last_success() { date -u -d "@$(sample weft_last_success_timestamp_seconds)" +%FT%TZ; }

@test "a pass without metrics that has nothing to do leaves the state alone" {
    pass
    expect 0
    local before
    before=$(sha256sum state/state.db)
    pass
    expect 0 "nothing changed"
    same "$(sha256sum state/state.db)" "$before"
}

@test "what a pass that failed has not seen stays as it was: no alert ends because weft fails" {
    printf 'apiVersion: networking.mesh.gloo.solo.io/v1\nkind: AccessPolicy\nmetadata: {name: odd}\nspec: {nonsense: 1}\n' >specs/specs/odd.yaml
    push_specs "an odd policy"
    pass --metrics-file weft.prom
    expect 3
    grep -E '^weft_(certificate|rotation|virtual|specs|last_success)' weft.prom >before
    (($(wc -l <before) > 12))
    # Before the state is open,
    mv state.key elsewhere.key
    pass --metrics-file weft.prom
    expect 1
    grep -q '^weft_last_pass_timestamp_seconds{result="failed"}' weft.prom
    same "$(grep -E '^weft_(certificate|rotation|virtual|specs|last_success)' weft.prom)" "$(cat before)"
    # and before the specs are read: what is in the ledger is exported, what is in the specs is not known.
    mv elsewhere.key state.key
    sed -i 's/ref: main/ref: nowhere/' weft.yaml
    pass --metrics-file weft.prom
    expect 1
    same "$(grep -E '^weft_(certificate|rotation|virtual|specs|last_success)' weft.prom)" "$(cat before)"
    # Without anything from before, such a pass leaves it out rather than 0.
    rm weft.prom
    pass --metrics-file weft.prom
    expect 1
    same "$(grep -c '^weft_specs_refused' weft.prom)" 0
    grep -q '^weft_certificate_not_after' weft.prom
}

@test "a renewal happens when the metrics say" {
    pass --now 2026-12-01T11:00:00Z --metrics-file weft.prom
    expect 0
    local first
    first=$(first_renewal intermediate)
    # A quarter of 90 days, and up to a quarter of that earlier.
    ((first >= $(date -u -d 2026-12-01T11:00:00Z +%s) + 86400 * 61 && first < $(date -u -d 2026-12-01T11:00:00Z +%s) + 86400 * 68))
    pass --now "$(date -u -d "@$((first - 60))" +%FT%TZ)" --metrics-file weft.prom
    expect 0 "nothing changed"
    pass --now "$(date -u -d "@$((first + 60))" +%FT%TZ)" --metrics-file weft.prom
    expect 0
    same "$(sample weft_last_pass_commits)" 1
    (($(first_renewal intermediate) > first))
    # The root: a tenth of its 1825 days.
    (($(first_renewal root) > first + 86400 * 1500))
}
first_renewal() {
    awk -v kind="kind=\"$1\"" 'index($0, "weft_certificate_renewal_timestamp_seconds{") == 1 && index($0, kind) { print $NF }' weft.prom |
        sort -n | head -1
}

@test "a rotation tells its step and since when it is in its state" {
    write_config "evidence: {trustClock: true}"
    pass --now 2026-12-01T11:00:00Z --metrics-file weft.prom
    expect 0
    same "$(sample 'weft_rotation_step{virtual_mesh="gloo-mesh/bookinfo",state="NOT_ROTATING"}')" 0
    sed -i 's/ttlDays: 1825/ttlDays: 1800/' specs/specs/virtualmesh.yaml
    push_specs "another root"
    pass --now 2026-12-01T12:00:00Z --metrics-file weft.prom
    expect 0
    pass --now 2026-12-01T13:00:00Z --metrics-file weft.prom
    grep '^weft_rotation' weft.prom
    same "$(sample 'weft_rotation_step{virtual_mesh="gloo-mesh/bookinfo",state="VERIFYING"}')" 1
    same "$(sample 'weft_rotation_entered_timestamp_seconds{virtual_mesh="gloo-mesh/bookinfo"}')" \
        "$(date -u -d 2026-12-01T13:00:00Z +%s)"
    pass --now 2026-12-01T14:00:00Z --metrics-file weft.prom
    same "$(sample 'weft_rotation_entered_timestamp_seconds{virtual_mesh="gloo-mesh/bookinfo"}')" \
        "$(date -u -d 2026-12-01T13:00:00Z +%s)"
}

@test "a virtual mesh that was taken out of the specs raises no endless alert" {
    pass --metrics-file weft.prom
    expect 0
    (($(grep -c '^weft_certificate_.*gloo-mesh/bookinfo' weft.prom) == 6))
    (($(grep -c '^weft_rotation_step.*gloo-mesh/bookinfo' weft.prom) == 1))
    rm specs/specs/virtualmesh.yaml
    push_specs "no virtual mesh"
    for _ in 1 2; do # one that finds it gone, and one that has nothing to do
        pass --metrics-file weft.prom --allow-deletions
        expect 0
        same "$(grep -cE '^weft_.*gloo-mesh/bookinfo' weft.prom)" 0
    done
}

@test "metrics.file names the place, and the option wins" {
    printf 'metrics: {file: from-config.prom}\n' >>weft.yaml
    pass
    expect 0
    [[ -s from-config.prom ]]
    rm from-config.prom
    pass --metrics-file weft.prom
    [[ -s weft.prom && ! -e from-config.prom ]]
}

@test "metrics that cannot be written fail no pass" {
    pass --metrics-file /proc/nowhere/weft.prom
    expect 0
    [[ $output == *"write the metrics"* ]]
}

@test "a refused spec is counted, and --accept-refused lets the job succeed" {
    printf 'apiVersion: networking.mesh.gloo.solo.io/v1\nkind: AccessPolicy\nmetadata: {name: odd}\nspec: {nonsense: 1}\n' >specs/specs/odd.yaml
    push_specs "an odd policy"
    pass --metrics-file weft.prom
    expect 3
    [[ $(sample 'weft_specs_refused{kind="AccessPolicy"}') == 1 ]]
    pass --accept-refused --metrics-file weft.prom
    expect 0
    [[ $(sample 'weft_specs_refused{kind="AccessPolicy"}') == 1 ]]
    grep -q 'weft_last_pass_timestamp_seconds{result="refused"}' weft.prom
}

@test "a Pushgateway gets the same" {
    command -v python3 >/dev/null || skip "no python3"
    python3 - >pushed <<'END' &
import http.server
class Gateway(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        print(self.command, self.path, flush=True)
        print(self.rfile.read(int(self.headers["Content-Length"])).decode(), flush=True)
        self.send_response(200)
        self.end_headers()
    do_POST = do_PUT
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Gateway)
open("port", "w").write(str(server.server_port))
server.timeout = 20
server.handle_request()
server.handle_request()
END
    for _ in $(seq 100); do [[ -s port ]] && break; sleep 0.05; done
    printf 'metrics: {pushgateway: "http://127.0.0.1:%s"}\n' "$(cat port)" >>weft.yaml
    pass
    expect 0
    mv state.key elsewhere.key
    pass
    expect 1
    wait
    grep -qE '^PUT /metrics/job/weft/instance/weft-[0-9a-f]{16}$' pushed
    # A pass that could not see all there is replaces only what it knows.
    grep -qE '^POST /metrics/job/weft/instance/weft-[0-9a-f]{16}$' pushed
    same "$(grep -c '^weft_specs_refused{kind="VirtualMesh"}' pushed)" 1
    grep -q '^weft_last_pass_commits 1' pushed
}
