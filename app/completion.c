/* app/completion.c - scripts that complete the command line in a shell.
 *
 * All three work alike: the words before the cursor, without options and their values, are the
 * command and its first operand (the verb).  An option that takes a value and comes right before
 * the cursor determines what follows: files, folders or one of its choices.  Otherwise the command,
 * or the command and its verb, determine which options and verbs there are.  Everything that the
 * scripts know is a list out of the tables, so a new row needs no edit here. */
#include "app/completion.h"
#include "app/explanation.h"
#include <string.h>

/* --- lists out of the tables --- */

/* What the shell offers as the value of an option, or as an operand. */
enum offer { OFFER_NOTHING, OFFER_FILES, OFFER_FOLDERS, OFFER_CHOICES, OFFER_FORMATS };

static enum offer offer_of(enum option option)
{
    const struct option_row *row = option_row(option);

    if (option == OPTION_FORMAT)
        return OFFER_FORMATS;
    if (row->choices)
        return OFFER_CHOICES;
    if (!row->value)
        return OFFER_NOTHING;
    if (strcmp(row->value, "FILE") == 0)
        return OFFER_FILES;
    return strcmp(row->value, "DIR") == 0 ? OFFER_FOLDERS : OFFER_NOTHING;
}

/* "--config -c" with separator in place of the blank. */
static void add_spellings(struct text *out, enum option option, const char *separator)
{
    const struct option_row *row = option_row(option);

    text_addf(out, "--%s", row->name);
    if (row->letter)
        text_addf(out, "%s-%c", separator, row->letter);
}

/* "--config|-c|..." of all options that take a value and for which the shell offers this. */
static void add_pattern(struct text *out, enum offer offer, bool any_offer, const char *separator)
{
    bool first = true;

    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!option_row((enum option)i)->value || (!any_offer && offer_of((enum option)i) != offer))
            continue;
        text_adds(out, first ? "" : separator);
        add_spellings(out, (enum option)i, separator);
        first = false;
    }
}

static void add_command_names(struct text *out, const struct command *commands)
{
    for (const struct command *command = commands; command->name; command++)
        text_addf(out, "%s%s", command == commands ? "" : " ", command->name);
}

/* Those of messages, which "help" explains. */
static void add_ids(struct text *out)
{
    size_t count;
    const struct explanation *rows = explanation_rows(&count);

    for (size_t i = 0; i < count; i++)
        text_addf(out, " %s", rows[i].id);
}

static void add_verb_names(struct text *out, const struct command *command)
{
    for (const struct verb *verb = command->verbs; verb->name; verb++)
        text_addf(out, "%s%s", verb == command->verbs ? "" : " ", verb->name);
}

static void add_option_names(struct text *out, uint64_t takes)
{
    const char *blank = "";

    for (int i = 0; i < OPTION_COUNT; i++)
        if (takes & (UINT64_C(1) << i)) {
            text_addf(out, "%s--%s", blank, option_row((enum option)i)->name);
            blank = " ";
        }
}

static bool names_command(const struct command *command)
{
    return strncmp(command->operands, "[COMMAND", strlen("[COMMAND")) == 0;
}

static bool names_file(const struct command *command)
{
    return strcmp(command->operands, "FILE") == 0;
}

static bool verb_names_file(const struct verb *verb)
{
    return verb->operands && strcmp(verb->operands, "FILE") == 0;
}

/* --- bash and zsh: one function, of nearly the same text --- */

/* command and verb: those before the cursor; last: the word right before it. */
#define WORDS_BEFORE_CURSOR                                                                        \
    "        if [[ -n $skip ]]; then skip=; continue; fi\n"                                        \
    "        case $word in\n"                                                                      \
    "        %s) skip=1 ;;\n"                                                                      \
    "        -*|=) ;;\n"                                                                           \
    "        *) if [[ -z $command ]]; then command=$word; elif [[ -z $verb ]]; then "              \
    "verb=$word; fi ;;\n"                                                                          \
    "        esac\n"                                                                               \
    "    done\n"

static void add_words_before_cursor(struct text *out)
{
    AUTO_TEXT pattern = { 0 };

    add_pattern(&pattern, OFFER_NOTHING, true, "|");
    text_addf(out, WORDS_BEFORE_CURSOR, pattern.bytes);
}

/* One case of values: PATTERN) ACTION ;; */
static void add_case(struct text *out, enum offer offer, const char *action)
{
    text_adds(out, "    ");
    add_pattern(out, offer, false, "|");
    text_addf(out, ") %s ;;\n", action);
}

static void add_choices(struct text *out)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (offer_of((enum option)i) == OFFER_CHOICES) {
            text_adds(out, "    ");
            add_spellings(out, (enum option)i, "|");
            text_addf(out, ") list='%s' values=1 ;;\n", option_row((enum option)i)->choices);
        }
}

