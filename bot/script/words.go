package script

import (
	"strings"
	"unicode"
)

// abbreviations are read in full wherever they stand.
var abbreviations = func() map[string]string {
	all := make(map[string]string)
	for line := range strings.Lines(`
UBND=Ủy ban nhân dân
HĐND=Hội đồng nhân dân
UBMTTQ=Ủy ban Mặt trận Tổ quốc
MTTQ=Mặt trận Tổ quốc
UBMTTQVN=Ủy ban Mặt trận Tổ quốc Việt Nam
MTTQVN=Mặt trận Tổ quốc Việt Nam
TTg=Thủ tướng Chính phủ
CP=Chính phủ
QH=Quốc hội
UBTVQH=Ủy ban Thường vụ Quốc hội
TW=Trung ương
HTX=hợp tác xã
THT=tổ hợp tác
NHCSXH=Ngân hàng Chính sách xã hội
NHCS=Ngân hàng Chính sách
CSXH=chính sách xã hội
NHNN=Ngân hàng Nhà nước
NHNo=Ngân hàng Nông nghiệp
TK&VV=tiết kiệm và vay vốn
TKVV=tiết kiệm và vay vốn
TTHC=thủ tục hành chính
DVC=dịch vụ công
DVCTT=dịch vụ công trực tuyến
PVHCC=phục vụ hành chính công
TTPVHCC=Trung tâm Phục vụ hành chính công
HCC=hành chính công
VNeID=vi en i đi
VNEID=vi en i đi
VNeid=vi en i đi
VssID=vi ét ét i đi
VSSID=vi ét ét i đi
OTP=ô tê pê
SMS=tin nhắn
ATM=a tê em
QR=quy rờ
ID=i đê
PIN=pin
CTV=cộng tác viên
BHYT=bảo hiểm y tế
BHXH=bảo hiểm xã hội
BHTN=bảo hiểm thất nghiệp
BHNN=bảo hiểm nông nghiệp
CCCD=căn cước công dân
CMND=chứng minh nhân dân
CMT=chứng minh thư
LS=lãi suất
DT=diện tích
NPK=nờ pê ca
TCMR=tiêm chủng mở rộng
TBA=trạm biến áp
BĐ=báo động
SĐT=số điện thoại
SDT=số điện thoại
sđt=số điện thoại
Sđt=số điện thoại
đt=điện thoại
Đt=điện thoại
tel=điện thoại
Tel=điện thoại
STK=số tài khoản
STT=số thứ tự
QĐ=quyết định
TB=thông báo
CV=công văn
NĐ=nghị định
NQ=nghị quyết
KH=kế hoạch
BC=báo cáo
TTr=tờ trình
HD=hướng dẫn
GM=giấy mời
CĐ=công điện
BCĐ=Ban Chỉ đạo
BCH=Ban Chỉ huy
PCTT=phòng chống thiên tai
TKCN=tìm kiếm cứu nạn
PCTT&TKCN=phòng chống thiên tai và tìm kiếm cứu nạn
PTDS=phòng thủ dân sự
PCCC=phòng cháy chữa cháy
CNCH=cứu nạn cứu hộ
PCCC&CNCH=phòng cháy chữa cháy và cứu nạn cứu hộ
ANTT=an ninh trật tự
ANTQ=an ninh Tổ quốc
ATGT=an toàn giao thông
ATTP=an toàn thực phẩm
VSATTP=vệ sinh an toàn thực phẩm
VSMT=vệ sinh môi trường
CAX=công an xã
CATP=công an thành phố
CSGT=cảnh sát giao thông
NVQS=nghĩa vụ quân sự
BCHQS=Ban Chỉ huy Quân sự
DQTV=dân quân tự vệ
DTLCP=dịch tả lợn châu Phi
LMLM=lở mồm long móng
VDNC=viêm da nổi cục
CGC=cúm gia cầm
SXH=sốt xuất huyết
TCM=tay chân miệng
TYT=trạm y tế
TTYT=trung tâm y tế
BVĐK=bệnh viện đa khoa
BV=bệnh viện
KCB=khám chữa bệnh
SKSS=sức khỏe sinh sản
KHHGĐ=kế hoạch hóa gia đình
NNPTNT=nông nghiệp và phát triển nông thôn
BNNPTNT=Bộ Nông nghiệp và Phát triển nông thôn
NN&PTNT=nông nghiệp và phát triển nông thôn
NNMT=nông nghiệp và môi trường
BNNMT=Bộ Nông nghiệp và Môi trường
BYT=Bộ Y tế
BNV=Bộ Nội vụ
BCA=Bộ Công an
BQP=Bộ Quốc phòng
BXD=Bộ Xây dựng
BGDĐT=Bộ Giáo dục và Đào tạo
GDĐT=giáo dục và đào tạo
GD&ĐT=giáo dục và đào tạo
LĐTBXH=lao động, thương binh và xã hội
LĐ=lao động
TBXH=thương binh và xã hội
TT&TT=thông tin và truyền thông
NTM=nông thôn mới
OCOP=ô cốp
KTXH=kinh tế xã hội
XHCN=xã hội chủ nghĩa
CHXHCN=cộng hòa xã hội chủ nghĩa
DTTS=dân tộc thiểu số
BVMT=bảo vệ môi trường
BVTV=bảo vệ thực vật
BVR=bảo vệ rừng
PCCCR=phòng cháy chữa cháy rừng
TDTT=thể dục thể thao
VHTT=văn hóa thể thao
NVH=nhà văn hóa
KDC=khu dân cư
TDP=tổ dân phố
KCN=khu công nghiệp
CLB=câu lạc bộ
ND=nông dân
HND=hội nông dân
HPN=hội phụ nữ
LHPN=Liên hiệp Phụ nữ
CCB=cựu chiến binh
HCCB=hội cựu chiến binh
NCT=người cao tuổi
TNCS=thanh niên cộng sản
ĐTN=đoàn thanh niên
BTXH=bảo trợ xã hội
HSSV=học sinh sinh viên
THCS=trung học cơ sở
THPT=trung học phổ thông
MN=mầm non
GQVL=giải quyết việc làm
XKLĐ=xuất khẩu lao động
NSVSMT=nước sạch và vệ sinh môi trường
NS&VSMT=nước sạch và vệ sinh môi trường
NƠXH=nhà ở xã hội
NOXH=nhà ở xã hội
GPLX=giấy phép lái xe
GCN=giấy chứng nhận
GCNQSDĐ=giấy chứng nhận quyền sử dụng đất
QSDĐ=quyền sử dụng đất
HKTT=hộ khẩu thường trú
MST=mã số thuế
TNHH=trách nhiệm hữu hạn
HCM=Hồ Chí Minh
TPHCM=Thành phố Hồ Chí Minh
VN=Việt Nam
VNĐ=đồng
VND=đồng
QL=quốc lộ
TL=tỉnh lộ
ĐT=điện thoại
TP=thành phố
TX=thị xã
NSNN=ngân sách nhà nước
CBCC=cán bộ công chức
CBCCVC=cán bộ công chức viên chức
ĐVTN=đoàn viên thanh niên
CSDL=cơ sở dữ liệu
CNTT=công nghệ thông tin
CNSCĐ=công nghệ số cộng đồng
TCNSCĐ=tổ công nghệ số cộng đồng
TNGT=tai nạn giao thông
TNMT=tài nguyên và môi trường
EVN=Điện lực Việt Nam
ĐBSCL=đồng bằng sông Cửu Long
ATNĐ=áp thấp nhiệt đới
COVID=cô vít
Covid=cô vít
VP=văn phòng
VX=văn xã
SNV=Sở Nội vụ
STC=Sở Tài chính
SYT=Sở Y tế
GPMB=giải phóng mặt bằng
MTQG=mục tiêu quốc gia
CTMTQG=chương trình mục tiêu quốc gia
TTATXH=trật tự an toàn xã hội
TTATGT=trật tự an toàn giao thông
CVĐ=cuộc vận động
VAC=vườn ao chuồng
TTCN=tiểu thủ công nghiệp
BQL=ban quản lý
BQT=ban quản trị
BTC=ban tổ chức
BCT=Bộ Chính trị
vv=về việc
v/v=về việc
V/v=về việc
k/g=kính gửi
K/g=kính gửi
`) {
		if short, long, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			all[short] = long
		}
	}
	return all
}()

