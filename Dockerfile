# The image that web, worker, beat and migrate run, each with a command of its own.

FROM python:3.13-slim AS packages

# The environment gets no pip of its own, and wheels only, so that nothing needs a compiler. Web push needs http-ece
# and survival curves need autograd-gamma, which come as source only, and are Python alone.
COPY requirements-prod.lock /tmp/
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: --no-binary http-ece,autograd-gamma --requirement /tmp/requirements-prod.lock \
    && find /opt/venv -name tests -type d -prune -exec rm -rf {} +


FROM python:3.13-slim

# Pango draws the PDF reports. Its versions are the distribution's, with its security updates.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent waymark

COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /app
COPY . .
RUN python -m compileall -q accounts config operations walking \
    && python manage.py collectstatic --noinput \
    && chown -R 10001 /app/var

USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "docker/health.py", "web"]
ENTRYPOINT ["sh", "docker/entrypoint"]
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--worker-tmp-dir=/dev/shm", "config.wsgi"]
