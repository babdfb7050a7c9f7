package bot

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/loalang/loalang/bot/notice"
	"github.com/loalang/loalang/configs"
)

func TestKindsOfTheBankAreTheBanksWhateverTheirAudience(t *testing.T) {
	t.Parallel()

	kinds, err := notice.Parse(configs.Announcements, TopicIDs())
	require.NoError(t, err)
	banks := make(map[string]Topic)
	for _, k := range kinds.Kinds() {
		if Topic(k.Topic) == TopicBank {
			banks[k.ID] = TopicBank
		}
	}
	require.Equal(t, banks, kindTopics, "a kind about the bank in configs/announcements has to stand in kindTopics: a village head may not send it")
}
