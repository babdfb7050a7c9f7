package zalo

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrInvalidSignature says that none of the secrets has signed a webhook.
	ErrInvalidSignature = errors.New("invalid webhook signature")
	// ErrMalformed says that a webhook's body is no event.
	ErrMalformed = errors.New("malformed event")
)

// Kind says what to do about an error.
type Kind int

// The kinds.
const (
	KindPermanent   Kind = iota // this message to this person can never go
	KindUnsure                  // it may have been delivered: find out before sending again
	KindUnreachable             // the request never left: try again
	KindRate                    // too many calls: wait for the next minute
	KindLater                   // Zalo is not ready: try later
	KindNight                   // not at this hour
	KindToken                   // the access token is refused: refresh it once
	KindConsent                 // an admin must consent again
	KindWindow                  // the resident's last interaction is too long ago
	KindRecipient               // the resident cannot or does not want to get it
	KindQuota                   // a quota is used up
	KindBilling                 // the account has no money
	KindConfig                  // the app or the account is set up wrongly
	KindEndpointV2              // this account wants the v2 message endpoint
	KindEndpointV3              // this account wants the v3 message endpoint
	KindUpload                  // the attachment has expired: upload it again
	KindFormat                  // Zalo does not take this form of body
	KindGroup                   // the group takes no posts of the account: a person must repair it
	KindTemplate                // the template takes no messages: a person must choose or repair it
)

var kindNames = [...]string{
	"permanent", "unsure", "unreachable", "rate", "later", "night", "token", "consent", "window", "recipient",
	"quota", "billing", "config", "endpoint_v2", "endpoint_v3", "upload", "format", "group", "template",
}

// String is the kind as it stands in logs and the ledger.
func (k Kind) String() string { return kindNames[k] }

// Error is a refusal by Zalo. Zalo answers HTTP 200 and puts the refusal in the body.
type Error struct {
	Code       int    // Zalo's "error" field; 0 when the OAuth host named none
	Message    string // Zalo's text, for operators and logs; it may change without notice
	HTTPStatus int
	OAuth      bool // by the OAuth host, whose codes are others
	Template   bool // of a template message, where -100 has its older meaning
}

func (e *Error) Error() string { return fmt.Sprintf("zalo error %d: %s", e.Code, e.Message) }

// Kind says what to do next.
func (e *Error) Kind() Kind {
	if e.OAuth {
		return oauthCodes[e.Code].kind
	}
	if e.Template && e.Code == codeUnknown {
		return KindUnsure
	}
	return codes[e.Code].kind
}

// codeUnknown is an expired attachment, but for templates, which have none, an unknown error.
// Source: Zalo OA documents and ZNS documents, error codes, read 2026-11-21.
const codeUnknown = -100

// AppWide tells whether -32 is about the app, over all its accounts, rather than about one account.
// Source: Zalo OA documents, error codes: -32 has two messages, read 2026-11-21.
func (e *Error) AppWide() bool {
	text := strings.ToLower(e.Message)
	return e.Code == -32 && strings.Contains(text, "app") && !strings.Contains(text, "oa")
}

// Advice is what an operator should do about a code; empty when nobody knows. -118 stands in both tables: the OAuth
// host's is the one that an operator can do something about.
func Advice(code int) string {
	if c, ok := oauthCodes[code]; ok {
		return c.advice
	}
	return codes[code].advice
}

// KindOf says what to do about any error of a Client. A broken connection or a time-out is unsure unless it is known
// that the request never left.
func KindOf(err error) Kind {
	var refusal *Error
	var transport *transportError
	switch {
	case errors.As(err, &refusal):
		return refusal.Kind()
	case errors.As(err, &transport):
		if transport.sent {
			return KindUnsure
		}
		return KindUnreachable
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return KindUnsure
	}
	return KindPermanent
}

// transportError is a call without an answer from Zalo. It never shows the request.
type transportError struct {
	doing string
	sent  bool // the request may have reached Zalo
	err   error
}