static void add_formats(struct text *out, const struct command *commands)
{
    text_adds(out, "    ");
    add_spellings(out, OPTION_FORMAT, "|");
    text_adds(out, ") values=1\n        case $command in\n");
    for (const struct command *command = commands; command->name; command++)
        if (command->formats)
            text_addf(out, "        %s) list='%s' ;;\n", command->name, command->formats);
    text_adds(out, "        esac ;;\n");
}

/* "help rotation": the verbs of rotation. */
static void add_verbs_of_others(struct text *out, const struct command *commands)
{
    for (const struct command *command = commands; command->name; command++) {
        if (!command->verbs[0].name)
            continue;
        text_addf(out, "        %s) list='", command->name);
        add_verb_names(out, command);
        text_adds(out, "' ;;\n");
    }
}

/* list: the options and verbs that can come for each command, or command and verb. */
static void add_commands(struct text *out, const struct command *commands)
{
    text_adds(out, "    case $command in\n    '') list='");
    add_command_names(out, commands);
    text_adds(out, " --help --version' ;;\n");
    for (const struct command *command = commands; command->name; command++) {
        text_addf(out, "    %s)\n        case $verb in\n", command->name);
        for (const struct verb *verb = command->verbs; verb->name; verb++) {
            text_addf(out, "        %s) list='", verb->name);
            add_option_names(out, command_options(command, verb));
            text_addf(out, "'%s ;;\n", verb_names_file(verb) ? " files=1" : "");
        }
        if (names_command(command))
            add_verbs_of_others(out, commands);
        text_adds(out, "        *) list='");
        add_option_names(out, command_options(command, NULL));
        text_adds(out, "' ;;\n        esac\n        [[ -n $verb ]] || list+=' ");
        add_verb_names(out, command);
        if (names_command(command)) {
            add_command_names(out, commands);
            add_ids(out);
        }
        text_addf(out, "'%s ;;\n", names_file(command) ? " files=1" : "");
    }
    text_adds(out, "    esac\n");
}

/* The shells differ in how they hand over the words and take the answers. */
static void add_function(struct text *out, const struct command *commands, const char *begin,
                         const char *end)
{
    text_adds(out, begin);
    add_words_before_cursor(out);
    add_commands(out, commands);
    text_adds(out, "    case $last in\n");
    add_case(out, OFFER_FILES, "list= files=1 values=1");
    add_case(out, OFFER_FOLDERS, "list= files= folders=1 values=1");
    add_choices(out);
    add_formats(out, commands);
    add_case(out, OFFER_NOTHING, "return");
    text_adds(out, "    esac\n");
    text_adds(out, end);
}

void completion_bash(struct text *out, const struct command *commands)
{
    add_function(
        out, commands,
        "# bash completion of weft, made by \"weft completion bash\".\n"
        "_weft() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local command= verb= skip= list= values= files= folders= word i\n"
        "    COMPREPLY=()\n"
        "    # \"--log-format=te\" are three words for bash.\n"
        "    if [[ $cur == = ]]; then cur=\n"
        "    elif [[ $last == = ]]; then last=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        word=${COMP_WORDS[i]}\n"
        "        if [[ $word == = ]]; then skip=1; continue; fi\n",
        "    if [[ -n $folders ]]; then\n"
        "        compopt -o filenames 2>/dev/null\n"
        "        mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
        "    elif [[ -n $files && $cur != -* ]]; then\n"
        "        compopt -o filenames 2>/dev/null\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
        "    else\n"
        "        for word in $list; do # options and ids only once one begins\n"
        "            if [[ $word == \"$cur\"* && ( $cur == -* || $word != -* ) && ( -n $cur "
        "|| $word != [A-Z]* ) ]]; then COMPREPLY+=(\"$word\"); fi\n"
        "        done\n"
        "    fi\n"
        "}\n"
        "complete -F _weft weft\n");
}

void completion_zsh(struct text *out, const struct command *commands)
{
    add_function(
        out, commands,
        "#compdef weft\n"
        "# zsh completion of weft, made by \"weft completion zsh\".\n"
        "_weft() {\n"
        "    local cur=$words[CURRENT] last=$words[CURRENT-1]\n"
        "    local command= verb= skip= list= values= files= folders= word i\n"
        "    if [[ $cur == --*=* ]]; then last=${cur%%=*}; compset -P '*='; fi\n"
        "    for ((i = 2; i < CURRENT; i++)); do\n"
        "        word=$words[i]\n"
        "        if [[ $word == --*=* ]]; then continue; fi\n",
        "    if [[ -n $folders ]]; then _files -/\n"
        "    elif [[ -n $files && $cur != -* ]]; then _files\n"
        "    else\n"
        "        local -a found\n"
        "        for word in ${=list}; do # options and ids only once one begins\n"
        "            if [[ -n $values || $cur == -* || ( $word != -* && ( -n $cur || $word != "
        "[A-Z]* ) ) ]]; then found+=($word); fi\n"
        "        done\n"
        "        compadd -a found\n"
        "    fi\n"
        "}\n"
        "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _weft \"$@\"; else compdef "
        "_weft weft; fi\n");
}

