package privacy

import (
	"cmp"
	"slices"
	"strings"
)

var (
	// offices are words after or before which a mobile number is that of an office, or of a person in office.
	offices = phrases(`ubnd, uy ban, hdnd, hoi dong, cong an, tram y te, tram xa, tram thu y, tram bien phong, tram bom, thu y, ngan hang, nhcsxh, nhcs, csxh, dien luc, evn, nha truong,
		truong hoc, truong mam non, truong tieu hoc, truong thcs, truong thpt, benh vien, ban chi huy, ban chi dao, ban quan ly, ban to chuc, ban nhan dan, ban cong tac, bch, bcd,
		trung tam, van phong, vp, duong day nong, hotline, tong dai, truc ban, truc 24, so truc, dien thoai truc, can bo truc, to truc, doi truc, nguoi truc, truong thon, truong ban, truong ap, truong buon, truong khom,
		truong xom, truong khu, to truong, to pho, pho thon, pho ban, thon pho, bi thu, chu tich, pho chu tich, can bo, cong chuc, chuyen vien, ke toan, thu quy, htx, hop tac xa,
		bao hiem xa hoi, bhxh, khuyen nong, kiem lam, don bien phong, bien phong, buu dien, cua hang, cong ty, hoi nong dan, hoi phu nu, chi hoi, chi hoi truong, hoi cuu chien binh,
		doan thanh nien, bi thu doan, mat tran, nha van hoa, xa doi, xa doi truong, quan su, dan quan, doi truong, thon doi, an ninh, y te, y si, bac si, giam doc, pho giam doc, truong phong, pho phong,
		bo phan, mot cua, tiep nhan, thuong truc, dia chinh, tu phap, chi huy, truong ban chi huy, cap nuoc, nha may, vien thong, to cong nghe so, cong tac vien, lanh dao, ban giam hieu, hieu truong, hieu pho, co giao, thay giao, nhan vien, doi ung cuu, cuu ho, cuu nan, cuu hoa, quan trang, tiep dan, truong to dan pho, trung doi, hat kiem lam, tho dien`)
	// privates are words after which a mobile number is a private person's, even where an office stands before.
	privates = phrases(`nguoi nha, nguoi than, gia dinh, chu ho, ho ong, ho ba, ho anh, ho chi, gia dinh ong, gia dinh ba, gia dinh anh, gia dinh chi, gia dinh chau, gia dinh em, nha ong, nha ba, nha anh, nha chi,
		vo anh, vo ong, chong chi, chong ba, con trai, con gai, me chau, bo chau, me em, bo em, benh nhan, nguoi mat, nguoi vay, ho vay, nguoi ban, ban xe, ban dat, can ban, tim nguoi, nguoi bi, doi tuong, nan nhan, khach hang, nguoi lam don, nguoi to cao, nguoi khieu nai, chau be, nguoi benh`)
	ids      = phrases(`cccd, cmnd, cmt, can cuoc, chung minh, so dinh danh, dinh danh ca nhan, giay to tuy than, so giay to`)
	accounts = phrases(`tai khoan, stk, so tk, tk, account, so the, chuyen khoan, ck`)
	banks    = phrases(`agribank, vietcombank, vcb, bidv, vietinbank, ctg, mb, mbbank, mb bank, techcombank, tcb, acb, sacombank, vpbank, tpbank, lienvietpostbank, lpbank, vbsp, shb, msb, vib, hdbank, ngan hang, momo, viettelpay, zalopay, seabank, ocb, eximbank`)
	wallets  = phrases(`momo, viettelpay, viettel money, zalopay, vi dien tu`)
	// amounts follow a number that is a quantity.
	amounts = phrases(`dong, d, vnd, trieu, tr, ty, ti, nghin, k, kg, ha, m, km, usd, con, ho, nguoi, lit, tan, cay, suat, cai, m2, met, kwh`)
)

// number is a group of digits as people part them.
type number struct {
	first, last int // its tokens
	digits      string
	plus        bool
	dotted      bool // as thousands are
	parted      bool
}

// numbers finds what is private among the numbers.
func (s *search) numbers() {
	for i := 0; i < len(s.tokens); i++ {
		if s.tokens[i].kind != aNumber || s.inAddress(i) {
			continue
		}
		n := s.number(i)
		if end := s.judge(n); end >= 0 {
			i = end
			continue
		}
		if n.last > n.first && len(n.digits) > 12 { // perhaps two numbers beside one another
			for end := n.last - 1; end >= n.first; end-- {
				if part := s.cut(n, end); s.judge(part) >= 0 {
					n.last = end
					break
				}
			}
		}
		i = n.last
	}
}

// longest is how many digits a group may have before it ends: more than any private number, so that two side by side are seen.
const longest = 20

