FROM python:3.12-slim-bookworm AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN ["python", "-m", "venv", "/opt/parley"]
COPY requirements/run.txt requirements/
RUN ["/opt/parley/bin/pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", "requirements/run.txt"]
COPY pyproject.toml README.md ./
COPY models models
COPY service service
RUN ["/opt/parley/bin/pip", "install", "--no-deps", "--no-build-isolation", "."]

FROM python:3.12-slim-bookworm
RUN groupadd --system --gid 10001 parley \
    && useradd --system --uid 10001 --gid parley --no-create-home --home-dir /data parley \
    && install --directory --owner parley --group parley --mode 0700 /data
COPY --from=build /opt/parley /opt/parley
ENV PATH=/opt/parley/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PARLEY_HOST=0.0.0.0 \
    PARLEY_PORT=8000 \
    PARLEY_DATA=/data
# Nothing is written outside /data and /tmp, so the root file system can be mounted read-only.
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
# Alone it runs everything, the server of its own data too; compose.yaml runs the parts apart.
CMD ["parley", "serve"]
