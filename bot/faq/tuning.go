package faq

// Every number that decides how direct or careful the bot is stands here. They were chosen on the content alone, by
// cross-validation (TestCrossValidation: learn from three quarters of the phrasings, ask the rest, four times) and on
// phrasings that new writers had just written and nothing was learned from yet; never on the questions of testdata.

// How the features of a text count, before their rarity is known, and how often one must be seen to be kept.
//
// Tried in cross-validation over 3,400 phrasings, right entry first / among three, in percent: all features 74.3 / 91.9;
// without pairs over a gap and accented pairs 73.4 / 91.3; without concepts 71.2 / 90.2; concepts but not their pairs
// 70.5 / 91.5. Leaving out what is seen less than three times costs nothing that can be measured and halves the model.
var (
	featureValues = [256]float32{
		anyFeature: 1, wordFeature: 1, pairFeature: 1, gapFeature: 0.3, accentFeature: 0.7, accentPairFeature: 0.5,
		conceptFeature: 1.5, denialFeature: 1.5, conceptPairFeature: 0.5,
	}
	leastUses = [256]int{pairFeature: 3, gapFeature: 4, accentPairFeature: 3, conceptPairFeature: 4}
)

// How the classifier is trained. More epochs, other rates, lengths from 3 to 12, no dropout or half of it, smoothed labels
// and classes weighed by their size all came out within a point of this.
//
// A vote of the nearest phrasings beside it, as the trial of this matcher had, was measured at shares from 0.2 to 0.4 of
// the score: the same figures to a tenth of a point at every rate of wrong answers, for twice the time and half more
// memory. So there is none.
const (
	textLength    = 5.0 // of a text's vector
	epochs        = 10
	learningRate  = 0.5
	dropout       = 0.3
	answerWeight  = 0.3   // of a sentence of an answer, beside 1 for a phrasing
	dangerWeight  = 2     // of a phrasing of an emergency, beside 1 for any other
	leastGradient = 0.002 // below it a class is left as it is in a step
	easy          = 0.02  // a text nearer than this is passed over for some epochs
	restsWhenEasy = 2
	leastWeight   = 2 // of 127: what is smaller is 0, and the model packs better
)

// The confidence that a class is the one meant is a logistic function of its score and of its lead over the strongest
// rival: the maximum likelihood fit to the cross-validation.
const (
	confidenceBase  = -0.10
	confidenceScore = 0.39 // of the logarithm of the score's odds
	confidenceLead  = 1.52
)

// From answerFrom on an entry is given, below refuseBelow the bot says that it does not know, between them it asks back
// with the nearest entries. In cross-validation, whose phrasings are unlike one another on purpose, and on phrasings of
// writers who had not seen the content, in percent:
//
//	answerFrom                                   0.60   0.70   0.80   0.90
//	cross-validation: in scope answered right      65     60     54     41
//	cross-validation: wrong, of all               6.7    4.8    3.1    1.4
//	a new writer's 798 questions: right            85     81     73     60
//	a new writer's 798 questions: wrong           4.3    2.1    1.4    0.5
//
// A wrong answer about a loan is worse than a question back, hence 0.75.
const (
	answerFrom  = 0.75
	refuseBelow = 0.10
	offerFrom   = 0.03 // a candidate below it is not offered
)

// A short text leans on the last answer when it names no matter of its own: its words are general, which means that so
// large a share of all entries, or of those of the answer's section, is asked for with them; or the entry is among its
// nearest when it is read alone. On a quarter of the content learned without it, 1,323 short questions each asked after an
// entry drawn at random, 30 questions that lean asked after each entry, and 158 that lean and name the section, in percent:
// new ones answered wrong (alone 2.1) / leaning ones answered with the entry / those that name the section:
//
//	leaning unless surely something else                       38.4 / 69.7 / 57.6
//	general in half of all entries, or of the nearest two       9.1 / 63.3 / 36.1
//	and in 70 % of the section                                 10.3 / 63.8 / 57.6
//	and not surely strange to all entries                       9.7 / 63.8 / 57.6
const (
	followFrom       = 0.40 // confidence from which a short text is read together with the last answer
	followNearest    = 2
	strangeFrom      = 0.90 // likelihood of no entry from which on a short text does not lean on one
	generalInAll     = 0.5
	generalInSection = 0.7
)

const (
	talkFrom = 0.20 // likelihood from which small talk is answered as such; below it the bot asks back
	longText = 40   // words from which on a text is a letter, which is never cut into pieces
	alike    = 0.35 // cosine from which on two missed questions belong to one group
)

// From dangerFrom on somebody is in danger when a text is read whole, from dangerBesideFrom on when a piece of it is: a
// piece has lost what may have made it harmless. A number too many is an annoyance, one too few may cost a life, so both
// are low; what only sounds like danger is kept away by the lines that the content gives for it.
//
// Measured on a quarter of the content learned without it, in percent: danger seen alone / named after a question / before
// one / after two; false alarms among near misses and among all other questions:
//
//	whole text only                                 82 / 26 / 26 /  9;  9, 1.1
//	and in pieces, from 0.50                        87 / 73 / 71 / 57; 17, 2.2
//	                    0.60                        87 / 70 / 70 / 55; 16, 2.1
//	                    0.70                        86 / 68 / 68 / 53; 14, 1.9
//	whole text from 0.40, pieces from 0.60          85 / 70 / 70 / 55; 15, 1.8
//
// Learned without the harmless pieces, and from each phrasing alone, a third more false alarms were raised for the same.
const (
	dangerFrom       = 0.30
	dangerBesideFrom = 0.50
)

// offered is how many entries a clarify offers, and how many candidates a decision lists.
const offered = 3
