# fish: syncd completion fish | source, or put this file into ~/.config/fish/completions/syncd.fish
function __syncd_complete
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    set -l typed (commandline --current-token --cut-at-cursor)
    set -l found ($words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
    if test "$found" = :files
        __fish_complete_path $typed
    else
        printf '%s\n' $found
    end
end
complete --command syncd --no-files --arguments '(__syncd_complete)'
