# app/explanation.awk - makes the rows of app/explanation.c, at build time, out of what the project
# says of its messages: the tables of docs/ (| ID | meaning | what to do |, for discovery with the
# severity before the meaning; choices, Q, are no messages), and the texts of the catalogues.  One row for each id, in their order.
#   awk -v out=FILE -f explanation.awk FOLDER DOC... CATALOGUE...      FOLDER/ is cut off the names of pages
BEGIN {
    folder = ARGV[1] "/"
    ARGV[1] = ""
}

# Markdown as plain text.
function plain(text) {
    gsub(/^ +| +$/, "", text)
    gsub(/`/, "", text)
    while (match(text, /\[[^]]*\]\([^)]*\)/)) {
        link = substr(text, RSTART, RLENGTH)
        sub(/^\[/, "", link)
        sub(/\]\(.*/, "", link)
        text = substr(text, 1, RSTART - 1) link substr(text, RSTART + RLENGTH)
    }
    return text
}

function literal(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

# The literals of a line of C, one after the other; what is filled in later is "...".
function literals(line, out) {
    out = ""
    gsub(/REMEDY/, "\"; \"", line)
    while (match(line, /"([^"\\]|\\.)*"/)) {
        out = out substr(line, RSTART + 1, RLENGTH - 2)
        line = substr(line, RSTART + RLENGTH)
    }
    gsub(/%[-.0-9]*(z|l|ll)?[sdiuxX]/, "...", out)
    return out
}

# In C's spelling already; one that is nothing but an argument says nothing.
function end_text() {
    if (id != "" && text !~ /^[.; ]*$/ && id in meaning)
        texts[id] = texts[id] (texts[id] == "" ? "" : "\\n") text
    id = text = ""
}

FNR == 1 { end_text() }

FILENAME ~ /\.md$/ && /^#+ / {
    heading = $0
    sub(/^#+ /, "", heading)
}

FILENAME ~ /\.md$/ && /^\| [A-PR-Z][0-9]+ \|/ {
    cells = split($0, cell, "|")
    name = plain(cell[2])
    if (name in meaning)
        next # a choice (Q) beside a message of that id
    at = plain(cell[3]) ~ /^(error|warning)$/ ? 4 : 3
    order[++count] = name
    meaning[name] = plain(cell[at])
    remedy[name] = at + 1 < cells ? plain(cell[at + 1]) : ""
    page[name] = substr(FILENAME, length(folder) + 1) ", \"" plain(heading) "\""
}

FILENAME ~ /\.h$/ && /^#define [A-Z][0-9]+_/ {
    end_text()
    id = $2
    sub(/_.*/, "", id)
}

FILENAME ~ /\.c$/ && /\{ "[A-Z][0-9]+", SEVERITY/ {
    end_text()
    match($0, /"[A-Z][0-9]+"/)
    id = substr($0, RSTART + 1, RLENGTH - 2)
    sub(/.*SEVERITY_[A-Z]*,/, "")
}

id != "" {
    text = text literals($0)
    if (FILENAME ~ /\.h$/ ? $0 !~ /\\$/ : $0 ~ /\},$/)
        end_text()
}

END {
    end_text()
    for (i = 1; i <= count; i++) {
        name = order[i]
        printf "{ %s, %s, %s, %s, \"%s\" },\n", literal(name), literal(meaning[name]), literal(remedy[name]), literal(page[name]), texts[name] >out
    }
}