func (e *transportError) Error() string { return e.doing + ": " + e.err.Error() }

func (e *transportError) Unwrap() error { return e.err }

// code is what is known of one of Zalo's error codes.
type code struct {
	kind    Kind
	meaning string
	advice  string
}

const (
	checkApp     = "check the app in Zalo's developer console: it must be active, registered for the Official Account API, and linked to the account"
	checkConsent = "an admin of the account opens /oauth/zalo/start and agrees, with all permissions ticked"
	checkPackage = "renew or upgrade the account's package in Zalo OA Manager (the API needs Growth or Comprehensive)"
	checkWallet  = "link the account to a ZBS account and top it up"

	checkGroup     = "in Zalo OA Manager check that the account is in the group and that the group's package is paid"
	checkTemplate  = "in Zalo's template console check that the template is approved and enabled, and may be sent by user id"
	checkValues    = "compare the values with the template's parameters in Zalo's template console"
	checkDeveloper = "report it: the program has sent a call that it should not"
	anotherWay     = "reach the resident another way"
	quotaRenews    = "wait for the quota to renew, or buy more"
)

// codes are the error codes of the OpenAPI, and from -101 to -199 (with a digit more for finer ones) those of template
// messages, which Zalo took over from ZNS. Source: Zalo OA documents and ZNS documents, error codes, and field reports,
// read 2026-11-21.
var codes = map[int]code{
	-32:   {KindRate, "too many calls a minute, of the account or of the app", "wait for the next minute; check the account's cap (`loalang oa add --calls-per-minute`)"},
	-100:  {KindUpload, "the attachment has expired; of a template message: unknown", "upload it again; a template message is asked after by itself"},
	-124:  {KindToken, "the access token is invalid", "it is refreshed by itself"},
	-200:  {KindUnsure, "sending failed, for no stated reason", "it is asked after by itself"},
	-201:  {KindFormat, "a field is invalid", "report the text that was sent"},
	-204:  {KindConfig, "the account is deleted or disabled", "restore the account in Zalo OA Manager"},
	-205:  {KindConfig, "the account does not exist", "check the account's id"},
	-209:  {KindConfig, "the app is not activated", checkApp},
	-210:  {KindPermanent, "a parameter is over its limit", "report the text that was sent"},
	-211:  {KindQuota, "the feature's quota is used up", quotaRenews},
	-212:  {KindConfig, "the app has not registered this API", checkApp},
	-213:  {KindRecipient, "the resident has not followed the account", "the resident must follow"},
	-214:  {KindLater, "Zalo is still processing", "try again later"},
	-216:  {KindToken, "the access token is invalid", "it is refreshed by itself"},
	216:   {KindToken, "the access token is invalid", "it is refreshed by itself"},
	401:   {KindToken, "the access token is invalid", "it is refreshed by itself"},
	-401:  {KindToken, "the access token is invalid", "it is refreshed by itself"},
	-217:  {KindRecipient, "the resident blocks invitations of the account", anotherWay},
	-218:  {KindQuota, "the resident's quota of messages from the account is used up", "wait until the resident writes again"},
	-219:  {KindConfig, "the app is removed or disabled", checkApp},
	-220:  {KindToken, "the access token has expired or was removed", "it is refreshed by itself"},
	-221:  {KindConfig, "the account must be verified", "have the account verified in Zalo OA Manager"},
	-223:  {KindConfig, "the account has not granted this right to the app", checkConsent},
	-224:  {KindConfig, "the account's package is too small", checkPackage},
	-227:  {KindRecipient, "the resident is banned or was offline for over 45 days", anotherWay},
	-230:  {KindWindow, "no interaction within 7 days", anotherWay},
	-232:  {KindWindow, "never interacted, or too long ago", anotherWay},
	-233:  {KindFormat, "this type of message is invalid or not supported", "report the text that was sent"},
	-234:  {KindNight, "not allowed between 22:00 and 06:00", "it is sent in the morning by itself"},
	-235:  {KindEndpointV2, "the API does not support this type of account", "it goes to the other endpoint by itself"},
	-237:  {KindGroup, "the group is disabled, since its package has ended", "renew the group's package in Zalo OA Manager"},
	-238:  {KindGroup, "the group's package is used by another group or disabled", "buy or choose another package for the group"},
	-240:  {KindEndpointV3, "the v2 message API is shut down for this account", "it goes to the other endpoint by itself"},
	-241:  {KindGroup, "the free package for groups is used already", "buy a package for the group"},
	-242:  {KindConfig, "the app secret proof is wrong", "check LOALANG_ZALO_APP_SECRET"},
	-244:  {KindRecipient, "the resident has restricted this type of message", anotherWay},
	-248:  {KindPermanent, "the message violates Zalo's rules", "change the text"},
	-249:  {KindTemplate, "the template cannot be sent by user id", checkTemplate},
	-320:  {KindBilling, "the app is not linked to a ZBS account", checkWallet},
	-321:  {KindBilling, "the ZBS account has no money", checkWallet},
	-403:  {KindGroup, "the account is not in the group", checkGroup},
	-1340: {KindPermanent, "the advertising form is wrong", "report it"},
	-1341: {KindPermanent, "the advertising form is wrong", "report it"},

	-101:  {KindConfig, "the app is invalid", checkApp},
	-102:  {KindConfig, "the app does not exist", checkApp},
	-103:  {KindConfig, "the app is not activated", checkApp},
	-104:  {KindConfig, "the app's secret is invalid", "check LOALANG_ZALO_APP_SECRET"},
	-105:  {KindConfig, "the app is not linked to the account", checkApp},
	-106:  {KindPermanent, "the method is not supported", checkDeveloper},
	-107:  {KindPermanent, "the message id is invalid", checkDeveloper},
	-108:  {KindRecipient, "the phone number is invalid", anotherWay},
	-109:  {KindTemplate, "the template does not exist", checkTemplate},
	-1091: {KindTemplate, "the template cannot be edited", checkTemplate},
	-110:  {KindRecipient, "the resident's Zalo is too old for it", anotherWay},
	-111:  {KindFormat, "the template's values are missing", checkValues},
	-112:  {KindFormat, "a value's type is not the one of the template", checkValues},
	-1121: {KindFormat, "a value is too long", checkValues},
	-1122: {KindFormat, "a value is missing", checkValues},
	-1123: {KindFormat, "the QR code cannot be made", checkValues},
	-1124: {KindFormat, "a value has the wrong form", checkValues},
	-113:  {KindFormat, "a button is invalid", checkValues},
	-1131: {KindFormat, "a button's value is invalid", checkValues},
	-114:  {KindRecipient, "the resident cannot receive it", anotherWay},
	-115:  {KindBilling, "the ZBS account has no money, or its quota is used up", checkWallet},
	-116:  {KindFormat, "the text is invalid", checkValues},
	-117:  {KindTemplate, "the account has no right to use the template", checkTemplate},
	-118:  {KindRecipient, "there is no such Zalo user", anotherWay},
	-119:  {KindRecipient, "the resident cannot receive it", anotherWay},
	-120:  {KindConfig, "the account may not use this feature", checkConsent},
	-1201: {KindConfig, "the account has not granted this right to the app", checkConsent},
	-1202: {KindConfig, "the account has not granted this right to the app", checkConsent},
	-121:  {KindPermanent, "the body is empty", checkDeveloper},
	-122:  {KindFormat, "the body is invalid", checkDeveloper},
	-123:  {KindConfig, "the message cannot be decrypted", checkDeveloper},
	-1241: {KindConfig, "the app secret proof is wrong", "check LOALANG_ZALO_APP_SECRET"},
	-125:  {KindConfig, "the account's id is invalid", "check the account's id"},
	-126:  {KindBilling, "the wallet for development has no money", checkWallet},
	-127:  {KindTemplate, "test messages go to administrators only", checkTemplate},
	-128:  {KindConfig, "the encoding key does not exist", checkDeveloper},
	-129:  {KindConfig, "the encoding key cannot be made", checkDeveloper},
	-130:  {KindFormat, "the content is longer than the template's limit", checkValues},
	-131:  {KindTemplate, "the template is not approved", checkTemplate},
	-132:  {KindFormat, "a parameter is invalid", checkValues},
	-133:  {KindNight, "template messages do not go out at night", "it is sent in the morning by itself"},
	-134:  {KindPermanent, "a code that Zalo has given up", checkDeveloper},
	-135:  {KindConfig, "the account may not send template messages", "ask Zalo why the account may not send templates"},
	-1351: {KindConfig, "the account is blocked from sending template messages", "ask Zalo why the account may not send templates"},
	-136:  {KindBilling, "the account is not linked to a ZBS account", checkWallet},
	-137:  {KindBilling, "the ZBS account could not be charged", checkWallet},
	-138:  {KindConfig, "the app may not use this feature", checkApp},
	-1381: {KindConfig, "the app may not use this feature", checkApp},
	-139:  {KindRecipient, "the resident refuses this type of message", anotherWay},
	-140:  {KindRecipient, "the resident is not eligible for this type of message", anotherWay},
	-141:  {KindRecipient, "the resident refuses template messages of the account", anotherWay},
	-142:  {KindConfig, "the RSA key does not exist", checkDeveloper},
	-143:  {KindConfig, "the RSA key exists already", checkDeveloper},
	-144:  {KindQuota, "the account's templates of the day are used up", quotaRenews},
	-1441: {KindQuota, "the account's promotion templates of the month are used up", quotaRenews},
	-145:  {KindTemplate, "the template's type may not be sent", checkTemplate},
	-146:  {KindTemplate, "the template is disabled for its quality", checkTemplate},
	-147:  {KindQuota, "the template's messages of the day are used up", quotaRenews},
	-1471: {KindQuota, "the resident's promotion templates of the day are used up", quotaRenews},
	-1472: {KindQuota, "the resident's promotion templates of the month are used up", quotaRenews},
	-148:  {KindTemplate, "the journey's token is missing", checkTemplate},
	-149:  {KindTemplate, "the journey's token is invalid", checkTemplate},
	-150:  {KindTemplate, "the journey's token has expired", checkTemplate},
	-151:  {KindPermanent, "a template message was refused", checkTemplate},
	-152:  {KindPermanent, "a template message was refused", checkTemplate},
	-153:  {KindPermanent, "a template message was refused", checkTemplate},
	-158:  {KindPermanent, "a template message was refused", checkTemplate},
	-159:  {KindPermanent, "a template message was refused", checkTemplate},
	-160:  {KindPermanent, "a template message was refused", checkTemplate},
	-161:  {KindPermanent, "a template message was refused", checkTemplate},
	-162:  {KindPermanent, "a template message was refused", checkTemplate},
}

// oauthCodes are the error codes of the OAuth host. Source: field reports and SDKs, read 2026-11-21.
var oauthCodes = map[int]code{
	-118:   {KindConsent, "the grant is invalid", checkConsent},
	-14002: {KindConfig, "the app id is wrong, or the app is not active and the user no admin of it", "check LOALANG_ZALO_APP_ID; " + checkApp},
	-14003: {KindConfig, "the callback URL is not the one in the console", "in Zalo's console set the callback to LOALANG_BASE_URL/oauth/zalo/callback, on a verified domain"},
	-14004: {KindConfig, "the app secret is wrong", "check LOALANG_ZALO_APP_SECRET: it is the app's secret, not the account's"},
	-14012: {KindConsent, "the user does not own the account", "an admin of the account must consent"},
	-14014: {KindConsent, "the refresh token is wrong or was used already", checkConsent},
	-14019: {KindConsent, "the authorization code has expired", checkConsent},
	-14020: {KindConsent, "the refresh token has expired", checkConsent},
	-14024: {KindConsent, "the user does not own the account", "an admin of the account must consent"},
}