// dotted are read in full when a dot follows, and then a name or a number.
var dotted = map[string]string{
	"TP": "thành phố", "Tp": "thành phố", "TX": "thị xã", "Tx": "thị xã", "TT": "thị trấn", "P": "phường", "Q": "quận",
	"H": "huyện", "X": "xã", "Đ": "đường", "T": "tỉnh", "ThS": "thạc sĩ", "TS": "tiến sĩ", "BS": "bác sĩ", "Bs": "bác sĩ",
	"GS": "giáo sư", "PGS": "phó giáo sư", "KS": "kỹ sư", "Ô": "ông", "Mr": "ông", "Ms": "bà",
}

// alone are syllables too, so they are read in full only where the line is not in capitals throughout.
var alone = map[string]string{"CA": "công an", "TU": "tỉnh ủy", "HU": "huyện ủy", "CT": "chủ tịch"}

// ambiguous have more than one meaning. They are spelled, and the writer is told.
var ambiguous = map[string]string{
	"TT": "thông tư, thị trấn, trung tâm hay thanh toán", "CN": "chủ nhật, công nhân hay chi nhánh", "HS": "hồ sơ hay học sinh",
	"DN": "doanh nghiệp hay Đà Nẵng", "HN": "hộ nghèo hay Hà Nội", "HCN": "hộ cận nghèo hay hội chợ", "ĐK": "đăng ký hay điều kiện",
	"NH": "ngân hàng hay năm học", "PC": "phòng chống hay máy tính", "CB": "cán bộ hay chuẩn bị", "GV": "giáo viên hay giám viên",
	"CT": "chỉ thị, chủ tịch hay công ty", "TK": "tài khoản hay thống kê", "ĐC": "địa chỉ hay đồng chí", "PT": "phát triển hay phụ trách",
}

