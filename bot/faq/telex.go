package faq

import (
	"strings"
	"unicode"
)

// maxTypedSyllable is the length of the longest syllable with all its Telex or VNI keys ("nghieengs"), and some room.
const maxTypedSyllable = 12

// undoTyping gives the words of a token whose Telex or VNI keys were not turned into diacritics: "cawn" is "can",
// "d9u7o7ng2" is "duong". As everything is folded anyway it is enough to reach the unaccented syllable. A token that
// is a syllable, or a known foreign word, or that no rule turns into a syllable, stays as it is.
func undoTyping(t token) []string {
	word := t.folded
	if len(word) < 2 || len(word) > maxTypedSyllable || !isASCII(t.typed) {
		return []string{word}
	}
	if strings.ContainsAny(word, "0123456789") {
		return undoVNI(word)
	}
	return []string{undoTelex(word)}
}

// undoTelex tries, in this order, the word as it is, without a tone key at its end, and without a tone key between
// vowel and final consonant. Tone keys anywhere else, and hats typed late ("cana"), would damage foreign words.
func undoTelex(word string) string {
	if isSyllable(word) || foreign[word] {
		return word
	}
	candidates := []string{word}
	last := len(word) - 1
	if strings.IndexByte("sfrxjz", word[last]) >= 0 {
		candidates = append(candidates, word[:last])
	}
	for i := 1; i < last; i++ {
		if strings.IndexByte("sfrxj", word[i]) >= 0 && isVowelKey(word[i-1]) && isFinal(word[i+1:]) {
			candidates = append(candidates, word[:i]+word[i+1:])
		}
	}
	for _, c := range candidates {
		if plain := dropHats(c); isSyllable(plain) {
			return plain
		}
	}
	return word
}

// telexHats are the doubled letters of Telex; w is either a horn (dropped) or, at the start of a word, ư.
var telexHats = strings.NewReplacer("dd", "d", "aa", "a", "ee", "e", "oo", "o", "w", "")

func dropHats(word string) string {
	if rest, ok := strings.CutPrefix(word, "w"); ok {
		word = "u" + rest
	}
	return foldY(telexHats.Replace(word))
}

func isVowelKey(c byte) bool { return strings.IndexByte("aeiouyw", c) >= 0 }

func isFinal(s string) bool {
	switch s {
	case "c", "ch", "m", "n", "ng", "nh", "p", "t":
		return true
	}
	return false
}

// counted are syllables after which a glued digit is a number ("muc2"), not a VNI tone.
var counted = wordSet(`muc mau thon to xa khu ap qui thang ngay lop so lan tuoi nam`)

// undoVNI drops the digits 1-9 of a token that becomes a syllable without them. Codes ("ct01", "c06", "h5n1", "a4")
// never do.
func undoVNI(word string) []string {
	if word[0] >= '0' && word[0] <= '9' || strings.Contains(word, "0") {
		return []string{word}
	}
	letters := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, word)
	if head := strings.TrimRight(word, "123456789"); head == letters && counted[foldY(head)] {
		return []string{foldY(head), word[len(head):]}
	}
	if len(letters) < 2 || !isSyllable(letters) {
		return []string{word}
	}
	return []string{foldY(letters)}
}

// foreign are words villagers type that look like Telex but are not.
var foreign = wordSet(`app web zalo otp pass max tax fax box wifi link file sms qr sim chip nfc ok vneid vssid facebook
	gmail email online momo photo visa reset video test internet website sos gas bus bar`)

// isSyllable reports whether word is a Vietnamese syllable without its diacritics.
func isSyllable(word string) bool { return syllables[word] }

// syllables are all combinations of the initials, nuclei and finals of Vietnamese, unaccented.
var syllables = buildSyllables()

func buildSyllables() map[string]bool {
	initials := append(strings.Fields(`b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x`), "")
	open := strings.Fields(`a e i o u y ai ao au ay eo eu ia ieu iu oa oai oao oay oe oeo oi ua uay ui uo uoi uou uu uy
		uya uyu ya yeu`)
	closed := strings.Fields(`a e i o u y ie oa oe ua ue uo uy uye ye`)
	finals := strings.Fields(`c ch m n ng nh p t`)
	rhymes := append(open, "ue", "oong", "ooc")
	for _, nucleus := range closed {
		for _, final := range finals {
			rhymes = append(rhymes, nucleus+final)
		}
	}
	all := make(map[string]bool, len(initials)*len(rhymes))
	for _, initial := range initials {
		for _, rhyme := range rhymes {
			if strings.HasPrefix(rhyme, "oo") && !strings.Contains(" x b m g t ", " "+initial+" ") {
				continue // xoong, boong, moóc; after other initials a double o is Telex
			}
			all[initial+rhyme] = true
		}
	}
	return all
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
