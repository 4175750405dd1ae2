import java.util.Map;

/** What a person proves themselves with: an authCode to be exchanged by userQuery, or a payAuthNo that is known already. */
record Credential(String authCode, String payAuthNo, String openid, boolean insuranceApp) {
    /** Exactly one of auth_code, pay_auth_no, ec_code, face_token. */
    static Credential of(Call call) throws Reply.Declined {
        int given = 0;
        for (String name : new String[] {"auth_code", "pay_auth_no", "ec_code", "face_token"}) if (call.text(name) != null) given++;
        if (given == 0) throw new Reply.Declined(422, "IDENTITY_REQUIRED", "请先完成医保身份核验");
        if (given > 1) throw new Reply.Declined(422, "CREDENTIAL", "身份凭据只能给一个");
        if (call.text("ec_code") != null || call.text("face_token") != null) {
            throw new Reply.Declined(422, "CREDENTIAL", "本院移动端只支持线上授权");
        }
        return new Credential(call.text("auth_code"), call.text("pay_auth_no"), call.openid(), !"wechat".equals(call.text("channel")));
    }

    /** The payAuthNo, of the patient's own card; a family authorisation or someone else's is declined. */
    String payAuthNo(Wire wire, Model.Patient patient) throws Reply.Declined {
        if (payAuthNo != null) return payAuthNo;
        Map<String, Object> answer;
        try {
            answer = wire.userQuery(authCode, openid, insuranceApp);
        } catch (Wire.Refused error) {
            throw new Reply.Declined(409, "CREDENTIAL", "医保授权无效: " + error.getMessage());
        } catch (Wire.Unknown error) {
            throw new Reply.Declined(409, "OTHER", "医保授权服务暂不可用, 请稍后再试");
        }
        String own = text(answer, "pay_auth_no");
        String family = text(answer, "family_pay_auth_no");
        if (!own.isEmpty() && !family.isEmpty()) throw new Reply.Declined(409, "CREDENTIAL", "授权应答同时给出本人与亲情授权");
        if (!family.isEmpty()) throw new Reply.Declined(422, "FAMILY_NOT_OFFERED", "本院未开通亲情支付, 请使用本人医保");
        if (own.isEmpty()) throw new Reply.Declined(409, "CREDENTIAL", "授权应答没有支付授权码");
        String holder = text(answer, "user_card_no");
        if (!holder.isEmpty() && !holder.equalsIgnoreCase(patient.idNo())) {
            throw new Reply.Declined(422, "NOT_OWNER", "授权人不是就诊人本人");
        }
        return own;
    }

    private static String text(Map<String, Object> answer, String name) {
        return answer.get(name) instanceof String text ? text : "";
    }
}
