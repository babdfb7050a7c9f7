package bot

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// twoCommunes are a province with two communes and their villages.
func twoCommunes() Units {
	units := make(Units)
	for code, parent := range map[string]string{"tinh": "", "xa-1": "tinh", "xa-2": "tinh", "thon-1": "xa-1", "thon-2": "xa-1", "thon-3": "xa-2"} {
		units[code] = Unit{Code: code, ParentCode: parent}
	}
	return units
}

func TestAudienceCheck(t *testing.T) {
	t.Parallel()

	t.Run("TakesEveryPart", func(t *testing.T) {
		t.Parallel()

		for _, a := range []Audience{
			{Units: []string{"xa-1"}}, {Topics: []Topic{TopicBank}}, {Roles: []Role{"to_truong"}}, {Needs: []Need{NeedPoor}}, {Languages: []string{"vi-VN"}},
			{Units: []string{"tinh", "thon-1"}, WithoutUnits: []string{"xa-2"}, WithoutResidents: []string{"ai cũng được"}},
		} {
			require.NoError(t, a.Check(twoCommunes()))
		}
	})

	for name, c := range map[string]struct {
		audience Audience
		fault    string
	}{
		"Empty":                {Audience{}, "it is empty: name units, topics, roles, needs or languages"},
		"OnlyExclusions":       {Audience{WithoutUnits: []string{"xa-1"}, WithoutResidents: []string{"71"}}, "it is empty: name units, topics, roles, needs or languages"},
		"AnUnknownUnit":        {Audience{Units: []string{"xa-1", "xa-9"}}, `there is no unit "xa-9"`},
		"AnEmptyUnit":          {Audience{Units: []string{""}}, `there is no unit ""`},
		"AnUnknownUnitLeftOut": {Audience{Units: []string{"xa-1"}, WithoutUnits: []string{"xa-9"}}, `there is no unit "xa-9"`},
		"AnUnknownTopic":       {Audience{Topics: []Topic{"bóng đá"}}, `"bóng đá": there is no such topic: write bank, livestock, crops, health, disaster, security, procedures, meetings`},
		"AnUnknownNeed":        {Audience{Needs: []Need{"giàu"}}, `"giàu": there is no such need: write elderly, alone, poor, near_poor, no_smartphone, danger_zone`},
		"ABadRole":             {Audience{Roles: []Role{"Tổ trưởng"}}, `"Tổ trưởng" ` + hintRole},
		"AnUnknownLanguage":    {Audience{Languages: []string{"xx"}}, `"xx" ` + hintLanguage},
		"ALanguageInCapitals":  {Audience{Languages: []string{"RAD"}}, `"RAD" ` + hintLanguage},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			t.Parallel()

			err := c.audience.Check(twoCommunes())
			require.ErrorIs(t, err, ErrAudience)
			require.EqualError(t, err, "wrong audience: "+c.fault)
		})
	}

	t.Run("TellsAllFaultsTogether", func(t *testing.T) {
		t.Parallel()

		err := Audience{Units: []string{"xa-8", "xa-9"}, Topics: []Topic{"x"}}.Check(twoCommunes())
		require.ErrorContains(t, err, `"xa-8"`)
		require.ErrorContains(t, err, `"xa-9"`)
		require.ErrorContains(t, err, `"x"`)
	})
}

func TestAudienceInUnits(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		audience Audience
		want     []string
		all      bool
	}{
		"IsAllWithoutUnits":          {Audience{Topics: []Topic{TopicBank}}, nil, true},
		"HasAllBelow":                {Audience{Units: []string{"xa-1"}}, []string{"thon-1", "thon-2", "xa-1"}, false},
		"HasEachOnce":                {Audience{Units: []string{"xa-1", "thon-1"}}, []string{"thon-1", "thon-2", "xa-1"}, false},
		"IsAllFromTheOnlyTop":        {Audience{Units: []string{"tinh"}}, nil, true},
		"LeavesOutWithAllBelow":      {Audience{Units: []string{"tinh"}, WithoutUnits: []string{"xa-1"}}, []string{"", "thon-3", "tinh", "xa-2"}, false},
		"LeavesOutOfTheWholeAccount": {Audience{Topics: []Topic{TopicBank}, WithoutUnits: []string{"xa-1", "xa-2"}}, []string{"", "tinh"}, false},
		"LeavesOutEverybody":         {Audience{Units: []string{"xa-1"}, WithoutUnits: []string{"tinh"}}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			codes, all := c.audience.InUnits(twoCommunes())
			slices.Sort(codes)
			require.Equal(t, c.want, codes)
			require.Equal(t, c.all, all)
		})
	}

	t.Run("HasThoseOfNoUnitWithTheOnlyTop", func(t *testing.T) {
		t.Parallel()

		codes, _ := Audience{Units: []string{"tinh"}, WithoutUnits: []string{"thon-1"}}.InUnits(twoCommunes())
		require.Contains(t, codes, "")
	})

	t.Run("HasNobodyOfNoUnitWhereTopsAreSeveral", func(t *testing.T) {
		t.Parallel()

		codes, _ := Audience{Units: []string{"a", "b"}}.InUnits(Units{"a": {Code: "a"}, "b": {Code: "b"}})
		require.ElementsMatch(t, []string{"a", "b"}, codes)
	})

	t.Run("EndsInATreeWithALoop", func(t *testing.T) {
		t.Parallel()

		codes, _ := Audience{Units: []string{"a"}}.InUnits(Units{"a": {Code: "a", ParentCode: "b"}, "b": {Code: "b", ParentCode: "a"}})
		require.ElementsMatch(t, []string{"a", "b"}, codes)
	})
}

func TestAudienceIsKeptAsJSON(t *testing.T) {
	t.Parallel()

	a := Audience{
		Units: []string{"xa"}, Topics: []Topic{TopicBank}, Roles: []Role{RoleBorrower}, Needs: []Need{NeedPoor}, Languages: []string{"rad"},
		WithoutUnits: []string{"thon"}, WithoutResidents: []string{"71"},
	}
	text, err := json.Marshal(a)
	require.NoError(t, err)
	require.JSONEq(t, `{"units":["xa"],"topics":["bank"],"roles":["borrower"],"needs":["poor"],"languages":["rad"],
		"without_units":["thon"],"without_residents":["71"]}`, string(text))
	var again Audience
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, a, again)
}