// documents are the first codes of document numbers that mean something else elsewhere.
var documents = map[string]string{
	"TT": "thông tư", "CT": "chỉ thị", "PL": "phụ lục", "BB": "biên bản", "TTLT": "thông tư liên tịch", "HDLN": "hướng dẫn liên ngành",
	"L": "luật", "NQLT": "nghị quyết liên tịch", "KL": "kết luận", "GT": "giấy triệu tập", "ĐA": "đề án", "QC": "quy chế", "BTC": "Bộ Tài chính",
}

var letterNames = map[rune]string{
	'a': "a", 'ă': "á", 'â': "ớ", 'b': "bê", 'c': "xê", 'd': "dê", 'đ': "đê", 'e': "e", 'ê': "ê", 'f': "ép", 'g': "giê", 'h': "hát",
	'i': "i", 'j': "gi", 'k': "ca", 'l': "lờ", 'm': "mờ", 'n': "nờ", 'o': "o", 'ô': "ô", 'ơ': "ơ", 'p': "pê", 'q': "quy", 'r': "rờ",
	's': "sờ", 't': "tê", 'u': "u", 'ư': "ư", 'v': "vê", 'w': "vê kép", 'x': "ích", 'y': "y", 'z': "dét",
}

// letters are an abbreviation letter by letter.
func letters(word string) string {
	var names []string
	for _, r := range word {
		if name, ok := letterNames[unicode.ToLower(r)]; ok {
			names = append(names, name)
		} else if unicode.IsLetter(r) {
			names = append(names, string(unicode.ToLower(r)))
		}
	}
	return strings.Join(names, " ")
}

// units follow a number.
var units = map[string]string{
	"đ": "đồng", "Đ": "đồng", "d": "đồng", "₫": "đồng", "đồng": "đồng", "vnđ": "đồng", "vnd": "đồng", "k": "nghìn đồng", "K": "nghìn đồng",
	"tr": "triệu", "trđ": "triệu đồng", "tỉ": "tỷ", "USD": "đô la", "$": "đô la", "km": "ki lô mét", "Km": "ki lô mét", "KM": "ki lô mét",
	"m": "mét", "dm": "đề xi mét", "cm": "xăng ti mét", "mm": "mi li mét", "m2": "mét vuông", "km2": "ki lô mét vuông",
	"cm2": "xăng ti mét vuông", "m3": "mét khối", "ha": "héc ta", "Ha": "héc ta", "kg": "ki lô gam", "Kg": "ki lô gam", "KG": "ki lô gam",
	"g": "gam", "gr": "gam", "mg": "mi li gam", "l": "lít", "L": "lít", "ml": "mi li lít", "cc": "xê xê", "kW": "ki lô oát", "kw": "ki lô oát",
	"kWh": "ki lô oát giờ", "kwh": "ki lô oát giờ", "kV": "ki lô vôn", "KV": "ki lô vôn", "V": "vôn", "W": "oát", "km/h": "ki lô mét trên giờ",
	"m/s": "mét trên giây", "mm/h": "mi li mét trên giờ", "m3/s": "mét khối trên giây", "h": "giờ", "s": "giây", "ph": "phút",
	"%": "phần trăm", "‰": "phần nghìn", "°C": "độ xê", "°c": "độ xê", "°": "độ", "oC": "độ xê", "GB": "gi ga bai", "MB": "mê ga bai",
	"Gb": "gi ga bai", "Mbps": "mê ga bít trên giây", "ppm": "phần triệu", "dB": "đê xi ben",
}

