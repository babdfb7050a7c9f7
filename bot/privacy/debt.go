package privacy

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	titles   = set("ông bà anh chị cô chú bác em cháu dì cậu mợ thím cụ hộ")
	surnames = set(`nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lò quàng cà lường lương tòng vì vi hà giàng sùng vàng thào mùa hạng lầu
		vừ cứ sồng chang ma nông triệu bàn đinh bạch ksor rơ siu kpă nay rcom niê êban mlô thạch sơn kim danh châu chau lâm đào đoàn trịnh mai tô tạ cao
		lưu phùng quách hứa trương thái tống chu cầm điêu điêu bạc mè lèo đàm kha lự hù hầu tẩn tráng pàng sìn phù xa từ mạc ninh kiều la ông khương âu lại lục
		mã nghiêm phí tăng văn viên vương đậu đồng giáp hán khổng lã mẫn nghị nhâm quản thân tiêu trà ung sầm hoàng lộc chảo phàn giàng thền cháng pờ vù bế`)
	plainSurnames = without(surnames)
	// places are what names of places stand after.
	places = set("xa phuong huyen tinh thon ban ap buon khom xom quan duong pho truong khu to ubnd cho song suoi nui ho cau tp thi")
	// roles make a person one who speaks of debts by office.
	roles = phrases(`truong thon, truong ban, truong ap, truong buon, truong khom, truong xom, to truong, to pho, bi thu, chu tich, pho chu tich, giam doc, pho giam doc, can bo, ke toan,
		thu quy, thon truong, cong an vien, truong phong, chi hoi truong, cong chuc, hoi truong, chu nhiem, nhan vien, dai dien, uy vien`)
	// owing are words of debt whatever their diacritics.
	owing = phrases(`chua tra, chua nop, chua dong, chua thanh toan, cham nop, cham tra, cham dong, con thieu, thieu tien, thieu quy, chay y, khong chiu tra,
		khong tra, nop thieu, khong nop, khong chiu nop, bo tron, chua hoan tra, vay nang lai, qua han`)
	// payments are what can be owed; without one of them "chưa nộp" may be about a form.
	payments = phrases(`tien, quy, thue, phi, goc, vay, lai, von, trieu, nghin, no, bao hiem, tr`)
	// plainOwing are words of debt in a text without any diacritics, in which "no" may be anything.
	plainOwing = phrases(`con no, dang no, mac no, no tien, no thue, vo no, no qua han, no xau, no lai, no goc, du no, tron no, khat no, no ngan hang`)
	// handling before "nợ" is the work of those who collect.
	handling = set("thu tra khoanh xoa gian hoan doc ly phi cong doi han chieu quyet hop mien giam cho gia goc nhac")
	listing  = phrases(`danh sach, cac ho, nhung ho, ho sau, gom, nhu sau, sau day, cac ong ba, cac ong, ong ba sau, ten, bieu, bang ke, tong hop, thong bao`)
)

func set(words string) map[string]bool {
	all := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		all[w] = true
	}
	return all
}

// span is a name, from its first token to its last.
type span struct{ first, last int }

// debts finds names beside a debt: in one sentence, or in a list under a heading of debts.
func (s *search) debts() {
	heading := -1 // the line of the last heading that speaks of debts
	for from := 0; from < len(s.tokens); {
		to := from
		for to < len(s.tokens) && s.tokens[to].sentence == s.tokens[from].sentence {
			to++
		}
		owes := s.owes(from, to)
		line := s.tokens[from].line
		switch {
		case owes >= 0 && s.has(from, to, listing):
			heading = line
		case heading >= 0 && s.ends(heading, line):
			heading = -1
		}
		for i := from; i < to; {
			name, ok := s.name(i, to, heading >= 0 && owes < 0 || owes >= 0)
			if !ok {
				i++
				continue
			}
			if !s.inOffice(name) && (heading >= 0 && (line > heading || s.colon(owes, name.first)) || owes >= 0 && s.owedBy(name, owes)) {
				s.add(KindDebt, s.tokens[name.first].from, s.tokens[name.last].to)
			}
			i = name.last + 1
		}
		from = to
	}
}

// ends tells whether a list under a heading is over: after an empty line, or where a line begins like a sentence.
func (s *search) ends(heading, line int) bool {
	if line <= heading {
		return false
	}
	first, before := s.firstOf(line), s.lastOf(line-1)
	if before < 0 {
		return line-1 > heading+1 // one empty line may stand under the heading
	}
	t := s.tokens[first]
	return t.kind == aWord && !s.isTitle(first) && !s.isSurname(first)
}

// has tells whether one of some phrases stands between two tokens.
func (s *search) has(from, to int, list map[string][]string) bool {
	for i := from; i < to; i++ {
		if s.any(i, list) > 0 {
			return true
		}
	}
	return false
}

// owes is where a sentence speaks of a debt that somebody has, or -1.
func (s *search) owes(from, to int) int {
	for i := from; i < to; i++ {
		t := s.tokens[i]
		if t.kind != aWord {
			continue
		}
		collects := i > from && handling[s.tokens[i-1].word] && !s.tokens[i-1].capital
		debt := t.exact() == "nợ" || s.plain && (s.any(i, plainOwing) > 0 || t.word == "no" && i+1 < to && s.tokens[i+1].kind == aNumber)
		if (debt || s.any(i, owing) > 0 && s.has(from, to, payments)) && !collects {
			return i
		}
		if t.word == "vay" && s.amountWithin(i, to) && s.owedAlready(from, to) {
			return i
		}
	}
	return -1
}

