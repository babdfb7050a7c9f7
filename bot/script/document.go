package script

import "strings"

// document is the number of a document, with the year, what it is and who has signed it.
func (r *reader) document(m []string) int {
	number := strings.TrimRight(m[1], "abcdefghijklmnopqrstuvwxyz")
	words := numeral(number)
	if suffix := m[1][len(number):]; suffix != "" {
		words += " " + letters(suffix)
	}
	if r.before(1) != "số" {
		words = "số " + words
	}
	if m[2] != "" {
		words += ", năm " + numeral(m[2]) // the pause keeps 105 and 2020 apart
	}
	codes := strings.Split(m[3], "-")
	var names []string
	for i, code := range codes {
		name, digits := r.code(code, i == 0)
		if digits != "" {
			name += " " + numeral(digits)
		}
		names = append(names, name)
	}
	said := strings.ToLower(strings.Join(r.out[max(0, len(r.out)-8):], " "))
	if len(names) > 1 && (strings.HasSuffix(said, names[0]) || strings.HasSuffix(said, names[0]+" số")) {
		names = names[1:] // "Quyết định 22/2026/QĐ-TTg" says it twice
		words += " của "
	} else {
		words += ", "
	}
	if len(codes) > 1 && len(names) == len(codes) && (kinds[codes[0]] || documents[codes[0]] != "") {
		words += names[0] + " của " + strings.Join(names[1:], ", ")
	} else {
		words += strings.Join(names, ", ")
	}
	r.say(words, aNumber)
	r.heard(aFigure)
	return len(m[0])
}

// code is a part of a document's number in full, and the digits at its end.
func (r *reader) code(code string, first bool) (name, digits string) {
	bare := strings.TrimRight(code, "0123456789")
	digits = code[len(bare):]
	if bare == "QH" && digits != "" {
		return "Quốc hội khóa", digits
	}
	if long, ok := documents[bare]; ok && (first || bare == "BTC") {
		return long, digits
	}
	if long, ok := abbreviations[bare]; ok {
		return long, digits
	}
	r.fault(code, "Chưa biết chữ tắt này trong số văn bản, đang đọc từng chữ cái. Hãy viết đầy đủ tên cơ quan, hoặc bỏ số văn bản.")
	if name := letters(bare); name != "" {
		return name, strings.Join(strings.FieldsFunc(digits, func(c rune) bool { return c < '0' || c > '9' }), "")
	}
	return "", digits
}
