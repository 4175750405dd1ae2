"""`GET /v3/certificates`: the platform certificate, sealed under the merchant's APIv3 key (payment-channels 1d).

The certificate and the keys are the transport's: what is answered here is only that the merchant may have it.
"""

from __future__ import annotations

from simulator.channels.wechat.offered import called
from simulator.channels.wechat.transport import CERTIFICATES
from simulator.protocol.model.interface import Request
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Reply
from simulator.protocol.text.said import Said


def whole(shards: tuple[Shard, ...], request: Request, ctx: Context) -> Reply:  # noqa: ARG001
    """Every merchant may ask; `data[{serial_no, effective_time, expire_time, encrypt_certificate}]`."""
    return Reply("0", Said("成功"), {})


WX_CERTIFICATES = called(
    CERTIFICATES, Said("下载平台证书"), "GET", ("/v3/certificates",), "payment-channels 1d (H)", whole=whole
)
