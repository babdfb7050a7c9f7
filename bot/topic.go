package bot

import (
	"slices"
	"strings"

	"github.com/loalang/loalang/bot/faq"
)

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

// TopicIDs are all topics as they are spelled in files.
func TopicIDs() []string {
	ids := make([]string, len(topics))
	for i, t := range topics {
		ids[i] = string(t)
	}
	return ids
}

func (t Topic) known() bool { return slices.Contains(topics, t) }

// topicWords are the topics in residents' words; the first is ours.
var topicWords = map[Topic][]string{
	TopicBank:       {"ngân hàng", "vay vốn", "ngân hàng chính sách", "lịch ngân hàng"},
	TopicLivestock:  {"vật nuôi", "chăn nuôi", "gia súc", "dịch bệnh vật nuôi"},
	TopicCrops:      {"cây trồng", "trồng trọt", "mùa vụ"},
	TopicHealth:     {"sức khỏe", "y tế", "tiêm chủng"},
	TopicDisaster:   {"thiên tai", "bão lũ", "mưa bão"},
	TopicSecurity:   {"an ninh", "lừa đảo", "an ninh trật tự"},
	TopicProcedures: {"thủ tục", "dịch vụ công", "giấy tờ"},
	TopicMeetings:   {"họp", "họp thôn", "họp dân"},
}

// topicNames are topics as they stand in a Vietnamese sentence.
func topicNames(list []Topic) string {
	names := make([]string, len(list))
	for i, topic := range list {
		names[i] = topicWords[topic][0]
	}
	return strings.Join(names, ", ")
}

// topicOf is the topic that folded words name.
func topicOf(folded string) (Topic, bool) {
	for _, topic := range topics {
		for _, words := range topicWords[topic] {
			if faq.Fold(words) == folded {
				return topic, true
			}
		}
	}
	return "", false
}

// topicCommand is the topic that "dừng …" or "đăng ký …" names, and whether it is to come. Other words after them are a
// question: people register births and marriages, too.
func (t *turn) topicCommand() (topic Topic, on, ok bool) {
	words, on := strings.CutPrefix(t.folded, "dang ki ")
	if !on {
		if words, ok = strings.CutPrefix(t.folded, "dung "); !ok || t.saysAnotherDung() {
			return "", false, false
		}
	}
	topic, ok = topicOf(words)
	return topic, on, ok
}

func (t *turn) namesTopic() bool {
	_, _, ok := t.topicCommand()
	return ok
}

// followTopic lets a topic come, or stop coming.
func (t *turn) followTopic() {
	topic, on, _ := t.topicCommand()
	name := topicNames([]Topic{topic})
	t.enrolled = true
	rest := slices.DeleteFunc(slices.Clone(t.resident.Topics), func(other Topic) bool { return other == topic })
	if !on {
		t.resident.Topics = rest
		t.say("topic_off", plain(textTopicOff, name, name))
		return
	}
	t.resident.Topics = append(rest, topic)
	if !t.resident.joined() {
		t.join()
		return
	}
	t.say("topic_on", plain(textTopicOn, name, name))
}
