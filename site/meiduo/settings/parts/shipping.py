"""Carriers, and who tells where a parcel is."""

from typing import Any

from meiduo.env import env

#: The carriers that parcels are sent with, by the code that a parcel keeps; Kuaidi100's names are beside.
CARRIERS: dict[str, str] = {
    "SF": "顺丰速运",
    "YTO": "圆通速递",
    "ZTO": "中通快递",
    "STO": "申通快递",
    "YUNDA": "韵达快递",
    "EMS": "EMS",
    "POST": "中国邮政",
    "JD": "京东物流",
    "JT": "极兔速递",
    "DEPPON": "德邦快递",
    "CAINIAO": "菜鸟速递",
    "FW": "丰网速运",
    "ANE": "安能物流",
    "OTHER": "其他承运商",
}

#: Who is asked where a parcel is; empty: nobody, and the buyer sees carrier and waybill alone.
TRACKING = env().tracking or ("kuaidi100" if env().kuaidi100_key else "fake")

TRACKING_PROVIDERS: dict[str, dict[str, Any]] = {
    "fake": {"class": "shop.shipping.tracking.providers.fake.FakeTracking", "options": {}},
    "kuaidi100": {
        "class": "shop.shipping.tracking.providers.kuaidi100.Kuaidi100",
        "options": {
            "url": env().kuaidi100_url,
            "customer": env().kuaidi100_customer,
            "key": env().kuaidi100_key,
            "names": {
                "SF": "shunfeng",
                "YTO": "yuantong",
                "ZTO": "zhongtong",
                "STO": "shentong",
                "YUNDA": "yunda",
                "EMS": "ems",
                "POST": "youzhengguonei",
                "JD": "jd",
                "JT": "jtexpress",
                "DEPPON": "debangkuaidi",
                "CAINIAO": "danniao",
                "FW": "fengwang",
                "ANE": "annengwuliu",
            },
        },
    },
}
#: Seconds that an answer is kept, and that a failure is: a page that is looked at often asks rarely.
TRACKING_KEPT = {"found": 1800, "failed": 120}
