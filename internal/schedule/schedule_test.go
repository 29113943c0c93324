package schedule

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestNextFollowsTheExpression(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 3, 28, 23, 58, 30, 0, time.UTC)
	for _, c := range []struct{ spec, want string }{
		{"*/5 * * * *", "2026-03-29T00:00:00Z"},
		{"  */5\t*  * * * ", "2026-03-29T00:00:00Z"},
		{"0 4 * * *", "2026-03-29T04:00:00Z"},
		{"@hourly", "2026-03-29T00:00:00Z"},
		{"@every 90s", "2026-03-29T00:00:00Z"},
		{"@every 1.5s", "2026-03-28T23:58:31Z"},
		{"CRON_TZ=UTC @daily", "2026-03-29T00:00:00Z"},
		{"TZ=Asia/Tokyo 0 12 * * *", "2026-03-29T03:00:00Z"},
		{"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-30T00:30:00Z"}, // 2:30 does not exist on the 29th
		{"0 0 29 2 *", "2028-02-29T00:00:00Z"},
	} {
		s, err := Parse(c.spec)
		if err != nil {
			t.Errorf("%q: %v", c.spec, err)
			continue
		}
		if got := s.Next(from).Format(time.RFC3339); got != c.want {
			t.Errorf("%q comes at %s, want %s", c.spec, got, c.want)
		}
	}
}

func TestWithoutAZoneTheScheduleIsUTCWhateverTheMachineHas(t *testing.T) {
	t.Parallel()
	s, err := Parse("0 4 * * *")
	if err != nil {
		t.Fatal(err)
	}
	tokyo := time.FixedZone("Tokyo", 9*60*60)
	got := s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, tokyo))
	if want := time.Date(2026, 1, 1, 4, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("comes at %v, want %v", got, want)
	}
}

func TestWhatCannotComeIsRefusedWithARemedy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ spec, want string }{
		{"", "is empty, write five cron fields"},
		{" \t", "is empty, write five cron fields"},
		{"TZ=UTC", "a time zone alone is no schedule, write five cron fields after it"},
		{"CRON_TZ=UTC ", "a time zone alone is no schedule"},
		{"CRON_TZ=Nowhere/Land * * * * *", `unknown time zone "Nowhere/Land", write one such as`},
		{"CRON_TZ= * * * * *", `unknown time zone "", write one such as`},
		{"CRON_TZ=Local * * * * *", `unknown time zone "Local"`},
		{"0 0 30 2 *", "never comes, name a day"},
		{"0 0 31 4,6,9,11 *", "never comes"},
		{"@every 10ms", "too often, the shortest is @every 1s"},
		{"@every 0s", "too often"},
		{"@every -5m", "too often"},
		{"@every soon", `"@every soon" is no schedule`},
		{"@sometimes", `"@sometimes" is no schedule`},
		{"* * * *", "is no schedule"},
		{"0 */5 * * * *", "is no schedule"},
		{"61 * * * *", "is no schedule"},
		{"*/0 * * * *", "is no schedule"},
	} {
		s, err := Parse(c.spec)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want one line with %q", c.spec, err, c.want)
		}
		if s != (Schedule{}) {
			t.Errorf("%q: a schedule came back with the error", c.spec)
		}
	}
}

func TestHourlySpreadsNamesOverTheHourAndEachKeepsItsMinute(t *testing.T) {
	t.Parallel()
	pools := map[int]int{} // of each minute
	for i := range 600 {
		name := fmt.Sprintf("pool%d", i)
		s := Hourly(name)
		first := s.Next(epoch)
		if second := s.Next(first); second.Sub(first) != time.Hour {
			t.Errorf("%s comes at %v and then at %v", name, first, second)
		}
		pools[first.Minute()]++
	}
	for minute := range 60 {
		if n := pools[minute]; n < 1 || n > 25 {
			t.Errorf("%d of 600 pools come at minute %d, where 10 are meant", n, minute)
		}
	}
	if got, want := Hourly("lab").String(), "17 * * * *"; got != want {
		t.Errorf("lab comes at %s and used to at %s", got, want)
	}
}

func TestTheZeroScheduleNeverComes(t *testing.T) {
	t.Parallel()
	if next := (Schedule{}).Next(time.Now()); !next.IsZero() {
		t.Errorf("comes at %v", next)
	}
}

func FuzzParseNeverPanicsAndWhatItTakesComes(f *testing.F) {
	for _, spec := range []string{"*/5 * * * *", "TZ=UTC", "CRON_TZ=Europe/Berlin 0 0 29 2 1-5/2", "@every 1h", "0 0 30 2 *", "TZ=", "@", "? ? ? JAN MON"} {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		if s, err := Parse(spec); err == nil && s.Next(epoch).IsZero() {
			t.Errorf("%q was taken and never comes", spec)
		}
	})
}
