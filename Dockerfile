# One image for every process; which one it becomes is said by the command: web, worker, worker_extra, release.
# Both base images can be replaced by copies of them: --build-arg PYTHON_IMAGE=… --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=node:22-slim
# The official images are built with profile-guided optimisation; distributions' own Pythons often are not.
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${NODE_IMAGE} AS storefront
# A mirror of npm, by npm's own variable; empty: npm's default.
ARG NPM_CONFIG_REGISTRY
WORKDIR /app/site/storefront
COPY site/storefront/package.json site/storefront/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY site/storefront ./
RUN npm run build -- --outDir dist --emptyOutDir

FROM ${PYTHON_IMAGE} AS packages
# Mirrors, by pip's and uv's own variables; empty: their defaults.
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
ENV UV_PYTHON_DOWNLOADS=never
ARG UV_VERSION=0.13.9
RUN pip install --no-cache-dir "uv==${UV_VERSION}"
WORKDIR /app
COPY pyproject.toml uv.lock ./
# The lock holds addresses of files beside their hashes, and `uv sync` would fetch from those. Exported, the hashes
# stay and a mirror works.
RUN uv export --frozen --no-dev --no-emit-project --no-header -o /tmp/locked.txt \
    && uv venv /app/.venv \
    && uv pip install --python /app/.venv/bin/python --no-cache --compile-bytecode --require-hashes -r /tmp/locked.txt

FROM ${PYTHON_IMAGE} AS mall
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONPATH=site:. \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=meiduo.settings.production \
    VAR_DIR=/app/var
WORKDIR /app
# pg_dump and pg_restore for `manage.py backup` and `restore`: never older than the server, so Debian's newest does.
# A mirror of Debian's packages, such as http://mirrors.example.com; empty: Debian's own.
ARG DEBIAN_MIRROR
# hadolint ignore=DL3008
RUN if [ -n "$DEBIAN_MIRROR" ]; then sed -i "s|http://deb.debian.org|$DEBIAN_MIRROR|" /etc/apt/sources.list.d/debian.sources; fi \
    && apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin mall \
    && install -d -o mall -g mall /app/var
COPY --from=packages /app/.venv /app/.venv
COPY . .
COPY --from=storefront /app/site/storefront/dist site/storefront/dist
# Without the storefront's sources there is nothing that its build could be older than.
RUN rm -r site/storefront/src && python -m compileall -q -j 0 accounts api cms media search shop site tasks
# By its number: whoever starts the image sees that it is not root.
USER 10001
# The values only let production settings load; none of them stays in the image, and nothing is asked of any host.
RUN export SECRET_KEY=only-while-the-image-is-built-0000000000000000000000 \
        JWT_SECRET_KEY=only-while-the-image-is-built-1111111111111111111111 \
        ALLOWED_HOSTS=shop.example PUBLIC_URL=https://shop.example \
        DATABASE_URL=postgres://mall@127.0.0.1/mall REDIS_URL=redis://127.0.0.1:6379/0 \
    && python manage.py collectstatic --noinput
EXPOSE 8000
# A worker holds what it is doing for 30 seconds after TERM: stop with `--time 40` or stop_grace_period.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "docs/deploy/alive.py"]
ENTRYPOINT ["docs/deploy/run.sh"]
CMD ["web"]
