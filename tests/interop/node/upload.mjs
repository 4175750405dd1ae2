// The business object of 6201 (sheet 6.1). Amounts, counts and prices go as JSON numbers with the text that was typed.
import { Num } from "./jsontext.mjs";
import { yuan } from "./money.mjs";

const DOCTOR = { no: "D509999000002", name: "王医生", dept: "0302", deptName: "消化内科", caty: "A03.02" };

export function uploadMessage(block, books, order, fault) {
  const { patient, visit } = order;
  const lines = order.bills.flatMap((bill) => bill.items.map((item) => ({
    feedetlSn: books.number("MX"),
    mdtrtId: visit.mdtrtId,
    psnNo: visit.psnNo,
    chrgBchno: order.chrgBchno,
    rxno: bill.id,
    rxCircFlag: "0",
    feeOcurTime: visit.began,
    medListCodg: item.code,
    medinsListCodg: item.code,
    medListName: item.name,
    detItemFeeSumamt: new Num(yuan(item.amount)),
    cnt: new Num(item.cnt),
    pric: new Num(item.price),
    bilgDeptCodg: DOCTOR.dept,
    bilgDeptName: DOCTOR.deptName,
    bilgDrCodg: DOCTOR.no,
    bilgDrName: DOCTOR.name,
    hospApprFlag: "1",
    memo: "",
  })));
  const data = {
    orgCodg: block.orgCodg,
    ...order.proof,
    uldLatlnt: "118.096435,24.485407",
    psnNo: visit.psnNo,
    insutype: visit.insutype,
    insuCode: visit.insuCode,
    medOrgOrd: order.yyddh,
    begntime: visit.began,
    idNo: patient.idNo,
    userName: patient.name,
    idType: patient.idType,
    iptOtpNo: visit.iptOtpNo,
    atddrNo: DOCTOR.no,
    drName: DOCTOR.name,
    deptCode: DOCTOR.dept,
    deptName: DOCTOR.deptName,
    caty: DOCTOR.caty,
    mdtrtId: visit.mdtrtId,
    mdtrtCertType: "01",
    medType: "11",
    feeType: "01",
    medfeeSumamt: new Num(yuan(order.total)),
    acctUsedFlag: order.acctUsedFlag,
    diseCodg: "",
    diseName: "",
    psnSetlway: "01",
    chrgBchno: order.chrgBchno,
    pubHospRfomFlag: "0",
    extData: null,
    diseinfoList: [{
      diagType: "1", diagSrtNo: new Num("1"), diagCode: "K29.500", diagName: "慢性胃炎", diagDept: DOCTOR.deptName,
      diseDorNo: DOCTOR.no, diseDorName: DOCTOR.name, diagTime: visit.began, valiFlag: "1",
    }],
    feedetailList: lines,
  };
  if (fault.dropField) delete data[fault.dropField];
  return data;
}