// amountWithin tells whether a sum of money follows within a few words.
func (s *search) amountWithin(i, to int) bool {
	for at := i + 1; at < min(i+6, to-1); at++ {
		if s.tokens[at].kind == aNumber && s.any(at+1, sums) > 0 {
			return true
		}
	}
	return false
}

// owedAlready tells whether a sentence says that a loan was taken, rather than that it can be.
func (s *search) owedAlready(from, to int) bool {
	return !s.has(from, to, offers)
}

// name is a person's name that begins at a token: with a title, or with a surname and more. loose also takes short ones.
func (s *search) name(i, to int, loose bool) (span, bool) {
	start := i
	titled := false
	for start < to && s.isTitle(start) {
		start, titled = start+1, true
	}
	if start >= to || s.tokens[start].kind != aWord {
		return span{}, false
	}
	end := start
	for end < to && end < start+5 && s.tokens[end].kind == aWord && s.tokens[end].capital && (end == start || s.adjacent(end-1)) {
		end++
	}
	count := end - start
	known := s.isSurname(start)
	place := start > 0 && !titled && places[s.tokens[start-1].word]
	switch {
	case place || s.tokens[start].word == "ho" && s.phrase(start, "ho chi minh"):
		return span{}, false
	case titled && count >= 1:
		return span{start, end - 1}, true
	case known && count >= 3, known && count == 2 && loose:
		return span{start, end - 1}, true
	case known && start+2 < to && s.adjacent(start) && s.adjacent(start+1) && s.tokens[start+2].kind == aWord &&
		s.isMiddle(start+1):
		return span{start, start + 2}, true // without capitals
	}
	return span{}, false
}

// isTitle tells whether a word says that a person's name follows.
func (s *search) isTitle(i int) bool {
	t := s.tokens[i]
	if t.kind != aWord {
		return false
	}
	if s.plain {
		return plainTitles[t.word]
	}
	return titles[t.exact()]
}

var plainTitles = without(titles)

// without are words without their diacritics.
func without(words map[string]bool) map[string]bool {
	all := make(map[string]bool)
	for marked := range words {
		word := ""
		for _, r := range marked {
			plain, _ := plainLetter(r)
			word += string(plain)
		}
		all[word] = true
	}
	return all
}

// exact is a word in lower case with its diacritics.
func (t token) exact() string { return norm.NFC.String(strings.ToLower(t.text)) }

// isSurname tells whether a word can begin a name. With diacritics it has to be right, for "Xã" is no "Xa".
func (s *search) isSurname(i int) bool {
	t := s.tokens[i]
	return t.kind == aWord && (surnames[t.exact()] || s.plain && plainSurnames[t.word])
}

// isMiddle tells whether a word is one of the middle names that few other words look like.
func (s *search) isMiddle(i int) bool {
	t := s.tokens[i]
	return t.exact() == "văn" || t.exact() == "thị" || s.plain && (t.word == "van" || t.word == "thi")
}

// adjacent tells whether only a space stands between a token and the next.
func (s *search) adjacent(i int) bool {
	return i+1 < len(s.tokens) && strings.TrimSpace(s.text[s.tokens[i].to:s.tokens[i+1].from]) == "" && s.tokens[i].line == s.tokens[i+1].line
}

// colon tells whether a colon stands between two tokens.
func (s *search) colon(from, to int) bool {
	for i := max(from, 0); i < to; i++ {
		if s.tokens[i].word == ":" {
			return from >= 0
		}
	}
	return false
}

// inOffice tells whether a role stands beside a name.
func (s *search) inOffice(name span) bool {
	return s.roleWithin(max(0, name.first-6), name.first, s.tokens[name.first].line) || s.roleWithin(name.last+1, name.last+5, s.tokens[name.first].line)
}

func (s *search) roleWithin(from, to, line int) bool {
	for i := from; i < min(to, len(s.tokens)); i++ {
		if s.tokens[i].line == line && s.any(i, roles) > 0 {
			return true
		}
	}
	return false
}

// sums are words of money.
var sums = phrases("trieu, tr, dong, d, nghin, ngan, ty, ti, cu, chai")

// offers speak of loans that can be had, and not of one that somebody has.
var offers = phrases("duoc vay, cho vay, muon vay, can vay, se vay, vay toi da, vay von, de nghi vay, muc vay")

// directions stand between a debt and whom to see about it.
var directions = phrases("gap, lien he, bao, nop cho, nop tai, den, tra cho, qua so, goi")

// others are words that make others than the one who is named owe.
var others = phrases("ho nao, cac ho, nhung ho, ai con, bat ky, nguoi nao, neu, ba con, thong bao, yeu cau, de nghi, nhac nho, khi, cac thanh vien, tuyet doi")

// owedBy tells whether the debt in a sentence is that of a name in it.
func (s *search) owedBy(name span, owes int) bool {
	if owes > name.last {
		return owes-name.last <= 18 && !s.has(name.last+1, owes, others)
	}
	return name.first-owes <= 12 && !s.has(owes, name.first, directions)
}
