# Completion in bash, zsh and fish: the scripts that weft prints, run by these shells.
load lib

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir folder && touch file.yaml
}

# What each shell offers at the end of a line: complete_SHELL WORD... (the last one is under the cursor), one a line, sorted.
complete_bash() {
    [[ -s weft.bash ]] || "$WEFT" completion bash >weft.bash
    bash -c 'source ./weft.bash; COMP_WORDS=(weft "$@"); COMP_CWORD=$#; _weft; printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort
}
complete_zsh() {
    [[ -s weft.zsh ]] || "$WEFT" completion zsh >weft.zsh
    # What zsh's completion system would do with the answer is written down instead.
    zsh -fc 'compdef() { : }; compset() { : }
        compadd() { local each; for each in ${(P)2}; do [[ $each == ${cur##*=}* ]] && print -- $each; done }
        _files() { if [[ $1 == -/ ]]; then print -- *(N/); else print -- *(N) | tr " " "\n"; fi }
        words=(dummy); source ./weft.zsh; words=(weft "$@"); CURRENT=$(($# + 1)); _weft' zsh "$@" | sort
}
complete_fish() {
    [[ -s weft.fish ]] || "$WEFT" completion fish >weft.fish
    HOME=$PWD fish --no-config -c 'source ./weft.fish; complete -C "weft $argv"' "$@" | cut -f1 | sed 's|/$||' | sort
}

# All candidates of a line in each shell, or "~" and some of them: WORDS | CANDIDATES
cases() {
    sed 's/ *| */|/' <<'END'
rot              | rotation
ro               | rotation
rotation ap      | approve
rotation         |~ approve hold plan resume retry rollback start
trust            | escrow inspect restore root
state            | accept check rekey
completion       | bash fish zsh
help val         | validate
help ro          | rotation
help rotation    |~ approve hold plan resume retry rollback start
help W3          | W3 W30 W31 W32 W33 W34 W35
rotation hold --r     | --reason
rotation approve --st | --step
rotation hold --st    |
-c file.yaml stat     | state status
status --w            | --watch
run --w               |
plan -o               | json markdown table
status -o             | json table yaml
run --log-format      | auto json lines text
run --color n         | never
render --specs        | folder
expl                  | explain
explain -o            | json table
run -c f              |~ file.yaml folder
keygen f              |~ file.yaml folder
trust restore f       |~ file.yaml folder
state rekey --new-key f |~ file.yaml folder
run --reason          |
END
}

check_shell() {
    local line wanted words shell=$1 got
    command -v "$shell" >/dev/null || skip "$shell is not installed"
    while IFS='|' read -r line wanted; do
        read -ra words <<<"$line"
        # With nothing after the blank the word under the cursor is empty.
        [[ $line != *-o && $line != *--log-format && $line != *--specs && $line != *--reason && $line != *rotation && $line != trust \
            && $line != state && $line != completion ]] || words+=("")
        got=$("complete_$shell" "${words[@]}" | xargs)
        if [[ $wanted == '~'* ]]; then
            for line in ${wanted#'~'}; do [[ " $got " == *" $line "* ]] || { echo "${words[*]}: $got, without $line" >&2 && return 1; }; done
        elif [[ $got != "$wanted" ]]; then
            echo "${words[*]}: \"$got\" instead of \"$wanted\"" >&2
            return 1
        fi
    done < <(cases)
}

@test "bash completes commands, verbs, options and values" { check_shell bash; }
@test "zsh completes them too" { check_shell zsh; }
@test "fish completes them too" { check_shell fish; }

@test "bash completes a value after an equal sign" {
    # Three words for bash.
    same "$(complete_bash run --log-format = js)" json
    same "$(complete_bash run --log-format =)" "$(printf '%s\n' auto json lines text)"
}

@test "bash completes while it is typed" {
    "$WEFT" completion bash >weft.bash
    run script -qec "bash --norc --noprofile -i" /dev/null <<END
PS1= ; PATH=$(dirname "$WEFT"):\$PATH; source ./weft.bash
weft trust ins	--help | grep -c 'usage: weft trust inspect' >count
weft valid	 --specs fol	 --help | grep -c 'usage: weft validate' >>count
exit
END
    same "$(xargs <count)" "1 1"
}

@test "each script names every command and every option" {
    local shell word
    for shell in bash zsh fish; do
        "$WEFT" completion "$shell" >script
        while read -r word; do
            grep -qE -- "(--|-l |[ '])${word#--}([ ']|$|\|)" script || { echo "$shell: no $word" >&2 && return 1; }
        done < <(for command in $("$WEFT" help | sed -nE 's/^  ([a-z]+) .*/\1/p'); do echo "$command" && "$WEFT" help "$command" | grep -oE -- '--[a-z-]+'; done | sort -u)
    done
}
