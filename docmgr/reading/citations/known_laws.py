"""Names of laws, codes and ordinances of Vietnam, by which `law_names` sees where a cited name ends.

The names are in small letters and without the word "Luật", "Bộ luật" or "Pháp lệnh" (law, code, ordinance).
A law that is missing here is still found by its capital letter; only the end of its name may be misjudged.
"""

from __future__ import annotations

_NAMES = """
an ninh mạng; an ninh quốc gia; an toàn thông tin mạng; an toàn thực phẩm; an toàn, vệ sinh lao động
báo chí; ban hành văn bản quy phạm pháp luật; bảo hiểm tiền gửi; bảo hiểm xã hội; bảo hiểm y tế
bảo vệ bí mật nhà nước; bảo vệ, chăm sóc và giáo dục trẻ em; bảo vệ dữ liệu cá nhân; bảo vệ môi trường
bảo vệ quyền lợi người tiêu dùng; bảo vệ sức khỏe nhân dân; bảo vệ và kiểm dịch thực vật; bảo vệ và phát triển rừng
bầu cử đại biểu quốc hội và đại biểu hội đồng nhân dân; bầu cử đại biểu quốc hội; bầu cử đại biểu hội đồng nhân dân
biên phòng việt nam; biển việt nam; biên giới quốc gia; bình đẳng giới; bưu chính; căn cước; căn cước công dân
cán bộ, công chức; cạnh tranh; cảnh sát biển việt nam; cảnh sát cơ động; cảnh vệ; chăn nuôi
chất lượng sản phẩm, hàng hóa; chất lượng sản phẩm, hàng hoá; chuyển giao công nghệ; chứng khoán; cơ yếu
cơ quan đại diện nước cộng hòa xã hội chủ nghĩa việt nam ở nước ngoài; công an nhân dân; công chứng; công đoàn
công nghệ cao; công nghệ thông tin; công nghiệp công nghệ số; các tổ chức tín dụng; các công cụ chuyển nhượng
công nghiệp quốc phòng, an ninh và động viên công nghiệp; cư trú; dân quân tự vệ; dầu khí; di sản văn hóa
di sản văn hoá; doanh nghiệp; doanh nghiệp nhà nước; du lịch; dự trữ quốc gia; dược; dữ liệu; dạy nghề
đa dạng sinh học; đặc xá; đất đai; đấu giá tài sản; đấu thầu; đầu tư; đầu tư công
đầu tư theo phương thức đối tác công tư; đê điều; điện ảnh; điện lực; địa chất và khoáng sản; đo đạc và bản đồ; đo lường
đơn vị hành chính - kinh tế đặc biệt; đường bộ; đường sắt; giá; giám định tư pháp; giao dịch điện tử
giao thông đường bộ; giao thông đường thủy nội địa; giao thông đường thuỷ nội địa; giáo dục; giáo dục đại học
giáo dục nghề nghiệp; giáo dục quốc phòng và an ninh; giáo dục quốc phòng - an ninh; hải quan; hàng không dân dụng việt nam
hiến, lấy, ghép mô, bộ phận cơ thể người và hiến, lấy xác; hoạt động chữ thập đỏ; hòa giải ở cơ sở
hòa giải, đối thoại tại tòa án; hoạt động giám sát của quốc hội và hội đồng nhân dân; hóa chất; hoá chất; hộ tịch
hỗ trợ doanh nghiệp nhỏ và vừa; hôn nhân và gia đình; hợp tác xã; kế toán; khám bệnh, chữa bệnh; khí tượng thủy văn
khiếu nại; khiếu nại, tố cáo; khoa học và công nghệ; khoa học, công nghệ và đổi mới sáng tạo; khoáng sản; kiểm toán độc lập
kiểm toán nhà nước; kiến trúc; kinh doanh bảo hiểm; kinh doanh bất động sản; lâm nghiệp; luật sư; lưu trữ; lý lịch tư pháp
lực lượng dự bị động viên; lực lượng tham gia bảo vệ an ninh, trật tự ở cơ sở; mặt trận tổ quốc việt nam
năng lượng nguyên tử; ngân hàng nhà nước việt nam; ngân sách nhà nước; nghĩa vụ quân sự; người cao tuổi; người khuyết tật
người lao động việt nam đi làm việc ở nước ngoài theo hợp đồng; nhà giáo; nhà ở; nhập cảnh, xuất cảnh, quá cảnh, cư trú của người nước ngoài tại việt nam
nuôi con nuôi; phá sản; phí và lệ phí; phổ biến, giáo dục pháp luật; phòng bệnh; phòng cháy và chữa cháy; phòng cháy, chữa cháy
phòng cháy, chữa cháy và cứu nạn, cứu hộ; phòng, chống bạo lực gia đình; phòng, chống bệnh truyền nhiễm; phòng, chống khủng bố
phòng, chống ma túy; phòng, chống ma tuý; phòng, chống mua bán người; phòng, chống rửa tiền; phòng, chống tác hại của rượu, bia
phòng, chống tác hại của thuốc lá; phòng, chống tham nhũng; phòng, chống thiên tai; phòng không nhân dân
phòng, chống nhiễm vi rút gây ra hội chứng suy giảm miễn dịch mắc phải ở người (hiv/aids)
quản lý ngoại thương; quản lý nợ công; quản lý thuế; quản lý, sử dụng tài sản công; quản lý, sử dụng tài sản nhà nước
quản lý, sử dụng vốn nhà nước đầu tư vào sản xuất, kinh doanh tại doanh nghiệp
quản lý và đầu tư vốn nhà nước tại doanh nghiệp; quản lý, sử dụng vũ khí, vật liệu nổ và công cụ hỗ trợ
quân nhân chuyên nghiệp, công nhân và viên chức quốc phòng; quốc phòng; quốc tịch việt nam; quy hoạch; quy hoạch đô thị
quy hoạch đô thị và nông thôn; sĩ quan quân đội nhân dân việt nam; sở hữu trí tuệ; sử dụng năng lượng tiết kiệm và hiệu quả
tài nguyên nước; tài nguyên, môi trường biển và hải đảo; tần số vô tuyến điện; thanh niên; thanh tra; thể dục, thể thao
thi đua, khen thưởng; thi hành án dân sự; thi hành án hình sự; thi hành tạm giữ, tạm giam; thỏa thuận quốc tế; thống kê
thông tin và truyền thông; thủ đô; thú y; thư viện; thuế bảo vệ môi trường; thuế giá trị gia tăng; thuế sử dụng đất nông nghiệp
thuế sử dụng đất phi nông nghiệp; thuế tài nguyên; thuế thu nhập cá nhân; thuế thu nhập doanh nghiệp; thuế tiêu thụ đặc biệt
thuế xuất khẩu, thuế nhập khẩu; thuế xuất khẩu và thuế nhập khẩu; thủy lợi; thủy sản; thuỷ sản; thực hành tiết kiệm, chống lãng phí; thực hiện dân chủ ở cơ sở
thương mại; tiếp cận thông tin; tiếp công dân; tiêu chuẩn và quy chuẩn kỹ thuật; tín ngưỡng, tôn giáo; tổ chức chính phủ
tổ chức chính quyền địa phương; tổ chức cơ quan điều tra hình sự; tổ chức hội đồng nhân dân và ủy ban nhân dân
tổ chức quốc hội; tổ chức tòa án nhân dân; tổ chức toà án nhân dân; tổ chức viện kiểm sát nhân dân; tố cáo; tố tụng hành chính
trách nhiệm bồi thường của nhà nước; trẻ em; trật tự, an toàn giao thông đường bộ; trọng tài thương mại; trồng trọt
trợ giúp pháp lý; trưng cầu ý dân; trưng mua, trưng dụng tài sản; tư pháp người chưa thành niên; tương trợ tư pháp
viên chức; việc làm; viễn thông; xây dựng; xử lý vi phạm hành chính; xuất bản; xuất cảnh, nhập cảnh của công dân việt nam
điều ước quốc tế; ký kết, gia nhập và thực hiện điều ước quốc tế; ngân hàng nhà nước; hàng hải; bảo vệ công trình quốc phòng và khu quân sự
chăm sóc, bảo vệ sức khỏe nhân dân; phục hồi, phá sản; tương trợ tư pháp về dân sự; tương trợ tư pháp về hình sự; dẫn độ
tham gia lực lượng gìn giữ hòa bình của liên hợp quốc; tình trạng khẩn cấp; đường thủy nội địa; dự án đầu tư; khuyến khích đầu tư trong nước
hình sự; dân sự; lao động; tố tụng hình sự; tố tụng dân sự; hàng hải việt nam
ưu đãi người có công với cách mạng; án phí, lệ phí tòa án; xử lý vi phạm hành chính; quản lý thị trường; cựu chiến binh; dân số
pháp điển hệ thống quy phạm pháp luật; hợp nhất văn bản quy phạm pháp luật; giống vật nuôi; giống cây trồng; ngoại hối
bảo vệ công trình quan trọng liên quan đến an ninh quốc gia; cảnh sát môi trường; công an xã; cán bộ, công chức
quy định danh hiệu vinh dự nhà nước “bà mẹ việt nam anh hùng”; chi phí giám định, định giá; chi phí tố tụng; tình báo; động viên công nghiệp
khai thác và bảo vệ công trình thủy lợi; bảo vệ bí mật nhà nước; phòng, chống lụt, bão; thủ tục bắt giữ tàu biển; thú y; quảng cáo; nghệ thuật biểu diễn
thể dục thể thao; phòng chống tham nhũng; phòng chống ma túy; thi đua khen thưởng; khám chữa bệnh; an toàn vệ sinh lao động; phòng cháy chữa cháy
trật tự an toàn giao thông đường bộ; quản lý sử dụng tài sản công
"""
NAMES: frozenset[str] = frozenset(
    name.strip() for line in _NAMES.splitlines() for name in line.split(";") if name.strip()
)