/* --- fish --- */

/* Text in fish's single quotes. */
static void add_quoted(struct text *out, const char *text)
{
    text_addc(out, '\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            text_addc(out, '\\');
        text_addc(out, *text);
    }
    text_addc(out, '\'');
}

/* The condition of a line: the command and the verb before the cursor; verb NULL: any; "": none
 * yet. */
static void add_condition(struct text *out, const struct command *command, const char *verb)
{
    text_addf(out, "complete -c weft -n '__weft_at %s", command->name);
    if (verb)
        text_addf(out, " %s", *verb ? verb : "\"\"");
    text_addc(out, '\'');
}

static void add_fish_option(struct text *out, const struct command *command, const char *verb,
                            enum option option)
{
    const struct option_row *row = option_row(option);
    const enum offer offer = offer_of(option);

    add_condition(out, command, verb);
    text_addf(out, " -l %s", row->name);
    if (row->letter)
        text_addf(out, " -s %c", row->letter);
    if (offer == OFFER_FILES)
        text_adds(out, " -rF");
    else if (offer == OFFER_FOLDERS)
        text_adds(out, " -xa '(__fish_complete_directories)'");
    else if (offer == OFFER_CHOICES || offer == OFFER_FORMATS)
        text_addf(out, " -xa '%s'", row->choices ? row->choices : command->formats);
    else if (row->value)
        text_adds(out, " -x");
    text_adds(out, " -d ");
    add_quoted(out, row->help);
    text_addc(out, '\n');
}

static void add_fish_options(struct text *out, const struct command *command, const char *verb,
                             uint64_t takes)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (takes & (UINT64_C(1) << i))
            add_fish_option(out, command, verb, (enum option)i);
}

/* Ids of messages once one begins, and verbs of the command before the cursor. */
static void add_fish_others(struct text *out, const struct command *command,
                            const struct command *commands)
{
    text_addf(out,
              "complete -c weft -n '__weft_at %s \"\"; and string match -qr \"^[A-Z]\" -- "
              "(commandline -ct)' -a '",
              command->name);
    add_ids(out);
    text_adds(out, "'\n");
    for (const struct command *other = commands; other->name; other++) {
        if (!other->verbs[0].name)
            continue;
        add_condition(out, command, other->name);
        text_adds(out, " -a '");
        add_verb_names(out, other);
        text_adds(out, "'\n");
    }
}

static void add_fish_command(struct text *out, const struct command *command,
                             const struct command *commands)
{
    text_addf(out, "complete -c weft -n '__weft_at \"\"' -a %s -d ", command->name);
    add_quoted(out, command->summary);
    text_addc(out, '\n');
    add_fish_options(out, command, NULL, command->options | TAKEN_EVERYWHERE);
    for (const struct verb *verb = command->verbs; verb->name; verb++) {
        add_condition(out, command, "");
        text_addf(out, " -a %s -d ", verb->name);
        add_quoted(out, verb->summary);
        text_addc(out, '\n');
        add_fish_options(out, command, verb->name, verb->options);
        if (verb_names_file(verb)) {
            add_condition(out, command, verb->name);
            text_adds(out, " -F\n");
        }
    }
    if (names_command(command)) {
        add_condition(out, command, "");
        text_adds(out, " -a '");
        add_command_names(out, commands);
        text_adds(out, "'\n");
        add_fish_others(out, command, commands);
    }
    if (names_file(command)) {
        add_condition(out, command, NULL);
        text_adds(out, " -F\n");
    }
}

void completion_fish(struct text *out, const struct command *commands)
{
    AUTO_TEXT pattern = { 0 };

    add_pattern(&pattern, OFFER_NOTHING, true, " ");
    text_addf(out,
              "# fish completion of weft, made by \"weft completion fish\".\n"
              "# __weft_at COMMAND [VERB]: whether these stand before the cursor.\n"
              "function __weft_at\n"
              "    set -l found\n"
              "    set -l skip\n"
              "    for word in (commandline -opc)[2..]\n"
              "        if test -n \"$skip\"\n"
              "            set skip\n"
              "        else if contains -- $word %s\n"
              "            set skip 1\n"
              "        else if not string match -q -- '-*' $word\n"
              "            set -a found $word\n"
              "        end\n"
              "    end\n"
              "    test \"$found[1]\" = \"$argv[1]\"; or return 1\n"
              "    test (count $argv) -lt 2; or test \"$found[2]\" = \"$argv[2]\"\n"
              "end\n"
              "complete -c weft -f\n",
              pattern.bytes);
    for (const struct command *command = commands; command->name; command++)
        add_fish_command(out, command, commands);
}
