"""The pay page: what the buyer sees at the stand-in, and a button for everything that can happen."""

from html import escape

from shop.payments.gateways.fake.notices import fields_of
from shop.payments.gateways.fake.store import NoticeRow, TradeRow

#: Button → (its text, what it does, its class).
ACTIONS = {
    "pay": ("支付成功", "扣款，通知商城，然后回到商城", "main"),
    "close": ("支付失败 / 关闭交易", "不扣款，交易关闭", "plain"),
    "late": ("稍后付款", "订单超时关闭以后钱才到账，商城应自动退款", "plain"),
    "twice": ("支付成功，通知发两次", "商城只应入账一次", "plain"),
    "lost": ("支付成功，通知丢失", "商城应在几分钟内自己查到", "plain"),
    "forge": ("发送伪造通知", "签名不对，不扣款；商城必须拒绝", "risky"),
    "amount": ("发送金额不符的通知", "少一分钱，不扣款；商城必须拒绝", "risky"),
}

_STATES = {
    "WAIT_BUYER_PAY": "等待付款",
    "TRADE_SUCCESS": "已支付",
    "TRADE_FINISHED": "已完结",
    "TRADE_CLOSED": "已关闭",
}

_STYLE = """
:root{--blue:#1677ff;--ink:#1f2329;--grey:#8a9099;--line:#eceef1}
*{box-sizing:border-box}
body{margin:0;background:#f4f6f9;color:var(--ink);
 font:16px/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei",sans-serif}
header{background:var(--blue);color:#fff;padding:14px 24px;display:flex;align-items:baseline;gap:12px}
header b{font-size:20px}header span{opacity:.85;font-size:13px}
main{max-width:720px;margin:28px auto;padding:0 16px}
section{background:#fff;border-radius:12px;box-shadow:0 1px 3px rgba(0,0,0,.06);padding:24px;margin-bottom:16px}
h1{font-size:17px;margin:0 0 4px;font-weight:500;overflow-wrap:anywhere}
.sum{font-size:36px;font-weight:600;color:#ff6a00;margin:8px 0 4px}.sum small{font-size:20px;margin-right:2px}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:12px 0 0;color:var(--grey);font-size:14px}
dt,dd{margin:0}dd{color:var(--ink);overflow-wrap:anywhere}
form{display:grid;grid-template-columns:1fr 1fr;gap:12px}
button{font:inherit;text-align:left;border:1px solid var(--line);background:#fff;border-radius:10px;
 padding:12px 14px;cursor:pointer;color:inherit}
button:hover,button:focus-visible{border-color:var(--blue);outline:none;box-shadow:0 0 0 3px rgba(22,119,255,.15)}
button small{display:block;color:var(--grey);font-size:13px;line-height:1.4}
.main{grid-column:1/-1;background:var(--blue);border-color:var(--blue);color:#fff;text-align:center;font-size:18px}
.main small{color:rgba(255,255,255,.85)}.risky{border-style:dashed}
.note{background:#fff7e6;border:1px solid #ffe1a8;border-radius:10px;padding:12px 16px;margin-bottom:16px}
table{width:100%;border-collapse:collapse;font-size:14px}td,th{padding:6px 8px;border-bottom:1px solid var(--line);
 text-align:left;font-weight:400}th{color:var(--grey)}
a{color:var(--blue)}@media(max-width:560px){form{grid-template-columns:1fr}}
"""


def page(body: str, *, title: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        "<header><b>模拟收银台</b><span>仿支付宝的测试服务，不会产生真实扣款</span></header>"
        f"<main>{body}</main></body></html>"
    )


def pay_page(trade: TradeRow, *, notices: list[NoticeRow], back: str, said: str = "") -> str:
    """What is to pay, the buttons, and what became of the notices so far."""
    waiting = trade.state == "WAIT_BUYER_PAY"
    note = f'<p class="note" role="status">{escape(said)}</p>' if said else ""
    closes = f"<dt>付款截止</dt><dd>{escape(trade.expires_at)}</dd>" if trade.expires_at else ""
    late = f"<dt>预约到账</dt><dd>{escape(trade.pays_at)}</dd>" if trade.pays_at else ""
    facts = (
        f"<section><h1>{escape(trade.subject)}</h1>"
        f'<div class="sum"><small>¥</small>{escape(trade.amount)}</div><dl>'
        f"<dt>商户单号</dt><dd>{escape(trade.out_trade_no)}</dd>"
        f"<dt>交易号</dt><dd>{escape(trade.trade_no)}</dd>"
        f"<dt>交易状态</dt><dd>{_STATES.get(trade.state, trade.state)}</dd>{closes}{late}"
        f"<dt>已退款</dt><dd>¥{escape(trade.refunded)}</dd></dl></section>"
    )
    buttons = "".join(
        f'<button name="do" value="{name}" class="{kind}">{text}<small>{what}</small></button>'
        for name, (text, what, kind) in ACTIONS.items()
        if waiting or name == "forge"
    )
    form = f'<section><form method="post" action="/pay/{escape(trade.token)}/">{buttons}</form></section>'
    return page(note + facts + form + _notices(notices) + _back(back), title="收银台")


def _notices(notices: list[NoticeRow]) -> str:
    if not notices:
        return ""
    rows = "".join(
        f"<tr><td>{escape(fields_of(notice).get('trade_status', ''))}</td>"
        f"<td>¥{escape(fields_of(notice).get('total_amount', ''))}</td>"
        f"<td>{notice.sends} 次</td><td>{escape(notice.answer) or '尚未送达'}</td></tr>"
        for notice in notices
    )
    head = "<tr><th>通知</th><th>金额</th><th>已发送</th><th>商城最近的回答</th></tr>"
    return f"<section><table>{head}{rows}</table></section>"


def _back(back: str) -> str:
    return f'<p><a href="{escape(back)}">返回商城</a></p>' if back else ""


def refusal_page(said: str) -> str:
    """Why there is nothing to pay here."""
    body = f"<section><h1>无法付款</h1><p>{escape(said)}</p><p>请回到商城重新发起支付。</p></section>"
    return page(body, title="无法付款")


def front_page() -> str:
    """What this service is, for somebody who opens its address."""
    return page(
        "<section><h1>这里是模拟收银台</h1><p>在商城下单并选择支付宝付款，就会来到这里。"
        "网关地址是 <code>/gateway.do</code>；"
        "<code>/bill.csv?date=YYYY-MM-DD</code> 是当天的业务明细账单（GBK）。</p></section>",
        title="模拟收银台",
    )