// number is the longest group of digits that begins at a token: runs with one space, dot or dash between them.
func (s *search) number(i int) number {
	n := number{first: i, last: i, dotted: len(s.tokens[i].word) <= 3 && s.tokens[i].word[0] != '0'}
	n.plus = i > 0 && s.tokens[i-1].word == "+" && s.tokens[i-1].to == s.tokens[i].from
	for last, size := i, len(s.tokens[i].word); ; size += len(s.tokens[last].word) {
		next := last + 1
		if size > longest {
			return s.cut(n, last)
		}
		gap := func(a, b int) string { return s.text[s.tokens[a].to:s.tokens[b].from] }
		switch {
		case next < len(s.tokens) && s.tokens[next].kind == aNumber && (gap(last, next) == " " || gap(last, next) == "\u00a0"):
			n.dotted = false
		case next+1 < len(s.tokens) && strings.Contains(".-–)", s.tokens[next].word) && s.tokens[next+1].kind == aNumber &&
			len(strings.TrimSpace(gap(last, next)+gap(next, next+1))) == 0 && len(gap(last, next))+len(gap(next, next+1)) <= 2:
			n.dotted = n.dotted && s.tokens[next].word == "." && len(s.tokens[next+1].word) == 3
			next++
		default:
			return s.cut(n, last)
		}
		last = next
	}
}

// cut is a number up to a token.
func (s *search) cut(n number, last int) number {
	n.last, n.digits = last, ""
	for _, t := range s.tokens[n.first : last+1] {
		if t.kind == aNumber {
			n.digits += t.word
		}
	}
	n.parted = last > n.first
	n.dotted = n.dotted && n.parted
	return n
}

// judge adds a number that is private and returns its last token, or -1.
func (s *search) judge(n number) int {
	digits := n.digits
	from, to := s.tokens[n.first].from, s.tokens[n.last].to
	if n.plus {
		from--
	}
	if n.last+1 < len(s.tokens) && s.tokens[n.last+1].kind == aWord && s.any(n.last+1, amounts) > 0 && s.tokens[n.last+1].line == s.tokens[n.first].line && !mobile(digits, n.plus) {
		return -1
	}
	attached := n.first > 0 && s.tokens[n.first-1].kind == aWord && s.tokens[n.first-1].to == s.tokens[n.first].from
	switch {
	case len(digits) >= 6 && len(digits) <= 19 && s.near(n.first, accounts, 3) && !hotline(digits),
		len(digits) >= 9 && len(digits) <= 19 && s.near(n.first, accounts, 10) && !n.dotted && !mobile(digits, n.plus) && !landline(digits) && !hotline(digits),
		len(digits) >= 9 && len(digits) <= 11 && s.near(n.first, wallets, 3),
		len(digits) >= 8 && len(digits) <= 19 && !n.dotted && s.near(n.first, banks, 4) && !mobile(digits, n.plus) && !hotline(digits) && !landline(digits),
		len(digits) >= 9 && len(digits) <= 19 && !n.dotted && s.bankAfter(n.last) && !hotline(digits) && !landline(digits):
		s.add(KindAccount, from, to)
	case len(digits) == 12 && !n.dotted && (card(digits) || s.near(n.first, ids, 8)) && !attached,
		len(digits) == 9 && s.near(n.first, ids, 8),
		len(digits) == 9 && !n.parted && !attached && s.nameBefore(n.first):
		s.add(KindID, from, to)
	case mobile(digits, n.plus) && !attached:
		if !s.officePhone(n) {
			s.add(KindPhone, from, to)
		}
	default:
		return -1
	}
	return n.last
}

// card tells whether twelve digits are built like the number of a card: the code of a province, 001 to 096, comes first.
func card(digits string) bool {
	return digits[0] == '0' && digits[:3] > "000" && digits[:3] <= "096"
}

// mobile tells whether digits are a mobile number, also of before 2018.
func mobile(digits string, plus bool) bool {
	if rest, ok := strings.CutPrefix(digits, "0084"); ok && len(rest) == 9 {
		digits = "0" + rest
	} else if rest, ok := strings.CutPrefix(digits, "84"); ok && len(rest) == 9 && (plus || strings.ContainsRune("35789", rune(rest[0]))) {
		digits = "0" + rest
	} else if rest, ok := strings.CutPrefix(digits, "840"); ok && plus && len(rest) == 9 {
		digits = "0" + rest
	}
	switch len(digits) {
	case 10:
		return digits[0] == '0' && strings.Contains("35789", digits[1:2])
	case 11:
		return digits[0] == '0' && digits[1] == '1' && strings.Contains("2689", digits[2:3])
	}
	return false
}

func landline(digits string) bool {
	return strings.HasPrefix(digits, "02") && (len(digits) == 10 || len(digits) == 11)
}

