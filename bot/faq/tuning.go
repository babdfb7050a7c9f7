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

const (
	followFrom = 0.40 // confidence from which a short text is read together with the last answer
	talkFrom   = 0.20 // likelihood from which small talk is answered as such; below it the bot asks back
	longText   = 40   // words from which on a text is a letter, which is never cut into two questions
	alike      = 0.35 // cosine from which on two missed questions belong to one group
)

// dangerFrom is how likely somebody must be in danger. A number too many is an annoyance, one too few may cost a life, so it
// is low; what only sounds like danger is kept away by the lines that the content gives for it.
const dangerFrom = 0.30

// offered is how many entries a clarify offers, and how many candidates a decision lists.
const offered = 3
