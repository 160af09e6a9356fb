# The login service in a small image: the binary, the C libraries it links, and a user that is not root.

FROM swift:6.3-bookworm AS builder
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        pkg-config libhiredis-dev libsqlite3-dev libmariadb-dev libpq-dev zlib1g-dev libmimalloc-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# The build folder is kept between builds of the image, outside it.
RUN --mount=type=cache,target=/source/.build \
    swift build -c release --static-swift-stdlib -Xlinker -lmimalloc --product wechat-login \
    && install -m 755 -s .build/release/wechat-login /usr/local/bin/wechat-login

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libhiredis0.14 libsqlite3-0 libmariadb3 libpq5 zlib1g libmimalloc2.0 libstdc++6 ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/wechat-login --create-home \
        --shell /usr/sbin/nologin wechat-login
COPY --from=builder /usr/local/bin/wechat-login /usr/local/bin/wechat-login
USER wechat-login
# Without a DATABASE_URL, the SQLite file is in data/ here: give it a volume.
WORKDIR /var/lib/wechat-login
ENV HOST=0.0.0.0 PORT=3000
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD curl --fail --silent --show-error --output /dev/null "http://127.0.0.1:${PORT}/healthz"
ENTRYPOINT ["wechat-login"]
CMD ["serve"]
