"""Local HTTP servers that speak as QQ, Weibo and WeChat do, bad moods included."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

CLIENT = {"client_id": "101000001", "client_secret": "the-app-key", "redirect_uri": "http://shop.example/back"}


@dataclass
class Platform:
    """What the server knows and how it behaves; tests change it while it runs."""

    #: code → openid; a code is used once.
    codes: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    #: "json", or "text" as QQ answered before ``fmt`` was there (and still does where it forgets).
    form: str = "json"
    #: "", "down" (503), "hang", "drip", "garbage", "redirect", "looks_down" (only nickname and picture fail),
    #: "other_app" (the token belongs to another app), "no_openid", "huge"
    mood: str = ""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    #: Where the person's picture is said to be.
    picture: str = ""


class _Handler(BaseHTTPRequestHandler):
    platform: ClassVar[Platform]

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._serve(dict(parse_qsl(self.rfile.read(length).decode())))

    def _serve(self, sent: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        self.platform.requests.append((path, sent))
        try:
            if not self._misbehave():
                self.answer(path, sent)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _misbehave(self) -> bool:
        mood = self.platform.mood
        if mood == "down":
            self._send(503, "busy")
        elif mood == "hang":
            time.sleep(2)
        elif mood == "drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(40):
                self.wfile.write(b" ")
                time.sleep(0.05)
        elif mood == "garbage":
            self._send(200, "<html>维护中</html>")
        elif mood == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/")
            self.end_headers()
        elif mood == "huge":
            self._send(200, '{"access_token": "' + "x" * 200_000 + '"}')
        else:
            return False
        return True

    def _send(self, status: int, body: str, kind: str = "text/html") -> None:
        raw = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def answer(self, path: str, sent: dict[str, str]) -> None:
        raise NotImplementedError

    def _token_for(self, code: str) -> str | None:
        openid = self.platform.codes.pop(code, None)
        if openid is None:
            return None
        token = f"TOKEN{len(self.platform.tokens)}"
        self.platform.tokens[token] = openid
        return token


class QQHandler(_Handler):
    """graph.qq.com: errors with status 200; JSONP and query strings unless ``fmt=json``."""

    def answer(self, path: str, sent: dict[str, str]) -> None:
        if path == "/oauth2.0/token":
            self._token(sent)
        elif path == "/oauth2.0/me":
            self._me(sent)
        elif path == "/user/get_user_info":
            self._looks(sent)
        else:
            self._send(404, "no")

    def _say(self, said: dict[str, Any], *, query: bool = False) -> None:
        if self.platform.form == "json":
            self._send(200, json.dumps(said), "application/json")
        elif query and "error" not in said:
            self._send(200, urlencode(said))
        else:
            self._send(200, f"callback( {json.dumps(said)} );\n")

    def _token(self, sent: dict[str, str]) -> None:
        if sent.get("client_secret") != CLIENT["client_secret"]:
            return self._say({"error": 100009, "error_description": "client secret is illegal"})
        token = self._token_for(sent.get("code", ""))
        if token is None:
            return self._say({"error": 100020, "error_description": "code is reused error"})
        return self._say({"access_token": token, "expires_in": 7776000, "refresh_token": "R"}, query=True)

    def _me(self, sent: dict[str, str]) -> None:
        openid = self.platform.tokens.get(sent.get("access_token", ""))
        if openid is None:
            return self._say({"error": 100016, "error_description": "access token check failed"})
        said = {"client_id": CLIENT["client_id"], "openid": openid}
        if sent.get("unionid") == "1":
            said["unionid"] = f"UID_{openid}"
        if self.platform.mood == "other_app":
            said["client_id"] = "999"
        if self.platform.mood == "no_openid":
            del said["openid"]
        return self._say(said)

    def _looks(self, sent: dict[str, str]) -> None:
        if self.platform.mood == "looks_down":
            return self._send(502, "")
        if sent.get("oauth_consumer_key") != CLIENT["client_id"]:
            return self._send(200, json.dumps({"ret": -1, "msg": "client request's parameters are invalid"}))
        picture = self.platform.picture or "http://q.qlogo.cn/x/100"
        return self._send(200, json.dumps({"ret": 0, "msg": "", "nickname": "小美", "figureurl_qq_2": picture}))


class WeiboHandler(_Handler):
    """api.weibo.com: errors with status 400."""

    def answer(self, path: str, sent: dict[str, str]) -> None:
        if path == "/oauth2/access_token":
            if self.command != "POST":
                return self._send(400, json.dumps({"error": "HTTP METHOD is not suported", "error_code": 10021}))
            if sent.get("client_secret") != CLIENT["client_secret"]:
                return self._send(400, json.dumps({"error": "invalid_client", "error_code": 21324}))
            token = self._token_for(sent.get("code", ""))
            if token is None:
                return self._send(400, json.dumps({"error": "invalid_grant", "error_code": 21325}))
            said = {"access_token": token, "expires_in": 157679999, "uid": self.platform.tokens[token]}
            if self.platform.mood == "no_openid":
                del said["uid"]
            return self._send(200, json.dumps(said), "application/json")
        if self.platform.mood == "looks_down":
            return self._send(502, "")
        picture = self.platform.picture or "https://tva1.sinaimg.cn/x.jpg"
        return self._send(200, json.dumps({"screen_name": "小美", "avatar_large": picture}))


class WeChatHandler(_Handler):
    """api.weixin.qq.com: errors with status 200 and ``errcode``; texts in UTF-8 under text/plain."""

    def answer(self, path: str, sent: dict[str, str]) -> None:
        if path == "/sns/oauth2/access_token":
            if sent.get("secret") != CLIENT["client_secret"]:
                return self._send(200, json.dumps({"errcode": 40125, "errmsg": "invalid appsecret"}))
            token = self._token_for(sent.get("code", ""))
            if token is None:
                return self._send(200, json.dumps({"errcode": 40163, "errmsg": "code been used"}))
            said = {"access_token": token, "openid": self.platform.tokens[token], "scope": "snsapi_login"}
            if self.platform.mood == "no_openid":
                del said["openid"]
            return self._send(200, json.dumps(said), "text/plain")
        if self.platform.mood == "looks_down":
            return self._send(502, "")
        openid = sent.get("openid", "")
        return self._send(
            200,
            json.dumps(
                {
                    "openid": openid,
                    "nickname": "小美",
                    "headimgurl": self.platform.picture or "https://w.qlogo.cn/x",
                    "unionid": f"UID_{openid}",
                },
                ensure_ascii=False,
            ),
            "text/plain",
        )


HANDLERS: dict[str, type[_Handler]] = {"qq": QQHandler, "weibo": WeiboHandler, "wechat": WeChatHandler}


@contextmanager
def running(name: str) -> Iterator[Platform]:
    """A server of this platform on a free port of this machine, for as long as the block lasts."""
    platform = Platform()
    handler = type(f"Running{name}", (HANDLERS[name],), {"platform": platform})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