// scales are words that make the number before them larger.
var scales = map[string]bool{"trăm": true, "nghìn": true, "ngàn": true, "triệu": true, "tỷ": true, "tỉ": true, "tr": true, "k": true, "K": true, "trđ": true}

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Split(words, ",") {
		set[strings.TrimSpace(w)] = true
	}
	return set
}

var (
	// measured may stand after a slash in the sense of "each".
	measured = setOf("năm,tháng,ngày,giờ,tuần,quý,người,hộ,khẩu,tin,suất,lượt,lần,con,đợt,sào,vụ,phút,giây,phòng,bữa,trang,bộ,ca,mũi,liều,kỳ,thẻ,thành,học,đầu,kg,ha,m2,m3,km,lít,l,tấn,tạ,h,nóc,mẫu,thôn,bản,xã,gia,đêm")
	// dated stands before a date.
	dated = setOf("ngày,mùng,mồng,hôm,sáng,trưa,chiều,tối,đêm,từ,đến,tới,trước,sau,hết,qua,nay,mai,kể,lúc,vào,giờ,lễ,tết,khánh,đường,cn,nhật,hai,ba,tư,năm,sáu,bảy,và,hạn,phút,rằm,tuần,đợt")
	// counted follows a number of things out of a number of things.
	counted = setOf("hộ,người,thôn,bản,xã,phường,tổ,thành,hội,đảng,con,nhà,học,em,cháu,đại,phiếu,tiêu,câu,điểm,chỉ,mũi,xóm,ấp,buôn,khóm,đoàn,mẫu,chị,anh,ông,bà,ý,công,hồ,ca,trẻ,giờ,phòng,lớp")
	// shared follows a fraction.
	shared = setOf("diện,số,tổng,dân,thu,lương,mức,giá,chặng,thời,sào,ha,công,mẫu,viên,quãng,phần,chiều,lít,cân,kg,suất,tiền,đoạn,liều,gói,chén,thìa")
	// housed stands before the number of a house or a lot, in which a slash is no date.
	housed = setOf("nhà,hẻm,ngõ,kiệt,ngách,lô,thửa,phòng,kho,tờ")
	// called stands before a short phone number.
	called = setOf("gọi,số,máy,thoại,đt,sđt,nóng,đài,cứu,hỏa,an,hệ,bấm,hotline,hoặc,báo,qua,tới,và,cấp,y,sát,zalo,lời,tế,quay,điện")
	// coded stands before a number that is read digit by digit.
	coded = setOf("mã,khoản,stk,cccd,cmnd,otp,sim,seri,serial,mst,thuế,thẻ,cước,định danh,danh,pin,khẩu")
	// labels stand before a number that names something, so that a dash after it begins something new.
	labels = setOf("thôn,tổ,bản,ấp,số,khu,phố,đội,xóm,ngõ,khóm,buôn,lớp,bài,mục,điểm,cụm,quý,đợt,phường,quận,nhóm,mẫu,điều,khoản,bước")
	// listed stand before numbers with commas between them that are no decimals.
	listed = setOf("ngày,mùng,thứ,cấp,thôn,tổ,bản,ấp,khu,phố,đội,xóm,khóm,buôn,lớp,mục,điểm,cụm,quý,đợt,phường,quận,nhóm,điều,khoản,tháng")
	// spans go from one to another when a dash stands between two of them.
	spans = setOf("thứ,ngày,tháng,tuần,quý,năm,trang")
	// kinds are the codes of documents that say what they are, and not who has signed them.
	kinds = setOf("QĐ,TB,CV,NĐ,NQ,KH,BC,TTr,HD,GM,CĐ")
	// numbered stand before a Roman numeral.
	numbered = setOf("khu,quý,kỳ,khóa,khoá,chương,mục,phần,đợt,cấp,loại,nhóm,thứ,hạng,khối,vùng,hội,kỷ,tập,đoạn,đội,tổ,thôn,bản,ấp,vụ,lớp,độ,bậc,tiểu,cụm,quân,lần,đại,vương,điểm,bảng,phụ,lục,bước,tuyến")
)
