"""What the stand-in remembers: trades, refunds and notices in an SQLite file of its own."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_TABLES = """
CREATE TABLE IF NOT EXISTS trade (
    out_trade_no TEXT PRIMARY KEY, trade_no TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE, app_id TEXT NOT NULL,
    subject TEXT NOT NULL, amount TEXT NOT NULL, state TEXT NOT NULL, wap INTEGER NOT NULL,
    notify_url TEXT NOT NULL, return_url TEXT NOT NULL, refunded TEXT NOT NULL DEFAULT '0.00',
    created_at TEXT NOT NULL, expires_at TEXT, pays_at TEXT, paid_at TEXT, closed_at TEXT
);
CREATE TABLE IF NOT EXISTS refund (
    out_trade_no TEXT NOT NULL, out_request_no TEXT NOT NULL, amount TEXT NOT NULL, made_at TEXT NOT NULL,
    PRIMARY KEY (out_trade_no, out_request_no)
);
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY, out_trade_no TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
    sends INTEGER NOT NULL DEFAULT 0, due_at REAL, answer TEXT NOT NULL DEFAULT ''
);
"""


def now() -> str:
    """The time as Alipay writes it; such texts sort by time."""
    return f"{datetime.now(SHANGHAI):%Y-%m-%d %H:%M:%S}"


@dataclass
class TradeRow:
    """One trade as it stands in the file. Units: yuan as text with two places."""

    out_trade_no: str
    trade_no: str
    token: str
    app_id: str
    subject: str
    amount: str
    state: str
    wap: int
    notify_url: str
    return_url: str
    refunded: str
    created_at: str
    expires_at: str | None
    pays_at: str | None
    paid_at: str | None
    closed_at: str | None

    @property
    def is_paid(self) -> bool:
        return self.state in {"TRADE_SUCCESS", "TRADE_FINISHED"}


@dataclass(frozen=True)
class RefundRow:
    out_trade_no: str
    out_request_no: str
    amount: str
    made_at: str


@dataclass(frozen=True)
class NoticeRow:
    id: int
    out_trade_no: str
    url: str
    body: str
    sends: int
    due_at: float | None
    answer: str


class Store:
    """The file, one caller at a time: a stand-in has few guests."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(str(path), check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_TABLES)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Everything inside is written together, and nobody else comes between."""
        with self._lock, self._db:
            yield

    def trade(self, *, out_trade_no: str = "", trade_no: str = "", token: str = "") -> TradeRow | None:
        with self._lock:
            row = self._db.execute(
                "SELECT * FROM trade WHERE (out_trade_no = ? AND ? <> '') OR (trade_no = ? AND ? <> '') "
                "OR (token = ? AND ? <> '')",
                (out_trade_no, out_trade_no, trade_no, trade_no, token, token),
            ).fetchone()
        return TradeRow(**row) if row else None

    def add_trade(
        self,
        *,
        out_trade_no: str,
        app_id: str,
        subject: str,
        amount: str,
        wap: bool,
        notify_url: str,
        return_url: str,
        expires_at: str | None,
    ) -> TradeRow:
        trade_no = f"{datetime.now(SHANGHAI):%Y%m%d}22001{secrets.randbelow(10**15):015d}"
        with self.changing():
            self._db.execute(
                "INSERT INTO trade (out_trade_no, trade_no, token, app_id, subject, amount, state, wap, notify_url, "
                "return_url, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, 'WAIT_BUYER_PAY', ?, ?, ?, ?, ?)",
                (
                    out_trade_no,
                    trade_no,
                    secrets.token_urlsafe(18),
                    app_id,
                    subject,
                    amount,
                    int(wap),
                    notify_url,
                    return_url,
                    now(),
                    expires_at,
                ),
            )
        made = self.trade(out_trade_no=out_trade_no)
        assert made is not None  # noqa: S101  # written above, and nothing deletes
        return made

    def set_state(self, out_trade_no: str, state: str) -> None:
        column = "paid_at" if state == "TRADE_SUCCESS" else "closed_at"
        with self.changing():
            self._db.execute(
                f"UPDATE trade SET state = ?, pays_at = NULL, {column} = COALESCE({column}, ?) WHERE out_trade_no = ?",  # noqa: S608  # one of two names above
                (state, now(), out_trade_no),
            )

    def pay_later(self, out_trade_no: str, at: str) -> None:
        with self.changing():
            self._db.execute("UPDATE trade SET pays_at = ? WHERE out_trade_no = ?", (at, out_trade_no))

    def late_payers(self) -> list[TradeRow]:
        """Trades whose buyer said that the money comes later, and later is now."""
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM trade WHERE pays_at <= ? AND state = 'WAIT_BUYER_PAY'", (now(),)
            ).fetchall()
        return [TradeRow(**row) for row in rows]

    def refund(self, out_trade_no: str, out_request_no: str) -> RefundRow | None:
        with self._lock:
            row = self._db.execute(
                "SELECT * FROM refund WHERE out_trade_no = ? AND out_request_no = ?", (out_trade_no, out_request_no)
            ).fetchone()
        return RefundRow(**row) if row else None

    def add_refund(self, trade: TradeRow, out_request_no: str, amount: Decimal) -> Decimal:
        """Send so much back and say how much went back of the trade altogether."""
        total = Decimal(trade.refunded) + amount
        with self.changing():
            self._db.execute(
                "INSERT INTO refund VALUES (?, ?, ?, ?)", (trade.out_trade_no, out_request_no, f"{amount:.2f}", now())
            )
            self._db.execute(
                "UPDATE trade SET refunded = ? WHERE out_trade_no = ?", (f"{total:.2f}", trade.out_trade_no)
            )
            if total == Decimal(trade.amount):
                self.set_state(trade.out_trade_no, "TRADE_CLOSED")
        return total

    def moved_on(self, day: str) -> tuple[list[TradeRow], list[tuple[TradeRow, RefundRow]]]:
        """What was paid, and what went back, on this day (``YYYY-MM-DD``)."""
        with self._lock:
            paid = self._db.execute("SELECT * FROM trade WHERE paid_at LIKE ? ORDER BY paid_at", (f"{day}%",))
            trades = [TradeRow(**row) for row in paid.fetchall()]
            back = self._db.execute("SELECT * FROM refund WHERE made_at LIKE ? ORDER BY made_at", (f"{day}%",))
            refunds = [RefundRow(**row) for row in back.fetchall()]
        found = [(self.trade(out_trade_no=refund.out_trade_no), refund) for refund in refunds]
        return trades, [(trade, refund) for trade, refund in found if trade is not None]

    def add_notice(self, out_trade_no: str, url: str, body: str, *, due_at: float) -> int:
        with self.changing():
            return int(
                self._db.execute(
                    "INSERT INTO notice (out_trade_no, url, body, due_at) VALUES (?, ?, ?, ?)",
                    (out_trade_no, url, body, due_at),
                ).lastrowid
                or 0
            )

    def due_notices(self, moment: float) -> list[NoticeRow]:
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM notice WHERE due_at <= ? ORDER BY id LIMIT 100", (moment,)
            ).fetchall()
        return [NoticeRow(**row) for row in rows]

    def notices_of(self, out_trade_no: str) -> list[NoticeRow]:
        with self._lock:
            rows = self._db.execute("SELECT * FROM notice WHERE out_trade_no = ? ORDER BY id", (out_trade_no,))
            return [NoticeRow(**row) for row in rows.fetchall()]

    def note_send(self, notice_id: int, *, answer: str, due_at: float | None) -> None:
        with self.changing():
            self._db.execute(
                "UPDATE notice SET sends = sends + 1, answer = ?, due_at = ? WHERE id = ?",
                (answer[:200], due_at, notice_id),
            )
