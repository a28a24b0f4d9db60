# What monitoring reads of a pass, and how a job that was refused specs ends.
load lib

setup_file() { stage_file; }
teardown_file() { unstage_file; }
setup() { stage_test; }

sample() { awk -v name="$1" 'index($0, name " ") == 1 { print $NF }' weft.prom; }

@test "a pass writes metrics, those of a first pass count its commit" {
    pass --metrics-file weft.prom
    expect 0
    [[ $(sample weft_commits_total) == 1 ]]
    (($(sample 'weft_files_total{change="added"}') > 5))
    [[ $(sample 'weft_virtual_meshes{state="ACCEPTED"}') == 1 ]]
    [[ $(sample 'weft_specs_refused{kind="VirtualMesh"}') == 0 ]]
    grep -q 'weft_last_pass_timestamp_seconds{result="converged"}' weft.prom
    (($(grep -c '^weft_certificate_not_after_timestamp_seconds{.*kind="intermediate"' weft.prom) == 2))
    (($(grep -c '^weft_certificate_not_after_timestamp_seconds{.*kind="root"' weft.prom) == 1))
    pass --metrics-file weft.prom
    expect 0
    [[ $(sample weft_commits_total) == 0 ]]
    grep -q '^weft_last_success_timestamp_seconds ' weft.prom
}

@test "a pass that failed writes metrics, too, and remembers the last success" {
    pass --now 2026-12-01T11:00:00Z
    expect 0
    sed -i 's/ref: main/ref: nowhere/' weft.yaml
    pass --now 2026-12-01T12:00:00Z --metrics-file weft.prom
    expect 1
    grep -q 'weft_last_pass_timestamp_seconds{result="failed"}' weft.prom
    [[ $(date -u -d "@$(sample weft_last_success_timestamp_seconds)" +%FT%TZ) == 2026-12-01T11:00:00Z ]]
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
        print(self.path, flush=True)
        print(self.rfile.read(int(self.headers["Content-Length"])).decode(), flush=True)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Gateway)
open("port", "w").write(str(server.server_port))
server.timeout = 20
server.handle_request()
END
    for _ in $(seq 100); do [[ -s port ]] && break; sleep 0.05; done
    printf 'metrics: {pushgateway: "http://127.0.0.1:%s"}\n' "$(cat port)" >>weft.yaml
    pass
    expect 0
    wait
    grep -qE '^/metrics/job/weft/instance/weft-[0-9a-f]{16}$' pushed
    grep -q '^weft_commits_total 1' pushed
}
