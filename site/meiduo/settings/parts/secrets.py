"""Keys: from the environment, else made once for this copy and kept in var/."""

import json
import os
import secrets

from meiduo.env import env


def _of_this_copy() -> dict[str, str]:
    """The embedded size's own keys, random per copy and stable over restarts."""
    path = env().var_dir / "secrets.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {"SECRET_KEY": secrets.token_urlsafe(50), "JWT_SECRET_KEY": secrets.token_urlsafe(50)}
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            # Two processes may start at once; the first one's keys stand for both.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


_needed = not (env().secret_key and env().jwt_secret_key)
_embedded = _of_this_copy() if _needed else {}

SECRET_KEY = env().secret_key or _embedded["SECRET_KEY"]
JWT_SECRET_KEY = env().jwt_secret_key or _embedded["JWT_SECRET_KEY"]
