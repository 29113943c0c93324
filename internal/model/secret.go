package model

import (
	"bytes"
	"regexp"
	"strings"
)

// Masked stands for the value of a key that names a credential.
const Masked = "***"

// credentialWords are what such keys contain, in XenServer's own maps (chappassword, cifspassword,
// incoming_chappassword, password_secret, power_on_password_secret, TokenSecret) and in those that people make.
var credentialWords = []string{"passw", "passphrase", "pwd", "secret", "token", "credential", "private_key", "privatekey", "apikey", "api_key"}

// SecretKey tells whether the value of this key must not leave the wire: in the maps that model.txt calls secret, and
// in whatever the server sends beyond the model.
func SecretKey(key []byte) bool {
	lower := strings.ToLower(string(key))
	if lower == "pass" {
		return true
	}
	for _, word := range credentialWords {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// Credentials within a text: mount options (username=a,password=b) and URLs (//user:password@host).
var (
	credentialOption = regexp.MustCompile(`(?i)\b(pass|passw[a-z_]*|pwd|secret|credentials)=[^,;&\s"\\]+`)
	credentialInURL  = regexp.MustCompile(`(//[^/:@\s"\\]*):[^/@\s"\\]+@`)
)

// MaskWithin masks the credentials inside a value of one of those maps. It returns text itself where there is none.
func MaskWithin(text []byte) []byte {
	if bytes.IndexByte(text, '=') >= 0 {
		text = credentialOption.ReplaceAll(text, []byte("${1}="+Masked))
	}
	if bytes.IndexByte(text, '@') >= 0 {
		text = credentialInURL.ReplaceAll(text, []byte("${1}:"+Masked+"@"))
	}
	return text
}
