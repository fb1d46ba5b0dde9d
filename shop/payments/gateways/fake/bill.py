"""The daily bill as merchants download it: CSV in GBK, with # lines around it and a tab behind every number."""

import csv
import io

from shop.payments.gateways.fake.keys import SELLER_ID
from shop.payments.gateways.fake.store import RefundRow, Store, TradeRow

COLUMNS = [
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    "商品名称",
    "创建时间",
    "完成时间",
    "门店编号",
    "门店名称",
    "操作员",
    "终端号",
    "对方账户",
    "订单金额（元）",
    "商家实收（元）",
    "支付宝红包（元）",
    "集分宝（元）",
    "支付宝优惠（元）",
    "商家优惠（元）",
    "券核销金额（元）",
    "券名称",
    "商家红包消费金额（元）",
    "卡消费金额（元）",
    "退款批次号/请求号",
    "服务费（元）",
    "分润（元）",
    "备注",
]


def daily_bill(store: Store, day: str) -> bytes:
    """Everything that moved on this day (``YYYY-MM-DD``)."""
    trades, refunds = store.moved_on(day)
    text = io.StringIO()
    year, month, date = day.split("-")
    began = f"{year}年{month}月{date}日 00:00:00"
    text.write("#支付宝业务明细查询\r\n")
    text.write(f"#账号：[{SELLER_ID}0156]\r\n")
    text.write(f"#起始日期：[{began}]   终止日期：[{year}年{month}月{date}日 24:00:00]\r\n")
    text.write("#-----------------------------------------业务明细列表----------------------------------------\r\n")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for trade in trades:
        rows.writerow(_row(trade, "交易", trade.amount, trade.created_at, trade.paid_at or ""))
    for trade, refund in refunds:
        rows.writerow(_row(trade, "退款", f"-{refund.amount}", refund.made_at, refund.made_at, refund))
    text.write("#-----------------------------------------业务明细列表结束------------------------------------\r\n")
    text.write(f"#交易合计：{len(trades)}笔，退款合计：{len(refunds)}笔\r\n")
    return text.getvalue().encode("gbk", "replace")


def _row(trade: TradeRow, kind: str, amount: str, began: str, ended: str, refund: RefundRow | None = None) -> list[str]:
    values = dict.fromkeys(COLUMNS, "")
    values |= dict.fromkeys([name for name in COLUMNS if name.endswith("（元）")], "0.00")
    values |= {
        "支付宝交易号": f"{trade.trade_no}\t",
        "商户订单号": f"{trade.out_trade_no}\t",
        "业务类型": kind,
        "商品名称": trade.subject,
        "创建时间": began,
        "完成时间": ended,
        "对方账户": "mei***@example.com",
        "订单金额（元）": amount,
        "商家实收（元）": amount,
        "退款批次号/请求号": f"{refund.out_request_no}\t" if refund else "",
    }
    return list(values.values())
