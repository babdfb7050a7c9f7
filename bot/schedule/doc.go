// Package schedule says when something happens again: cron expressions and the plain choices of officers ("thứ 2, thứ 5
// hằng tuần 18:00") in, the next fires, the missed ones and a sentence in Vietnamese out.
//
// It is pure: it knows no database and no clock. The moment is handed to it, and every time it gives is village time.
//
// A schedule is a set of times on the village's clock, each a whole minute. A fire is the first moment at which that clock
// shows such a time or a later one. So where a clock jumps ahead (a time zone with summer time; Vietnam has none), a time
// that it skips fires at the jump instead of being lost, and where it is set back, a time that it shows twice fires the
// first time only. This differs from robfig/cron's own Next on purpose: that leaves out the former, fires twice for the
// latter, and goes wrong in zones that jump at midnight or by half an hour. Where no clock jumps, both agree. Times that
// fall together fire once, and fires are strictly increasing.
//
// Of cron the meaning is robfig's, whose parser reads it: five fields, no seconds; with day and weekday both restricted one
// of them is enough; a day that a month has not is left out. A plain choice of day 29, 30 or 31 falls on the last day of a
// month that is shorter: someone who says "ngày 31 hằng tháng" wants every month. Day 31 is therefore the last day.
package schedule
