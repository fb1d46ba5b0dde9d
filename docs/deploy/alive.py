"""Exit 0 if the web process of this host answers /livez; what a container's health check runs."""

import http.client
import os
import sys


def main() -> int:
    # Django refuses names that are not the shop's, 127.0.0.1 too.
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().removeprefix(".") or "localhost"
    # The door for probes is open even while every thread of the shop waits for an engine that hangs.
    port = os.environ.get("PROBES_ADDRESS", "").rpartition(":")[2] or os.environ.get("PORT") or 8000
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=3)
    try:
        connection.request("GET", "/livez", headers={"Host": host})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
