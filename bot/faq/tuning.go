package faq

// Every number that decides how direct or careful the bot is stands here.
//
// They were chosen on the content alone, never on the questions of testdata: each phrasing was taken out of the index
// and asked (leave-one-out, 33 entries, 1,873 lines), and asked once more with its whole entry taken out, as a
// question on a topic we have no entry for. TestCrossValidation repeats the first. Ranking, leave-one-out, in percent:
// right entry first (one that loses to "none" is not) / right entry among the best three:
//
//	cosine, words and pairs, 3 neighbours             64.6 / 89.2
//	cosine, less weight for spread words              65.9 / 88.6
//	BM25, length rate 0.75                            67.6 / 90.0
//	BM25, less weight for spread words                69.6 / 90.5
//	  same, 5 neighbours                              70.4 / 91.5
//	    same, word pairs at 0.3                       68.2 / 91.0
//	    same, word pairs at 0.8                       71.8 / 90.6
//	    same, length rate 0.9 (chosen for the three)  69.2 / 91.9
//	      same, pairs over a gap of one word as well  69.3 / 91.9
const (
	saturation = 1.2 // BM25 k1: how little a repeated word adds
	lengthRate = 0.9 // BM25 b: how much a long phrasing is held against itself
	pairWeight = 0.5 // of two neighbouring words, beside 1 for a word
	spreadRate = 0.8 // how much of its weight a word loses that is used by all entries alike
	neighbours = 5   // phrasings of a class that vote; their mean is the class's strength
)

// The confidence that a class is the one meant is a logistic function of the share of the question it explains and of
// its lead over the strongest rival. The weights are the maximum likelihood fit to the leave-one-out questions (those
// without their entry at weight 0.3). Confidence came out as the share that is right, in tenths from 0.5 up:
// 0.54, 0.67, 0.77, 0.88, 0.96.
const (
	confidenceBase  = 0.05
	confidenceShare = 0.50 // of the natural logarithm of the share explained
	confidenceLead  = 5.19
)

// From answerFrom on the entry is given, below refuseBelow the bot says that it does not know, between them it offers
// the nearest entries. Leave-one-out, in percent:
//
//	answerFrom                                   0.60   0.70   0.75   0.80
//	in scope: answered right                       46     36     32     26
//	in scope: answered wrong                      3.6    2.0    1.4    0.9
//	topic without an entry: answered             16.0    8.8    5.9    3.5
//
// A wrong answer about a loan is worse than a question back, so the third column. refuseBelow only has to catch a
// word or two that fit by chance: at 0.10 nine in a hundred questions in scope are refused, most of them because the
// lines for "none" are nearer. A clarify leaves out entries below offerFrom: at 0.03 the right one is among those
// offered in 90.2 % of clarifies, 90.5 % without the limit, and nothing absurd is offered.
const (
	answerFrom  = 0.75
	refuseBelow = 0.10
	offerFrom   = 0.03
)

// offered is how many entries a clarify offers, and how many candidates a decision lists.
const offered = 3
