import java.util.List;
import java.util.Map;

/** Who the patient is to the insurance (1101) and to this visit (2201): what 6201 must carry. */
final class Identity {
    private Identity() {}

    /** 1101 with the e-credential, then 2201 once per visit. */
    static void identify(Config config, Wire wire, Hospital hospital, Model.Order order) throws Reply.Declined {
        Model.Patient patient = order.patient;
        Model.Visit visit = order.visit;
        try {
            Map<String, Object> output = wire.institution("1101", Json.of("data", Json.of("mdtrt_cert_type", "01",
                    "mdtrt_cert_no", order.proof.number(), "card_sn", "", "begntime", "", "psn_cert_type", patient.idType(),
                    "certno", patient.idNo(), "psn_name", patient.name())), config.region());
            Map<String, Object> base = Wire.child(output, "baseinfo");
            if (!patient.name().equals(base.get("psn_name")) || !patient.idNo().equals(base.get("certno"))) {
                throw new Reply.Declined(422, "NOT_OWNER", "医保登记的姓名或证件号与本院档案不符");
            }
            Map<String, Object> insured = pick(Wire.rows(output, "insuinfo"));
            synchronized (visit) {
                visit.insutype = String.valueOf(insured.get("insutype"));
                visit.insuCode = String.valueOf(insured.get("insuplc_admdvs"));
                visit.psnNo = String.valueOf(base.get("psn_no"));
                if (visit.mdtrtId == null) register(wire, hospital, order, visit);
            }
        } catch (Wire.Refused error) {
            throw new Reply.Declined(409, "DECLINED", "医保: " + error.getMessage());
        } catch (Wire.Unknown error) {
            throw new Reply.Declined(409, "OTHER", "医保系统暂不可用, 请稍后再试 (" + error.getMessage() + ")");
        }
    }

    /** Normal insurance first, 310 before 390, then whatever comes. */
    private static Map<String, Object> pick(List<Map<String, Object>> rows) throws Reply.Declined {
        for (String wanted : new String[] {"310", "390", ""}) {
            for (Map<String, Object> row : rows) {
                boolean normal = row.get("psn_insu_stas") == null || "1".equals(row.get("psn_insu_stas").toString());
                if (normal && (wanted.isEmpty() || wanted.equals(row.get("insutype")))) return row;
            }
        }
        throw new Reply.Declined(422, "DECLINED", "没有正常参保的记录");
    }

    private static void register(Wire wire, Hospital hospital, Model.Order order, Model.Visit visit) throws Wire.Refused, Wire.Unknown {
        visit.iptOtpNo = hospital.number("MZ");
        visit.begntime = Envelope.beijingDashed(System.currentTimeMillis());
        Map<String, Object> output = wire.institution("2201", Json.of("data", Json.of("psn_no", visit.psnNo,
                "insutype", visit.insutype, "begntime", visit.begntime, "mdtrt_cert_type", "01", "mdtrt_cert_no", order.proof.number(),
                "ipt_otp_no", visit.iptOtpNo, "atddr_no", "D509999000001", "dr_name", "李医生", "dept_code", "0301",
                "dept_name", "呼吸内科", "caty", "A03.01")), visit.insuCode);
        Map<String, Object> data = Wire.child(output, "data");
        Object id = (data.isEmpty() ? output : data).get("mdtrt_id");
        if (!(id instanceof String text) || text.isEmpty()) throw new Wire.Unknown("2201 没有返回 mdtrt_id");
        visit.mdtrtId = text;
    }
}
