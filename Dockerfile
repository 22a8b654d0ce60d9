FROM python:3.13-slim AS build
WORKDIR /src
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY pipeline pipeline
COPY search search
COPY storage storage
COPY workers workers
COPY services services
COPY web web
COPY cli cli
COPY demo demo
COPY config config
RUN python -m venv /opt/newsloom \
 && /opt/newsloom/bin/pip install --no-cache-dir --constraint constraints.txt '.[flower]'

FROM python:3.13-slim
RUN useradd --system --uid 999 --create-home --home-dir /var/lib/newsloom newsloom
COPY --from=build /opt/newsloom /opt/newsloom
ENV PATH=/opt/newsloom/bin:$PATH PYTHONUNBUFFERED=1 PYTHONSAFEPATH=1 NEWSLOOM_DATA_DIR=/var/lib/newsloom
USER newsloom
WORKDIR /var/lib/newsloom
ENTRYPOINT ["newsloom"]
CMD ["up"]
