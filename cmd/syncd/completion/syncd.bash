# bash: source <(syncd completion bash), or put this file into ~/.local/share/bash-completion/completions/syncd
_syncd() {
    local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    local last=$((COMP_CWORD - 1)) line word
    # bash makes three words of --pool=lab.
    [[ ${words[last]} == = ]] && words+=("")
    local typed=${words[-1]}
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            compopt -o default
            return
        fi
        printf -v word %q "${line%%$'\t'*}"
        [[ $word == "$typed"* ]] && COMPREPLY+=("$word")
    done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)
}
complete -F _syncd syncd
