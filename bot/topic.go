package bot

import "slices"

// Topic is what a resident can subscribe to, spelled as in import files.
type Topic string

// The topics.
const (
	TopicBank       Topic = "bank"
	TopicLivestock  Topic = "livestock"
	TopicCrops      Topic = "crops"
	TopicHealth     Topic = "health"
	TopicDisaster   Topic = "disaster"
	TopicSecurity   Topic = "security"
	TopicProcedures Topic = "procedures"
	TopicMeetings   Topic = "meetings"
)

var topics = []Topic{
	TopicBank, TopicLivestock, TopicCrops, TopicHealth, TopicDisaster, TopicSecurity, TopicProcedures, TopicMeetings,
}

func (t Topic) known() bool { return slices.Contains(topics, t) }
