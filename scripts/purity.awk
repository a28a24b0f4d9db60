# scripts/purity.awk - follows the calls of the pure core through our objects and names what it must not reach.
# Input lines, from scripts/check-boundaries: "allow SYMBOL", "pure SOURCE", "object SOURCE", then for that object the lines of
# objdump -t ("symbol ...") and objdump -r ("call ...").  A node of the graph is a section: one function, or one table of data.

function node(source, section) { return source SUBSEP section }

function label(id,    parts)
{
    split(id, parts, SUBSEP)
    sub(/^\.(text|data\.rel\.ro\.local|data\.rel\.ro|data\.rel\.local|data\.rel|data|rodata|bss)\./, "", parts[2])
    return parts[2]
}

$1 == "allow" { allowed[$2] = 1 }
$1 == "pure" { pure[$2] = 1; pure_count++ }
$1 == "object" { source = $2; section = "" }

# symbol 0000000000000000 g     F .text.name	0000000000000012 name       (flags take one to three words)
$1 == "symbol" && NF >= 6 {
    where = ""
    for (i = 3; i <= NF; i++)
        if ($i ~ /^\./ || $i == "*UND*" || $i == "*COM*" || $i == "*ABS*") { where = $i; break }
    if (where ~ /^\./) {
        local_home[source, $NF] = where
        if ($3 ~ /^[gwu]/) global_home[$NF] = node(source, where)
    }
}

$1 == "call" && $2 == "RELOCATION" {
    section = $5
    gsub(/[\[\]:]/, "", section)
    if (section ~ /^\.(debug|eh_frame|note|comment)/) section = ""
    else if (source in pure) start[node(source, section)] = 1
}
$1 == "call" && $3 ~ /^R_/ && section != "" {
    target = $4
    sub(/[-+]0x[0-9a-f]+$/, "", target)
    edges[node(source, section)] = edges[node(source, section)] " " target
    source_of[node(source, section)] = source
}

# Where a name that is used in a source lives; "" when it is none of ours.
function home(source, name)
{
    if (name ~ /^\./) return node(source, name)
    if ((source, name) in local_home) return node(source, local_home[source, name])
    return (name in global_home) ? global_home[name] : ""
}

function path_to(id, name,    text)
{
    text = name
    while (id != "") {
        text = label(id) " -> " text
        root = id
        id = parent[id]
    }
    return source_of[root] ": " text
}

function visit(id,    names, count, i, next_id)
{
    count = split(edges[id], names, " ")
    for (i = 1; i <= count; i++) {
        next_id = home(source_of[id], names[i])
        if (next_id == "") {
            if (!(names[i] in allowed) && !((id, names[i]) in told)) {
                told[id, names[i]] = 1
                print path_to(id, names[i]) " is not for the pure core"
            }
        } else if (!(next_id in seen) && label(next_id) !~ last_words) {
            seen[next_id] = 1
            parent[next_id] = id
            queue[++tail] = next_id
        }
    }
}

END {
    for (id in start) { seen[id] = 1; queue[++tail] = id }
    for (head = 1; head <= tail; head++) visit(queue[head])
    if (pure_count) printf "pure core: %d sources, %d functions and tables followed\n", pure_count, tail
}