func hotline(digits string) bool {
	return (strings.HasPrefix(digits, "1900") || strings.HasPrefix(digits, "1800")) && len(digits) <= 10
}

// inAddress tells whether digits are part of a link or a mail address.
func (s *search) inAddress(i int) bool {
	from, to := s.tokens[i].from, s.tokens[i].to
	start := strings.LastIndexAny(s.text[:from], " \n\t(,;") + 1
	piece := s.text[start:to]
	rest := s.text[to:]
	if end := strings.IndexAny(rest, " \n\t),;"); end >= 0 {
		rest = rest[:end]
	}
	return strings.Contains(piece, "://") || strings.Contains(piece, "www.") || strings.Contains(piece+rest, "@") ||
		strings.Contains(piece, ".vn") || strings.Contains(piece, ".com") || strings.Contains(piece, ".me/")
}

// near tells whether one of some phrases ends within a few words before a token, in its line.
func (s *search) near(i int, list map[string][]string, words int) bool {
	for at, left := i-1, words; at >= 0 && left > 0 && s.tokens[at].line == s.tokens[i].line; at-- {
		if s.tokens[at].kind == aNumber && len(s.tokens[at].word) > 3 {
			return false // it belongs to another number
		}
		if s.tokens[at].kind != aWord {
			continue
		}
		left--
		if s.any(at, list) > 0 && !s.creditGroup(at) {
			return true
		}
	}
	return false
}

// creditGroup tells whether "TK" is that of "Tổ TK&VV", or an account is one of an app.
func (s *search) creditGroup(i int) bool {
	return i+1 < len(s.tokens) && s.tokens[i].word == "tk" && s.tokens[i+1].word == "&" || s.phrase(i, "tai khoan vneid") || s.phrase(i, "tai khoan dinh danh")
}

// bankAfter tells whether a bank's own name follows a number at once.
func (s *search) bankAfter(i int) bool {
	for at, left := i+1, 3; at < len(s.tokens) && left > 0 && s.tokens[at].line == s.tokens[i].line; at++ {
		if s.tokens[at].kind == aNumber {
			return false
		}
		if s.tokens[at].kind == aWord {
			left--
			if s.any(at, banks) > 0 && s.tokens[at].word != "ngan" {
				return true
			}
		}
	}
	return false
}

// nameBefore tells whether a person's name stands right before a token.
func (s *search) nameBefore(i int) bool {
	words := 0
	for at := i - 1; at >= 0 && s.tokens[at].line == s.tokens[i].line && words < 5; at-- {
		switch t := s.tokens[at]; {
		case t.kind == aMark && words == 0 && strings.Contains(",:-–(", t.word):
		case t.kind == aWord && t.capital:
			if words++; words >= 2 && s.isSurname(at) {
				return true
			}
		default:
			return false
		}
	}
	return false
}

// officePhone tells whether the words around a mobile number make it an office's: the nearest before it in its sentence,
// those right after it, or a heading above its line.
func (s *search) officePhone(n number) bool {
	t := s.tokens[n.first]
	if side := s.side(n.first, t.line); side != 0 {
		return side > 0
	}
	for at, left := n.last+1, 6; at < len(s.tokens) && left > 0 && s.tokens[at].line == t.line; at++ {
		if s.tokens[at].kind == aNumber && len(s.tokens[at].word) > 2 || s.tokens[at].word == ";" {
			break
		}
		if s.tokens[at].kind == aWord {
			left--
			if s.any(at, privates) > 0 {
				return false
			}
			if s.any(at, offices) > 0 {
				return true
			}
		}
	}
	for line := t.line - 1; line >= 0; line-- {
		last := s.lastOf(line)
		if last >= 0 && s.tokens[last].word == ":" {
			return s.side(last, line) > 0
		}
	}
	return false
}

// side says whose the nearest word before a token in its line is: an office's 1, a private person's -1, nobody's 0.
func (s *search) side(i, line int) int {
	for at, left := i-1, 18; at >= 0 && left > 0 && s.tokens[at].line == line; at-- {
		if s.tokens[at].kind != aWord {
			continue
		}
		left--
		if s.any(at, privates) > 0 {
			return -1
		}
		if s.any(at, offices) > 0 {
			return 1
		}
	}
	return 0
}

// firstOf is the first token of a line that has some.
func (s *search) firstOf(line int) int {
	i, _ := slices.BinarySearchFunc(s.tokens, line, func(t token, line int) int { return cmp.Compare(t.line, line) })
	return i
}

// lastOf is the last token of a line, or -1.
func (s *search) lastOf(line int) int {
	if i := s.firstOf(line+1) - 1; i >= 0 && s.tokens[i].line == line {
		return i
	}
	return -1
}
