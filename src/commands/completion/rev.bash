# Completion of rev for bash 4.4 or newer: the words come from `rev __complete`.

_rev() {
    local program=$1 line=${COMP_LINE:0:COMP_POINT} word i

    # Bash cuts words at @, : and = too; what no blank separates is put together again.
    local -a words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $i == 0 || $line == [[:space:]]* ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words+=("")
        fi
        [[ $line == "$word"* ]] || word=$line
        words[-1]+=$word
        line=${line#"$word"}
    done

    local current=${words[-1]} replaced prefix= breaker
    if [[ $current == [\"\']* ]]; then
        replaced=${current:1}
    else
        # Readline replaces only what stands behind the last of these, and an @ too.
        replaced=$current
        for breaker in : =; do
            [[ $COMP_WORDBREAKS != *"$breaker"* ]] || replaced=${replaced##*"$breaker"}
        done
        [[ $COMP_WORDBREAKS != *@* || $replaced != *@* ]] || replaced=@${replaced##*@}
        prefix=${current%"$replaced"}
    fi

    local -a answers
    words=("${words[@]//[\"\'\\]/}")
    mapfile -t answers < <("${program/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)

    COMPREPLY=()
    case ${answers[0]} in
        words) ;;
        files)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$replaced")
            ;;
        folders)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$replaced")
            ;;
        *)
            # It is another program of this name.
            compopt -o default
            return
            ;;
    esac

    local answer widest=0
    answers=("${answers[@]:1}")
    for answer in "${answers[@]}"; do
        word=${answer%%$'\t'*}
        word=${word#"$prefix"}
        COMPREPLY+=("$word")
        [[ ${#word} -le $widest ]] || widest=${#word}
    done

    # Only where bash lists the words does it get their descriptions too: they differ before these begin, so that nothing
    # of them can land in the command line.
    [[ ${#COMPREPLY[@]} -gt 1 && ${#COMPREPLY[@]} == "${#answers[@]}" && $COMP_TYPE == @(63|33|64) ]] || return 0
    for i in "${!answers[@]}"; do
        answer=${answers[i]}
        [[ $answer == *$'\t'* ]] || continue
        printf -v word '%-*s  (%s)' "$widest" "${COMPREPLY[i]}" "${answer#*$'\t'}"
        COMPREPLY[i]=${word:0:${COLUMNS:-80}-2}
    done
}

complete -o nosort -F _rev rev
