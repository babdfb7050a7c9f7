package bot

// What the bot says to operators.
const (
	titleCompose       = "Gửi thông báo"
	titleDone          = "Xong, tiếp tục"
	titleEverybody     = "Tất cả bà con ở đó"
	titleOnlyTopic     = "Chỉ người theo dõi: %s"
	titleSend          = "Gửi"
	titleEditText      = "Sửa nội dung"
	titleEditUnits     = "Đổi người nhận"
	titleEmergency     = "Gửi khẩn cấp"
	titleSendEmergency = "Gửi khẩn cấp ngay"
	titleLeave         = "Hủy, không gửi"
	titleUndo          = "Hoàn tác"
	titleResults       = "Kết quả"
	titleMissed        = "Hộ chưa tới"
	titleStop          = "Dừng gửi phần còn lại"
	titleWithdraw      = "Rút lại, không xin duyệt nữa"
	titleApprove       = "Duyệt"
	titleReject        = "Từ chối"

	textOperatorHelp = "Anh/chị là cán bộ trên Zalo này, có thể nhắn:\n" +
		"- \"thông báo\": soạn và gửi tin cho bà con\n" +
		"- \"hoàn tác\": rút lại tin trong 10 giây sau khi gửi\n" +
		"- \"kết quả\": tin đã tới bao nhiêu hộ\n" +
		"- \"chưa tới\": những hộ cần báo tận nơi; báo xong nhắn \"đã báo 3\"\n" +
		"- \"dừng gửi\": dừng phần chưa gửi\n" +
		"- \"duyệt\", \"từ chối\": trả lời tin xin duyệt\n" +
		"- \"hủy\": bỏ tin đang soạn"
	textOperatorVisitHelp = "Anh/chị có thể nhắn:\n" +
		"- \"chưa tới\": những hộ chưa nhận được tin; báo xong nhắn \"đã báo 3\"\n" +
		"- \"kết quả\": tin đã tới bao nhiêu hộ"
	textNoOperator = "Nút này chỉ dành cho cán bộ gửi tin trên Zalo này."

	textForbiddenRole      = "Việc này không thuộc phần việc của anh/chị trên Zalo này. Cần thì anh/chị nhờ cán bộ xã."
	textForbiddenUnit      = "Anh/chị chỉ làm được việc này ở thôn, xã mình phụ trách."
	textForbiddenTopic     = "Chủ đề này do cán bộ khác phụ trách, anh/chị không gửi được."
	textForbiddenMine      = "Tin của mình thì phải nhờ người khác duyệt."
	textNoSuchAnnouncement = "Tôi không tìm thấy tin ấy. Anh/chị nhắn \"kết quả\" để xem tin gần nhất."
	textNotNow             = "Tin này vừa thay đổi nên không làm việc ấy được nữa. Anh/chị nhắn \"kết quả\" để xem tin đang ở đâu."
	textCannotSend         = "Tin này chưa gửi được như vậy. Anh/chị nhắn \"sửa\" để viết lại, hoặc \"hủy\" để bỏ."

	textAskKind      = "Anh/chị muốn gửi tin gì ạ? Lúc nào cũng có thể nhắn \"hủy\" để bỏ."
	textExample      = "Ví dụ: %s"
	textMaySkip      = "Không có thì nhắn \"bỏ qua\"."
	textMayLeave     = "Không gửi nữa thì nhắn \"hủy\"."
	textCodeLater    = "(có khi gửi)"
	textBank         = "Ngân hàng Chính sách xã hội"
	textTooShort     = "Nội dung ngắn quá, bà con khó hiểu. Anh/chị viết đủ việc gì, ở đâu, lúc nào nhé."
	textAskUnits     = "Gửi tới đâu ạ? Chọn được nhiều nơi: bấm, gõ tên, hoặc nhắn các số như \"1 3\"."
	textAskMoreUnits = "Sẽ gửi tới: %s. Anh/chị chọn thêm, bấm lại để bỏ, hoặc nhắn \"xong\"."
	textAskTopics    = "Gửi cho ai ở đó ạ? Chọn được nhiều chủ đề, nhắn các số như \"2 3\"."
	textPrivate      = "Tin này gửi cho nhiều nhà mà có chỗ riêng tư:\n%s\nAnh/chị nhắn \"sửa\" để viết lại. Buộc phải giữ thì nhắn lý do, lý do được ghi vào sổ."
	textReasonShort  = "Anh/chị ghi rõ lý do hơn một chút nhé."

	textPreview          = "Bà con sẽ nhận:\n----------"
	textPreviewEnd       = "----------"
	textPlan             = "Gửi tới: %s: %d người.\nCách gửi: %s.\nChi phí %s đồng, gửi xong trong khoảng %d phút."
	textToEverybody      = "tất cả bà con"
	textToTopics         = "người theo dõi %s"
	textToNeeds          = "nhà thuộc diện %s"
	textToLanguages      = "người dùng %s"
	textToOtherLanguage  = "tiếng khác"
	textToSome           = "một phần bà con"
	textToAllBut         = "trừ %s"
	textToAllButSome     = "trừ một số người"
	textToCorrected      = "những người đã nhận tin cũ"
	textToAccount        = "cả xã"
	textByMessage        = "%d người nhận tin riêng"
	textByGroup          = "%d nhóm Zalo"
	textInPerson         = "%d hộ phải báo tận nơi"
	textPreviewApproval  = "Tin này phải có người thứ hai duyệt mới đi."
	textPreviewQuiet     = "Đang giờ nghỉ của bà con nên tin sẽ đi lúc %s. Nguy hiểm tính mạng thì chọn \"Gửi khẩn cấp\"."
	textConfirmEmergency = "Tin KHẨN CẤP đi ngay, cả ban đêm, tới cả người chưa đăng ký nhận tin, và không rút lại được. Chắc chắn thì anh/chị bấm hoặc nhắn \"gửi khẩn cấp\"."
	textMeantSend        = "Anh/chị muốn gửi tin này phải không? Tôi chưa gửi cho ai. Nếu đúng, anh/chị nhắn GỬI."
	textMeantEmergency   = "Anh/chị muốn gửi KHẨN CẤP phải không? Tôi chưa gửi cho ai. Nếu đúng, anh/chị nhắn GỬI KHẨN CẤP."

	textGoOn            = "Anh/chị đang soạn dở một tin, mình làm tiếp nhé. Muốn bỏ thì nhắn \"hủy\"."
	textStillComposing  = "Anh/chị đang soạn dở một tin, muốn bỏ thì nhắn \"hủy\"."
	textStale           = "Nút này của bước trước nên không còn tác dụng. Mình đang ở đây:"
	textStaleOver       = "Nút này của lần soạn trước nên không còn tác dụng. Muốn soạn tin mới, anh/chị nhắn \"thông báo\"."
	textNoPicture       = "Tôi chỉ gửi kèm được ảnh, anh/chị gửi ảnh hoặc viết bằng chữ giúp."
	textPictureKept     = "Tôi đã nhận ảnh, sẽ gửi kèm tin này."
	textWithPicture     = "Có kèm một ảnh. Không gửi ảnh nữa thì nhắn \"bỏ ảnh\"."
	textNothingComposed = "Anh/chị không soạn dở tin nào. Muốn thôi nhận thông báo cho riêng mình thì nhắn \"dừng\"."
	textLeft            = "Đã bỏ tin đang soạn, chưa gửi cho ai."

	textHeld          = "Tin sẽ đi sau 10 giây. Muốn rút lại, anh/chị bấm hoặc nhắn \"hoàn tác\" ngay."
	textHeldQuiet     = "Đang giờ nghỉ, tin sẽ đi lúc %s. Muốn rút lại, anh/chị bấm hoặc nhắn \"hoàn tác\" trong 10 giây; sau đó nhắn \"dừng gửi\"."
	textGoes          = "Tin đang được gửi. Một lúc nữa anh/chị nhắn \"kết quả\" hoặc \"chưa tới\" để xem."
	textAskedApproval = "Tin đang chờ người khác duyệt, mã %s. Có trả lời tôi báo anh/chị ngay; quá một ngày không ai duyệt thì tin tự dừng."
	textNobodyAsked   = "Tôi chưa nhắn được cho ai có quyền duyệt, vì họ lâu chưa nhắn tới Zalo này. Anh/chị gọi nhờ họ nhắn \"duyệt %s\" vào đây."
	textNobody        = "Chưa có ai ở đó nhận được tin này. Anh/chị chọn nơi nhận hoặc chủ đề khác."

	textUndone         = "Tin \"%s\" đã được rút lại."
	textUndoLate       = "Quá 10 giây rồi, tin \"%s\" đang đi nên không rút lại được. Anh/chị có thể dừng phần chưa gửi."
	textStoppedSending = "Đã dừng tin \"%s\". Ai đã nhận rồi thì không lấy lại được."
	textOverAlready    = "Tin \"%s\" đã kết thúc, không còn gì để dừng."
	textResults        = "Tin \"%s\" (mã %s) %s. Trong %d hộ anh/chị phụ trách:"
	textResultsLack    = "Có %d hộ: tin đã đi nhưng thiếu ảnh hoặc tệp kèm theo."
	textNobodyMissed   = "Tin \"%s\": không còn hộ nào chưa tới."
	textMissedList     = "Tin \"%s\" còn %d hộ chưa tới, hộ cần giúp nhất đứng trước. Báo xong hộ nào, anh/chị bấm hộ ấy hoặc nhắn \"đã báo\" kèm số, như \"đã báo 1 3\"."
	titleVisited       = "Đã báo %d · %s"
	textVisited        = "Đã ghi: %d hộ được báo tận nơi."
	textVisitedBefore  = "Hộ này đã được ghi là báo rồi."
	textWhichTold      = "Anh/chị nhắn \"chưa tới\" để xem danh sách, rồi \"đã báo\" kèm số của hộ."
	textNoSuchNumber   = "Danh sách không có số %d, chỉ từ 1 đến %d. Anh/chị nhắn \"chưa tới\" để xem lại."

	textWhichApproval = "Có %d tin đang chờ anh/chị duyệt. Anh/chị nhắn \"duyệt\" kèm mã ghi trong tin xin duyệt."
	textYouApproved   = "Đã duyệt, tin \"%s\" đang được gửi."
	textYouRejected   = "Đã từ chối, tin \"%s\" không gửi. Tôi đã báo người soạn."
	textSettled       = "Tin \"%s\" %s, không cần duyệt nữa."
)
