package model

import "strings"

// Masked stands for the value of a key that names a credential.
const Masked = "***"

// credentialWords are what such keys contain, in XenServer's own maps (chappassword, cifspassword,
// incoming_chappassword, password_secret, power_on_password_secret, TokenSecret) and in those that people make.
var credentialWords = []string{"passw", "passphrase", "pwd", "secret", "token", "credential", "private_key", "privatekey", "apikey", "api_key"}

// SecretKey tells whether the value of this key must not leave the wire: in the maps that model.txt calls secret, and
// in whatever the server sends beyond the model.
func SecretKey(key []byte) bool {
	lower := strings.ToLower(string(key))
	for _, word := range credentialWords {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
