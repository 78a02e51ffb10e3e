import openpyxl, zipfile, io
from email.message import EmailMessage
import docx
from openpyxl.worksheet.header_footer import HeaderFooter
def x(name,rows,header=None,sheets=None):
    wb=openpyxl.Workbook(); ws=wb.active
    for r in rows: ws.append(r)
    if header: ws.oddHeader.center.text=header
    for t,rs in (sheets or []):
        w=wb.create_sheet(t)
        for r in rs: w.append(r)
    wb.save(name)
body=[["STT","Họ tên","Ngày sinh","Ghi chú"]]+[[i,"Nguyễn Văn A%d"%i,"1/1/1980","x"] for i in range(1,10)]
x("s1.xlsx",[["MẬT"]]+body)
x("s2.xlsx",[["UBND TỈNH X","CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],["Số: 12/BC-UBND","Độc lập - Tự do - Hạnh phúc"],["TỐI MẬT"]]+body)
x("s3.xlsx",body,header="TUYỆT MẬT")
x("s4.xlsx",body,sheets=[("S2",[["TUYỆT MẬT"]]+body)])
x("s5.xlsx",[["DANH SÁCH CÁN BỘ"],["Độ mật: Tối mật"]]+body)
x("s6.xlsx",[["BÁO CÁO"],["Số: 15/BC-UBND, ngày 3 tháng 4 năm 2024"],["Căn cứ Nghị định 30/2020/NĐ-CP"]]+body)
open("s7.csv","w").write("TUYỆT MẬT\n"+"\n".join(",".join(map(str,r)) for r in body))
from pptx import Presentation
