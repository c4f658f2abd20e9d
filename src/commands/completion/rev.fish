# Completion of rev for fish: the words come from `rev __complete`.

function __rev_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answers ($words[1] __complete $words[2..] "$current" 2>/dev/null)
    switch "$answers[1]"
        case words
            test (count $answers) -gt 1; and printf '%s\n' $answers[2..]
        case files folders
            # The value of --option=VALUE is a path of its own.
            set -l option (string match -r -- '^--[^=]+=' $current)
            set -l path (string replace -r -- '^--[^=]+=' '' $current)
            set -l found
            if test "$answers[1]" = files
                set found (__fish_complete_path "$path")
            else
                set found (__fish_complete_directories "$path" '')
            end
            test (count $found) -gt 0; and printf '%s\n' "$option"$found
    end
end

complete -c rev -e
complete -c rev -f -k -a '(__rev_complete)'
