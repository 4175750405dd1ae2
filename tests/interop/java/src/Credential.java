import java.util.Map;

/** What a person shows: an authCode to be exchanged by userQuery, a payAuthNo that is known already, or a code shown on site. */
record Credential(String authCode, String payAuthNo, String ecCode, String openid, boolean insuranceApp) {
    /** What proves the patient to the centre: one of the two is empty. */
    record Proof(String payAuthNo, String ecToken) {
        String number() {
            return payAuthNo.isEmpty() ? ecToken : payAuthNo;
        }
    }

    /** Exactly one of auth_code, pay_auth_no, ec_code, face_token. */
    static Credential of(Call call) throws Reply.Declined {
        int given = 0;
        for (String name : new String[] {"auth_code", "pay_auth_no", "ec_code", "face_token"}) if (call.text(name) != null) given++;
        if (given == 0) throw new Reply.Declined(422, "IDENTITY_REQUIRED", "请先完成医保身份核验");
        if (given > 1) throw new Reply.Declined(422, "CREDENTIAL", "身份凭据只能给一个");
        if (call.text("face_token") != null) throw new Reply.Declined(422, "CREDENTIAL", "本院未开通刷脸支付");
        return new Credential(call.text("auth_code"), call.text("pay_auth_no"), call.text("ec_code"), call.openid(),
                !"wechat".equals(call.text("channel")));
    }

    /** The proof, of the patient's own card; a family authorisation or someone else's is declined. */
    Proof prove(Wire wire, Model.Patient patient) throws Reply.Declined {
        if (payAuthNo != null) return new Proof(payAuthNo, "");
        try {
            return ecCode == null ? authorised(wire, patient) : shown(wire, patient);
        } catch (Wire.Refused error) {
            throw new Reply.Declined(409, "CREDENTIAL", "医保授权无效: " + error.getMessage());
        } catch (Wire.Unknown error) {
            throw new Reply.Declined(409, "OTHER", "医保授权服务暂不可用, 请稍后再试");
        }
    }

    private Proof shown(Wire wire, Model.Patient patient) throws Wire.Refused, Wire.Unknown, Reply.Declined {
        Map<String, Object> answer = wire.decode(ecCode);
        String token = text(answer, "ecToken");
        if (token.isEmpty()) throw new Reply.Declined(409, "CREDENTIAL", "扫码应答没有令牌");
        mine(text(Wire.child(answer, "baseinfo"), "certno"), patient);
        return new Proof("", token);
    }

    private Proof authorised(Wire wire, Model.Patient patient) throws Wire.Refused, Wire.Unknown, Reply.Declined {
        Map<String, Object> answer = wire.userQuery(authCode, openid, insuranceApp);
        String own = text(answer, "pay_auth_no");
        String family = text(answer, "family_pay_auth_no");
        if (!own.isEmpty() && !family.isEmpty()) throw new Reply.Declined(409, "CREDENTIAL", "授权应答同时给出本人与亲情授权");
        if (!family.isEmpty()) throw new Reply.Declined(422, "FAMILY_NOT_OFFERED", "本院未开通亲情支付, 请使用本人医保");
        if (own.isEmpty()) throw new Reply.Declined(409, "CREDENTIAL", "授权应答没有支付授权码");
        mine(text(answer, "user_card_no"), patient);
        return new Proof(own, "");
    }

    private static void mine(String holder, Model.Patient patient) throws Reply.Declined {
        if (!holder.isEmpty() && !holder.equalsIgnoreCase(patient.idNo())) {
            throw new Reply.Declined(422, "NOT_OWNER", "授权人不是就诊人本人");
        }
    }

    private static String text(Map<String, Object> answer, String name) {
        return answer.get(name) instanceof String text ? text : "";
    }
}
