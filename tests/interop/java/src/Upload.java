import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The business object of 6201 (sheet 6.1). Every scalar goes as a text, which both canonical families sign alike. */
final class Upload {
    private Upload() {}

    static Map<String, Object> message(Config config, Hospital hospital, Model.Order order, Fault fault) {
        Model.Patient patient = order.patient;
        Model.Visit visit = order.visit;
        List<Object> lines = new ArrayList<>();
        for (Model.Bill bill : order.bills) {
            for (Model.Item item : bill.items) {
                lines.add(Json.of("feedetlSn", hospital.number("FD"), "mdtrtId", visit.mdtrtId, "psnNo", visit.psnNo,
                        "chrgBchno", order.chrgBchno, "rxno", bill.id, "rxCircFlag", "0", "feeOcurTime", visit.begntime,
                        "medListCodg", item.code(), "medinsListCodg", item.code(), "medListName", item.name(),
                        "detItemFeeSumamt", Money.yuan(item.amount()), "pric", item.price(),
                        "cnt", fault == Fault.BARE_NUMBERS ? new Json.Num(item.cnt()) : item.cnt(),
                        "bilgDeptCodg", "0301", "bilgDeptName", "呼吸内科", "bilgDrCodg", "D509999000001", "bilgDrName", "李医生",
                        "hospApprFlag", "1", "memo", ""));
            }
        }
        Map<String, Object> data = Json.of("orgCodg", config.orgCodg(), "payAuthNo", order.proof.payAuthNo(), "ecToken", order.proof.ecToken(), "uldLatlnt", "0,0",
                "psnNo", visit.psnNo, "insutype", visit.insutype, "insuCode", visit.insuCode, "medOrgOrd", order.medOrgOrd,
                "begntime", visit.begntime, "idNo", patient.idNo(), "userName", patient.name(), "idType", patient.idType(),
                "iptOtpNo", visit.iptOtpNo, "atddrNo", "D509999000001", "drName", "李医生", "deptCode", "0301",
                "deptName", "呼吸内科", "caty", "A03.01", "mdtrtId", visit.mdtrtId, "mdtrtCertType", "01", "medType", "11",
                "feeType", "01", "medfeeSumamt", Money.yuan(order.total), "acctUsedFlag", order.acctUsedFlag,
                "psnSetlway", "01", "chrgBchno", order.chrgBchno, "pubHospRfomFlag", "0", "extData", null,
                "diseinfoList", List.of(Json.of("diagType", "1", "diagSrtNo", "1", "diagCode", "J00.x00", "diagName", "急性上呼吸道感染",
                        "diagDept", "呼吸内科", "diseDorNo", "D509999000001", "diseDorName", "李医生", "diagTime", visit.begntime, "valiFlag", "1")),
                "feedetailList", lines);
        if (fault == Fault.FIELD_MISSING) data.remove("deptName");
        return data;
    }
}
