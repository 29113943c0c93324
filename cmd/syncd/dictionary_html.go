package main

import (
	_ "embed"
	"html/template"
	"io"

	"syncd/internal/store"
)

//go:embed dictionary.html
var dictionaryHTML string

var dictionaryPage = template.Must(template.New("dictionary").Funcs(template.FuncMap{"typeOf": typeOf, "sentence": sentence}).Parse(dictionaryHTML))

// writeDictionaryPage writes it as one page that needs nothing from elsewhere. The fragment #q=WORDS looks for words.
func writeDictionaryPage(w io.Writer, d *store.Dictionary) error {
	return dictionaryPage.Execute(w, map[string]any{"Dictionary": d, "Diagram": diagramOf(d)})
}
