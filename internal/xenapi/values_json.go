package xenapi

import "syncd/internal/model"

// extra appends the odd fields as one object, in a second look at their bytes.
func (v *values) extra() {
	from := len(v.rec.Buf)
	separator := byte('{')
	for _, o := range v.odd {
		if o.field != nil {
			if _, ok := v.rec.Value(o.field.Index); ok {
				continue // a later member of that name could be read
			}
			v.rec.Faults++
		}
		v.rec.Buf = append(v.rec.Buf, separator)
		separator = ','
		v.pos = o.at
		v.keyed(o.name, true, o.field != nil && o.field.Secret)
	}
	if separator == ',' {
		v.rec.Buf = append(v.rec.Buf, '}')
		v.rec.Mark(v.rec.Class.Extra(), from)
	}
}

// object appends what is left of a struct as a JSON object. Mask hides the values of keys that name a credential, at
// every level.
func (v *values) object(mask bool) {
	separator := byte('{')
	for name, ok := v.member(); ok; name, ok = v.member() {
		v.rec.Buf = append(v.rec.Buf, separator)
		separator = ','
		v.keyed(name, mask, false)
		v.endMember()
	}
	v.endValue()
	if separator == '{' {
		v.rec.Buf = append(v.rec.Buf, '{')
	}
	v.rec.Buf = append(v.rec.Buf, '}')
}

// keyed appends a name and the value that comes now. Hide masks all of that value.
func (v *values) keyed(name []byte, mask, hide bool) {
	from := len(v.rec.Buf)
	v.quoted(name, inName)
	hide = hide || mask && model.SecretKey(v.rec.Buf[from:])
	v.rec.Buf = append(v.rec.Buf, ':')
	if hide {
		v.masked()
	} else {
		v.json(mask)
	}
}

// json appends the value that comes now.
func (v *values) json(mask bool) {
	switch f, raw := v.value(); f {
	case aText:
		from := len(v.rec.Buf)
		v.quoted(raw, inText)
		if mask {
			v.rec.Buf = append(v.rec.Buf[:from], model.MaskWithin(v.rec.Buf[from:])...)
		}
	case aNil:
		v.rec.Buf = append(v.rec.Buf, "null"...)
	case aStruct:
		v.object(mask)
	case anArray:
		v.rec.Buf = append(v.rec.Buf, '[')
		for n := 0; v.item(); n++ {
			if n > 0 {
				v.rec.Buf = append(v.rec.Buf, ',')
			}
			v.json(mask)
		}
		v.endValue()
		v.rec.Buf = append(v.rec.Buf, ']')
	}
}

// masked appends what may be shown of the value that comes now: that there is one.
func (v *values) masked() {
	shown := `"` + model.Masked + `"`
	f, raw := v.value()
	switch from := len(v.rec.Buf); {
	case f == aNil:
		shown = "null"
	case f != aText:
		v.rest(f)
	default:
		v.text(raw)
		if len(v.rec.Buf) == from {
			shown = `""`
		}
		v.rec.Buf = v.rec.Buf[:from]
	}
	v.rec.Buf = append(v.rec.Buf, shown...)
}

// quoted appends the characters that raw stands for as a JSON string.
func (v *values) quoted(raw []byte, m markup) {
	if clean(raw) == len(raw) {
		v.rec.Buf = append(v.rec.Buf, '"')
		v.rec.Buf = append(v.rec.Buf, raw...)
		v.rec.Buf = append(v.rec.Buf, '"')
		return
	}
	v.dirty = true
	var replaced int
	v.rec.Buf, replaced = appendJSON(v.rec.Buf, raw, m)
	v.rec.Replaced += replaced
}
