package bot

import (
	"flag"
	"runtime"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	flag.Parse()
	// Most of these tests wait for a lane to be given back: let more of them run at once than there are processors.
	if p := flag.Lookup("test.parallel"); p.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		_ = p.Value.Set("16") // a number is always taken
	}
	goleak.VerifyTestMain(m)
}
