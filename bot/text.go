package bot

// What the bot says to residents that is not the answer to a question.
const (
	textGreeting = "Chào bà con! Tôi là trợ lý tự động của %s, trả lời giúp bà con về VNeID, dịch vụ công và vay vốn chính sách.\n" +
		"Bà con cứ nhắn câu hỏi như nói chuyện bình thường, viết không dấu cũng được. Xin đừng gửi số căn cước, mật khẩu hay mã OTP vào đây."
	textMenu        = "Bà con muốn hỏi về việc gì ạ?"
	textMenuSection = "%s. Bà con chọn câu muốn hỏi:"
	textHelp        = "Bà con nhắn câu hỏi là tôi trả lời. Ngoài ra có thể nhắn:\n" +
		"- \"menu\": xem các việc tôi biết\n" +
		"- \"gặp cán bộ\": nhờ người thật trả lời\n" +
		"- \"đăng ký\": nhận thông báo của thôn, xã\n" +
		"- \"bỏ lỡ gì\": xem tin đã gửi khi anh/chị vắng\n" +
		"- \"dừng\": không nhận thông báo nữa; \"dừng ngân hàng\" là thôi riêng chủ đề ấy\n" +
		"- \"đổi thôn\": chọn lại thôn của mình"
	textStopped = "Dạ, từ nay tôi không gửi thông báo cho anh/chị nữa. Anh/chị hỏi thì tôi vẫn trả lời. Muốn nhận lại, anh/chị nhắn \"đăng ký\"."
	textResumed = "Dạ, anh/chị sẽ nhận lại thông báo của thôn, xã. Muốn dừng, anh/chị nhắn \"dừng\"."

	textVillage      = "Anh/chị ở thôn nào ạ? Anh/chị chọn ở dưới hoặc gõ tên thôn, tôi sẽ báo đúng tin của thôn mình."
	textWhichVillage = "Có phải anh/chị ở:"
	textVillageTaken = "Dạ, tôi đã ghi anh/chị ở %s."
	textConsent      = "%s muốn gửi thông báo cho anh/chị qua Zalo này: dịch bệnh, bão lũ, lịch ngân hàng chính sách, họp thôn và các việc chung.\n" +
		"Chúng tôi chỉ giữ tên thôn và các chủ đề anh/chị chọn để gửi cho đúng người. Muốn thôi lúc nào cũng được, anh/chị nhắn \"dừng\".\n" +
		"Anh/chị có đồng ý nhận không?"
	textJoined   = "Cảm ơn anh/chị. Từ nay anh/chị sẽ nhận thông báo của %s về: %s.\nKhông cần chủ đề nào, anh/chị nhắn \"dừng\" kèm tên chủ đề, như \"dừng ngân hàng\"."
	textDeclined = "Dạ vâng, tôi sẽ không gửi thông báo. Anh/chị hỏi gì tôi vẫn trả lời. Khi nào muốn nhận, anh/chị nhắn \"đăng ký\"."
	textTopicOff = "Dạ, tôi thôi gửi tin về %s. Tin chung của thôn, xã thì anh/chị vẫn nhận. Muốn nhận lại, anh/chị nhắn \"đăng ký %s\"."
	textTopicOn  = "Dạ, anh/chị sẽ nhận tin về %s. Muốn thôi, anh/chị nhắn \"dừng %s\"."

	textMissed        = "Dạ, %s có %d tin cho anh/chị. Anh/chị chọn tin muốn đọc:"
	textMissedMore    = "%s\n(Tôi đưa %d tin, còn %d tin nữa.)"
	textMissedNothing = "Dạ, %s chưa có tin nào mới cho anh/chị."
	textStillOpen     = "Những tin vẫn còn hiệu lực:"
	textMissedTrouble = "Xin lỗi, tôi chưa mở được danh sách tin. Anh/chị nhắn lại sau ít phút giúp."
	textSeenAt        = "từ lần trước anh/chị nhắn (%s) tới giờ"
	textSeenNever     = "tới giờ"
	textNoticeFrom    = "Tin gửi ngày %s:"
	textNoticeOver    = "Tin này đã hết hạn, đã có tin khác thay, hoặc không phải tin của nơi anh/chị ở. Anh/chị nhắn \"bỏ lỡ gì\" để xem tin đang còn."
	textUrgentMark    = "KHẨN "

	textClarify  = "Tôi chưa rõ ý anh/chị. Có phải anh/chị hỏi:"
	textDenied   = "Xin lỗi, tôi hiểu chưa đúng ý anh/chị. Có phải anh/chị muốn hỏi:"
	textAskAgain = "Anh/chị nói rõ hơn giúp tôi việc cần hỏi nhé, hoặc nhờ cán bộ."
	textNone     = "Xin lỗi, câu này tôi chưa biết nên không dám trả lời bừa. Anh/chị thử nói rõ hơn, xem các việc tôi biết, hoặc nhờ cán bộ."
	textExpired  = "Quy định về việc này vừa thay đổi, thông tin tôi có đã hết hạn nên tôi không trả lời để anh/chị khỏi nhầm."
	textTrouble  = "Xin lỗi, tôi đang gặp trục trặc với câu này. Anh/chị vui lòng hỏi lại cách khác hoặc nhờ cán bộ."
	textSource   = "Nguồn: %s. Kiểm tra ngày %s."
	textOpenLink = "Anh/chị mở địa chỉ này: %s"
	textCall     = "Anh/chị gọi số %s."

	textHandoff        = "Tôi đã ghi lại để cán bộ trả lời anh/chị."
	textHandoffContact = "Cần gấp, anh/chị gọi %s: %s."
	textHandoffHours   = "Giờ làm việc: %s."
	textHandoffAddress = "Địa chỉ: %s."
	textHandoffUnknown = "Cần gấp, anh/chị tới trụ sở thôn hoặc Trung tâm phục vụ hành chính công của xã trong giờ làm việc."

	textBound       = "Chào %s! Từ nay anh/chị là %s trên Zalo này, phụ trách: %s.\n%s"
	textCanSend     = "Muốn gửi tin cho bà con, anh/chị nhắn \"thông báo\"."
	textCanVisit    = "Muốn xem hộ nào chưa nhận được tin, anh/chị nhắn \"chưa tới\"."
	textBoundBefore = "Anh/chị đã là cán bộ trên Zalo này rồi (%s), không cần nhập mã nữa. Mã này vẫn dùng được cho người khác."
	textCodeForm    = "Mã cán bộ gồm 8 ký tự, chữ và số xen nhau, ví dụ C2H3-K4M5. Anh/chị xem lại rồi nhắn đúng như trên giấy nhé."
	textCodeWrong   = "Mã này không đúng. Anh/chị xem lại từng chữ, hoặc xin người quản trị mã mới."
	textCodeUsed    = "Mã này đã có người dùng. Mỗi mã chỉ dùng một lần, anh/chị xin người quản trị mã mới nhé."
	textCodeExpired = "Mã này đã quá hạn. Anh/chị xin người quản trị mã mới nhé."
	textCodeTooMany = "Anh/chị đã nhập sai nhiều lần. Anh/chị chờ một giờ rồi thử lại, hoặc xin người quản trị mã mới."

	textOperatorRemoved        = "Anh/chị không còn là cán bộ gửi thông báo trên Zalo này nữa. Anh/chị hỏi thì tôi vẫn trả lời như mọi bà con."
	textOperatorRemovedStopped = "Tin chưa đi đã được dừng: %s."

	textApprovalRequest   = "%s muốn gửi %s \"%s\":\n\n%s\n\n%s\n\nNhờ anh/chị xem giúp trước %s. Đồng ý thì nhắn \"duyệt %s\". Không đồng ý thì nhắn \"từ chối %s\" kèm lý do."
	textApprovalNormal    = "thông báo"
	textApprovalEmergency = "tin KHẨN CẤP"
	textApproved          = "Tin \"%s\" đã được %s duyệt và đang được gửi."
	textRejected          = "Tin \"%s\" không được %s duyệt nên không gửi."
	textRejectedBecause   = "Lý do: %s"
	textApprovalLapsed    = "Tin \"%s\" chưa ai duyệt kịp nên đã dừng, chưa gửi cho ai. Cần gửi thì anh/chị soạn lại nhé."

	textPicture  = "Tôi nhận được ảnh rồi nhưng chưa xem được nội dung. Anh/chị viết giúp câu hỏi bằng chữ nhé. Xin đừng gửi ảnh căn cước hay giấy tờ riêng vào đây."
	textVoice    = "Tôi chưa nghe được tin nhắn thoại. Anh/chị viết giúp bằng chữ, hoặc bấm biểu tượng micro trên bàn phím để điện thoại ghi lời nói thành chữ."
	textSticker  = "Dạ, tôi nhận được rồi ạ. Anh/chị cần hỏi gì cứ nhắn bằng chữ nhé."
	textLocation = "Tôi nhận được vị trí nhưng chưa dùng được. Anh/chị viết giúp tên thôn, xã và việc cần hỏi bằng chữ nhé."
	textFile     = "Tôi chưa đọc được tệp. Anh/chị viết giúp câu hỏi bằng chữ nhé. Xin đừng gửi giấy tờ riêng vào đây."
	textLink     = "Tôi nhận được liên kết nhưng không mở ra xem được. Anh/chị viết giúp việc cần hỏi bằng chữ nhé. Liên kết của người lạ gửi thì anh/chị đừng bấm vào."
	textNoWords  = "Anh/chị cần hỏi gì, nhắn cho tôi vài chữ nhé."

	textBankDay      = "Ngân hàng Chính sách xã hội về %s: %s."
	textBankDoubt    = "Theo lịch, Ngân hàng Chính sách xã hội về %s: %s. Nhưng ngày này %s, ngân hàng chưa báo có dời hay không. Bà con hỏi tổ trưởng trước khi đi."
	textBankDoubtHow = "Nhờ anh/chị quyết định: hôm đó vẫn giao dịch, nghỉ, hay dời sang ngày khác, rồi báo người quản trị sửa bảng lịch. Chốt xong tôi sẽ nhắc bà con như thường lệ."
	textBankSource   = "Theo lịch cán bộ ngân hàng đã nhập."
	textWhichCommune = "Bà con hỏi lịch giao dịch của xã nào ạ? Bà con bấm chọn, hoặc nhắn tên xã."

	textAsk         = "Xin anh/chị báo giúp %s: bên đó chưa xem được tin này trên Zalo."
	textAskOneByOne = " Báo được hộ nào trước thì nhắn riêng hộ ấy, như \"đã báo hộ %s\"."
	textTold        = "Cảm ơn anh/chị! Tôi đã ghi là anh/chị báo xong cho %s."
	textToldBefore  = "Dạ, việc này đã được ghi từ trước rồi. Cảm ơn anh/chị!"
	textNotAsked    = "Hiện không có tin nào nhờ anh/chị báo giúp hộ này. Anh/chị muốn hỏi việc khác thì cứ nhắn nhé."

	textVisits     = "Tin \"%s\" còn %d hộ chưa biết. Nhờ anh/chị tới báo giúp:"
	textMoreVisits = "Và %d hộ nữa, anh/chị xem trong danh sách của xã."

	titleTold    = "Đã báo"
	titleJoin    = "Nhận thông báo của xã"
	titleConsent = "Tôi đồng ý nhận"
	titleDecline = "Không, tôi chỉ hỏi thôi"
	titleMenu    = "Xem các việc tôi biết"
	titleHandoff = "Gặp cán bộ"
	titleMore    = "Xem thêm"

	titleWhole     = "Xem cả câu trả lời"
	titleOtherCase = "Trường hợp khác"
	titleListen    = "Nghe đọc câu trả lời"
	titleWrong     = "Chưa đúng ý tôi"
	titleNoDanger  = "Không phải khẩn cấp"

	textNotTranslated       = "(Câu này chưa có bản %s, tôi gửi bản tiếng Việt.)"
	textNoticeNotTranslated = "(Thông báo này chưa có bản %s, tôi gửi bản tiếng Việt.)"
	textTheirLanguage       = "bằng tiếng của anh/chị"
)

// languageNames are the languages of residents by their codes (BCP 47, ISO 639-3), as they stand in a Vietnamese sentence.
var languageNames = map[string]string{
	"rad": "tiếng Ê Đê", "jra": "tiếng Gia Rai", "hmn": "tiếng H’Mông", "km": "tiếng Khmer", "bdq": "tiếng Ba Na", "tyz": "tiếng Tày",
	"nut": "tiếng Nùng", "cja": "tiếng Chăm", "cjm": "tiếng Chăm", "sed": "tiếng Xơ Đăng", "kpm": "tiếng Cơ Ho", "cmo": "tiếng M’Nông",
	"mtq": "tiếng Mường", "blt": "tiếng Thái", "twh": "tiếng Thái", "zh": "tiếng Hoa", "en": "tiếng Anh",
}
