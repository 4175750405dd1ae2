"""微信支付 APIv3: the wallet of a person and its orders, in the form that WeChat's own client libraries speak."""

from __future__ import annotations

from simulator.channels.wechat.certificates import WX_CERTIFICATES
from simulator.channels.wechat.transport import WECHAT
from simulator.protocol.model.role import Role

ROLE = Role("wechat", interfaces=(WX_CERTIFICATES,), transports=(WECHAT,))
