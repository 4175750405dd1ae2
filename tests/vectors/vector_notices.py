"""The set `notice_answers`: what an institution may answer to a 6302, and whether the notice counts as delivered."""

from __future__ import annotations

import base64
from typing import Any

from vector_shape import Group, note, vector_set

RULE = "contracts 10, 6302 accepted: assumed"
JSON = (("Content-Type", "application/json; charset=utf-8"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
PLAIN = (("Content-Type", "text/plain"),)

NOTES = {
    "Acknowledged": note("BASIC", "2xx, 内容不是明确的失败", "2xx whose content is no explicit failure", "不停地重发", "it is sent again and again", RULE),
    "NoBody": note("DIALECT", "2xx 没有内容, 或内容不是 JSON 对象", "2xx without content, or with content that is no JSON object", "不停地重发", "it is sent again and again", RULE),
    "CodeForms": note("DIALECT", "code 为 0 或 \"0\", 数和文本都算", "code 0 or \"0\", as number or text", "成功当作失败, 不停地重发", "success taken for failure, sent again and again", "centre sheet 2.2; " + RULE),
    "Relayed": note("DIALECT", "中继把原来的答复包在里面", "a relay wrapped the answer", "失败被包成了成功", "a failure wrapped as a success", RULE),
    "ExplicitFailure": note("MISSING_STEP", "success 为 false 或 \"false\", 或 code 不为 0", "success false or \"false\", or a code other than 0", "医院没有入账, 平台以为已通知", "the hospital did not book and the platform believes it did", RULE),
    "HttpStatus": note("MISSING_STEP", "状态不是 2xx, 无论内容怎么说", "a status other than 2xx, whatever the content says", "同上", "the same", RULE),
    "Redirect": note("MISSING_STEP", "重定向: 通知没有送到", "a redirect: the notice did not arrive", "通知丢失", "the notice is lost", RULE),
    "Html": note("MISSING_STEP", "网关的 HTML 登录页或错误页, 状态 200", "an HTML login or error page of a gateway, with status 200", "通知从未到达医院, 平台以为已通知", "the notice never reached the hospital and the platform believes it did", "centre sheet 22"),
}  # fmt: skip


def make() -> dict[str, Any]:
    made = Group("NoticeAnswer", {"interface": "6302"})

    def add(result: str, comment: str, flag: str, status: int, body: str = "", headers: Any = JSON, encoding: str | None = None) -> None:  # fmt: skip
        made.add(result, comment, flag, status=status, headers=[list(one) for one in headers], body=body, encoding=encoding)  # fmt: skip

    for body in (
        '{"success":true}', '{"success":true,"message":"成功"}', '{"success":"true"}', '{"code":0,"success":true}', '{"message":"ok"}',
        '{}', '{"success":true,"newMember":{"a":[1]}}', '{"code":0,"message":"失败"}', '{"success":null}', '{"success":"TRUE","code":"0"}',
    ):  # fmt: skip
        add("valid", f"200 {body}", "Acknowledged", 200, body)
    for status in (201, 202, 203, 206, 299):
        add("valid", f"{status} with success", "Acknowledged", status, '{"success":true}')
    for body in ('{"code":0}', '{"code":"0"}', '{"code":" 0 "}', '{"code":null}', '{"code":""}'):
        add("valid", f"200 {body}", "CodeForms", 200, body)
    add("valid", "200 without content", "NoBody", 200)
    add("valid", "204 without content", "NoBody", 204, headers=())
    add("valid", "200 and a word", "NoBody", 200, "success", PLAIN)
    add("valid", "200 and OK, no content type", "NoBody", 200, "OK", ())
    for body in ("[]", "null", "true", '"ok"', "0"):
        add("valid", f"200 {body}", "NoBody", 200, body)
    add("valid", "a relay around a success", "Relayed", 200, '{"data":{"success":true}}')
    for body in (
        '{"success":false}', '{"success":"false"}', '{"success":"False"}', '{"success":"FALSE"}', '{"success":false,"code":0}', '{"success":false,"message":"成功"}',
        '{"code":1}', '{"code":"1"}', '{"code":-1}', '{"code":"-1"}', '{"code":500}', '{"code":"500","success":true}', '{"code":"0001","success":true}', '{"code":"ORDER_NOT_FOUND"}',
        '{"code":true}', '{"code":false}', '{"code":"成功"}', '{"code":1,"success":true}', '{"code":200}',
    ):  # fmt: skip
        add("invalid", f"200 {body}", "ExplicitFailure", 200, body)
    add("invalid", "200 with a byte-order-marked failure", "ExplicitFailure", 200, base64.b64encode(b'\xef\xbb\xbf{"success":false}').decode(), encoding="base64")  # fmt: skip
    add("invalid", "200 failure, plain text type", "ExplicitFailure", 200, '{"success":false}', PLAIN)
    add("invalid", "200 failure, blanks around it", "ExplicitFailure", 200, ' \n{"success":false}\n')
    add("invalid", "a relay around a failure", "Relayed", 200, '{"data":{"success":false}}')
    add("invalid", "a relay around the text of a failure", "Relayed", 200, '{"output":"{\\"code\\":1}"}')
    add("invalid", "two relays around a failure", "Relayed", 200, '{"result":{"data":{"success":"false"}}}')
    add("invalid", "a text of the JSON of a failure", "Relayed", 200, '"{\\"success\\":false}"')
    for status in (400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 501, 502, 503, 504):
        add("invalid", f"{status} with success", "HttpStatus", status, '{"success":true}')
    add("invalid", "500 without content", "HttpStatus", 500, headers=())
    add("invalid", "199 with success", "HttpStatus", 199, '{"success":true}')
    for status in (300, 301, 302, 303, 304, 307, 308):
        add(
            "invalid",
            f"{status} with success",
            "Redirect",
            status,
            '{"success":true}',
            (*JSON, ("Location", "/login")),
        )
    add("invalid", "302 to a login page", "Redirect", 302, "", (("Location", "/login"),))
    add("valid", "200 with success, HTML content type", "NoBody", 200, '{"success":true}', HTML)
    add("valid", "200 and a word, HTML content type", "NoBody", 200, "success", HTML)
    page = "<!DOCTYPE html><html><head><title>统一登录</title></head><body>请登录</body></html>"
    add("invalid", "200 with a login page", "Html", 200, page, HTML)
    add("invalid", "200 with a login page, no content type", "Html", 200, page, ())
    add("invalid", "200 with a login page, JSON content type", "Html", 200, page)
    add(
        "invalid",
        "200 with a page of lower-case doctype",
        "Html",
        200,
        page.replace("DOCTYPE", "doctype"),
        HTML,
    )
    add(
        "invalid",
        "200 with a page without doctype",
        "Html",
        200,
        "<html><body>504 Gateway</body></html>",
        HTML,
    )
    add("invalid", "200 with a page in capitals", "Html", 200, "<HTML><BODY>Bad Gateway</BODY></HTML>", HTML)
    add("invalid", "200 with a page after blanks", "Html", 200, "\r\n\r\n" + page, HTML)
    add("invalid", "200 with a page after a byte order mark", "Html", 200, base64.b64encode(b"\xef\xbb\xbf" + page.encode()).decode(), HTML, "base64")  # fmt: skip
    add("invalid", "200 with a page in GBK", "Html", 200, base64.b64encode(page.encode("gbk")).decode(), (("Content-Type", "text/html; charset=gbk"),), "base64")  # fmt: skip
    add("invalid", "200 with a page after a comment", "Html", 200, "<!-- gateway -->" + page, HTML)
    add(
        "invalid",
        "200 with a script that redirects",
        "Html",
        200,
        "<script>location.href='/login'</script>",
        HTML,
    )
    add("invalid", "200 with XHTML", "Html", 200, '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', (("Content-Type", "application/xhtml+xml"),))  # fmt: skip
    return vector_set(
        "6302 acknowledgement", "6302 的答复", "Answers to a 6302",
        ("Does this HTTP answer acknowledge the notice? `body` is UTF-8 text, or base64 where `encoding` says so. `valid`: it counts as delivered; `invalid`: it is sent again.",),
        NOTES, (made,),
    )  # fmt: skip
