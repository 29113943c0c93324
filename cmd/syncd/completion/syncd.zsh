#compdef syncd
# zsh: source <(syncd completion zsh), or put this file into a folder of $fpath as _syncd
_syncd() {
    local line word
    local -a found
    for line in ${(f)"$(${words[1]} __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)"}; do
        if [[ $line == :files ]]; then
            _files
            return
        fi
        word=${line%%$'\t'*}
        found+=("${word//:/\\:}:${line#*$'\t'}")
    done
    _describe syncd found
}
if [[ ${funcstack[1]} == _syncd ]]; then
    _syncd "$@"
else
    compdef _syncd syncd
fi
