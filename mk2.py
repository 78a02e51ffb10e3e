import docx
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
m=MIMEMultipart("alternative"); m["Subject"]="Báo cáo"; m["From"]="a@b.vn"; m["To"]="c@d.vn"
m.attach(MIMEText("Nội dung chính ở đây, Căn cứ Nghị định 30/2020/NĐ-CP.","plain","utf-8")); m.attach(MIMEText("","html","utf-8"))
open("e1.eml","wb").write(m.as_bytes())
m=MIMEMultipart("alternative"); m["Subject"]="Báo cáo"; m["From"]="a@b.vn"
m.attach(MIMEText("Nội dung chính ở đây.","plain","utf-8")); m.attach(MIMEText("<html><body><img src='cid:x'></body></html>","html","utf-8"))
open("e2.eml","wb").write(m.as_bytes())
m=EmailMessage(); m["Subject"]="MẬT"; m["From"]="a@b.vn"; m.set_content("TUYỆT MẬT\nỦY BAN NHÂN DÂN\nSố: 5/BC-UBND\nNội dung")
open("e3.eml","wb").write(m.as_bytes())
m=EmailMessage(); m["Subject"]="Tài liệu"; m["From"]="a@b.vn"; m.set_content("Kính gửi anh chị\n\nMẬT\n\nNội dung")
open("e4.eml","wb").write(m.as_bytes())
# edxml w/o? later
def d(name,ps,header=None):
    x=docx.Document()
    if header: x.sections[0].header.paragraphs[0].text=header
    for p in ps: x.add_paragraph(p)
    x.save(name)
H=["ỦY BAN NHÂN DÂN TỈNH X","Số: 12/2024/QĐ-UBND","CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM","Độc lập - Tự do - Hạnh phúc","Hà Giang, ngày 3 tháng 4 năm 2024","QUYẾT ĐỊNH","Ban hành Quy chế làm việc","Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;"]
d("d1.docx",H+["Điều 1. Phạm vi","1. Theo điểm a khoản 2 Điều 3 Quyết định này và khoản 1 Điều 5 của Nghị định số 30/2020/NĐ-CP, các điều 1, 2 và 3; từ Điều 1 đến Điều 3.","Điều 2. Hiệu lực","Quyết định này có hiệu lực kể từ ngày ký.","Điều 3. Tổ chức","1. Một","2. Hai:","a) aa;","b) bb.","Nơi nhận:","- Như Điều 3;","- Lưu: VT.","TM. ỦY BAN NHÂN DÂN","CHỦ TỊCH","Nguyễn Văn A"])
d("d2.docx",H+["Điều 1. A","x"],header="MẬT")
d("d3.docx",["Danh sách thí sinh","Mật"]+["a"]*3)
# stamp late in a section header, first-page header
x=docx.Document(); s=x.sections[0]; s.different_first_page_header_footer=True; s.first_page_header.paragraphs[0].text="TỐI MẬT"
for p in H: x.add_paragraph(p)
x.save("d4.docx")
x=docx.Document(); s=x.sections[0]; s.footer.paragraphs[0].text="TỐI MẬT"
for p in H: x.add_paragraph(p)
x.save("d5.docx")
# single table head with text all in a table
x=docx.Document(); 
for i in range(35): x.add_paragraph("Mục lục dòng %d"%i)
x.add_paragraph("TUYỆT MẬT")
for p in H: x.add_paragraph(p)
x.save("d6.docx")
