package schedule

import "testing"

func BenchmarkParse(b *testing.B) {
	location := village(b)
	for name, spec := range map[string]string{"Plain": "thứ 2, thứ 5 hằng tuần 18:00", "Cron": "0 7 * * 1-5"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(spec, location); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNext(b *testing.B) {
	after := at(b, "2026-11-26 23:00:00")
	for name, spec := range map[string]string{
		"Daily": "hằng ngày 7h", "LastOfMonth": "hằng tháng ngày cuối 8h", "EveryMinute": "* * * * *", "LeapDay": "0 7 29 2 *",
	} {
		s, err := Parse(spec, village(b))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Next(after)
			}
		})
	}
}

// BenchmarkDue is a cron of every minute after a year in which nothing ran.
func BenchmarkDue(b *testing.B) {
	s, err := Parse("* * * * *", village(b))
	if err != nil {
		b.Fatal(err)
	}
	last, now := at(b, "2025-11-26 23:00:00"), at(b, "2026-11-26 23:00:00")
	b.ReportAllocs()
	for b.Loop() {
		s.Due(last, now)
	}
}
