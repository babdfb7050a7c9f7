package bot

import (
	"errors"
	"regexp"
	"strings"
)

var (
	vietnamesePhone = regexp.MustCompile(`^(?:0[1-9]\d{8,9}|1[89]00\d{4,6}|1\d\d)$`) // with area or network, service, emergency
	foreignPrefix   = regexp.MustCompile(`^(?:\+|00)?84([1-9]\d{8,9})$`)
	zeroLost        = regexp.MustCompile(`^[235789]\d{8}$`)
	phoneSeparators = strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "")
)

// readPhone is a Vietnamese phone number as digits, from however people group them; empty stays empty.
func readPhone(text string) (string, error) {
	digits := phoneSeparators.Replace(text)
	if m := foreignPrefix.FindStringSubmatch(digits); m != nil {
		digits = "0" + m[1]
	}
	switch {
	case digits == "" && text == "", vietnamesePhone.MatchString(digits):
		return digits, nil
	case zeroLost.MatchString(digits):
		return "", errors.New("the zero in front is lost: format the column as text and write 0" + digits)
	}
	return "", errors.New("is no Vietnamese phone number: write one, such as 0912345678")
}
