/* ci/html.c - the frame of a page.
 *
 * The page shows names of specs, commits and servers, so the policy in its head is a second wall
 * behind the escapes: no script but ours, known by its digest, no request to anywhere, no form.
 * Everything is readable without the script; only the search needs it. */
#include "ci/html.h"
#include "base/base64.h"
#include "base/digest.h"

void html_text(struct text *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            text_adds(out, "&amp;");
            break;
        case '<':
            text_adds(out, "&lt;");
            break;
        case '>':
            text_adds(out, "&gt;");
            break;
        case '"':
            text_adds(out, "&quot;");
            break;
        case '\'':
            text_adds(out, "&#39;");
            break;
        default:
            text_addc(out, *text);
        }
}

static const char style[] =
    ":root{color-scheme:light "
    "dark;--back:#fff;--text:#1f2328;--line:#8c959f;--soft:#f6f8fa;--link:#0550ae;"
    "--yes:#116329;--no:#a40e26;--part:#7d4e00}\n"
    "@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--line:#6e7681;--soft:#"
    "161b22;"
    "--link:#79c0ff;--yes:#7ee787;--no:#ffa198;--part:#f2cc60}}\n"
    "body{background:var(--back);color:var(--text);font:15px/1.5 sans-serif;margin:0 "
    "auto;max-width:1400px;padding:0 1rem}\n"
    "a{color:var(--link)}.skip{position:absolute;left:-999px}.skip:focus{left:1rem}\n"
    "nav ul{padding:0}nav li{display:inline-block;margin-right:1rem}\n"
    "input{font:inherit;width:20rem;max-width:100%;color:inherit;background:var(--soft);border:1px "
    "solid var(--line)}\n"
    ":focus-visible{outline:3px solid var(--link);outline-offset:1px}\n"
    ".scroll{overflow:auto;max-height:80vh}table{border-collapse:collapse}caption{text-align:left}"
    "\n"
    "th,td{border:1px solid var(--line);padding:.2rem "
    ".5rem;text-align:left;vertical-align:top;font-weight:normal}\n"
    "thead th{background:var(--soft);font-weight:bold;position:sticky;top:0}\n"
    ".yes{color:var(--yes)}.no{color:var(--no)}.limited,.unknown{color:var(--part)}\n"
    ".bar{background:var(--soft);border:1px solid var(--line);width:20rem;height:.8rem}\n"
    ".bar div{background:var(--link);height:100%}code{font-size:.9em;overflow-wrap:anywhere}\n"
    "@media print{.scroll{max-height:none}nav,.search{display:none}}\n";

static const char script[] =
    "const q=document.getElementById('search'),n=document.getElementById('found');\n"
    "const rows=[...document.querySelectorAll('.row')].map(e=>[e,e.textContent.toLowerCase()]);\n"
    "q.addEventListener('input',()=>{const w=q.value.toLowerCase().split(' ').filter(x=>x);let "
    "c=0;\n"
    "for(const[e,t]of rows){e.hidden=!w.every(x=>t.includes(x));c+=!e.hidden}\n"
    "n.textContent=w.length?c+' of '+rows.length+' rows':''});\n";

static void add_policy(struct text *out)
{
    const struct sha256 digest = sha256_of(script, sizeof script - 1);

    text_adds(
        out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-");
    base64_encode(out, digest.bytes, sizeof digest.bytes);
    text_adds(out, "'\">\n");
}

void html_begin(struct text *out, const char *title, const struct html_section *sections,
                size_t count)
{
    text_adds(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add_policy(out);
    text_adds(out,
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    html_text(out, title);
    text_addf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
    text_adds(out, "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n<h1>");
    html_text(out, title);
    text_adds(out, "</h1>\n<nav aria-label=\"Sections\"><ul>");
    for (size_t i = 0; i < count; i++)
        text_addf(out, "<li><a href=\"#%s\">%s</a></li>", sections[i].id, sections[i].title);
    text_adds(out,
              "</ul></nav>\n<p class=\"search\"><label for=\"search\">Search the tables: </label>"
              "<input id=\"search\" type=\"search\" autocomplete=\"off\"> "
              "<output id=\"found\" for=\"search\" aria-live=\"polite\"></output></p>\n</header>\n"
              "<main id=\"main\">\n");
}

void html_end(struct text *out)
{
    text_addf(out, "</main>\n<script>%s</script>\n</body>\n</html>\n", script);
}

void html_section_begin(struct text *out, const struct html_section *section)
{
    text_addf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", section->id,
              section->id, section->title);
}

void html_section_end(struct text *out) { text_adds(out, "</section>\n"); }

void html_table_begin(struct text *out, const char *caption, const char *const *header,
                      size_t count)
{
    text_adds(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    html_text(out, caption);
    text_adds(out, "\"><table><caption>");
    html_text(out, caption);
    text_adds(out, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        text_adds(out, "<th scope=\"col\">");
        html_text(out, header[i]);
        text_adds(out, "</th>");
    }
    text_adds(out, "</tr></thead>\n<tbody>\n");
}

void html_table_row(struct text *out, const char *const *cells, size_t count)
{
    text_adds(out, "<tr class=\"row\">");
    for (size_t i = 0; i < count; i++) {
        text_adds(out, i ? "<td>" : "<th scope=\"row\">");
        html_text(out, cells[i]);
        text_adds(out, i ? "</td>" : "</th>");
    }
    text_adds(out, "</tr>\n");
}

void html_table_end(struct text *out) { text_adds(out, "</tbody></table></div>\n"); }
