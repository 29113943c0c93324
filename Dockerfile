# syncd's image: one static binary, no shell, no root. The targets are `syncd` (the last, and so the default) and `xensim`.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/ ./cmd/syncd ./cmd/xensim \
    && mkdir /out/state

# The simulated pool. Its base has bash, with which the health check opens a connection.
FROM debian:bookworm-slim AS xensim
COPY --from=build /out/xensim /usr/local/bin/xensim
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s --start-period=10s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080"]
ENTRYPOINT ["/usr/local/bin/xensim"]
CMD ["--listen", "0.0.0.0:8080"]

FROM gcr.io/distroless/static-debian12:nonroot AS syncd
COPY --from=build /out/syncd /usr/local/bin/syncd
# Owned by the image's user, so that a volume mounted here is as well.
COPY --from=build --chown=65532:65532 /out/state /var/lib/syncd
USER 65532:65532
VOLUME /var/lib/syncd
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/usr/local/bin/syncd", "status"]
ENTRYPOINT ["/usr/local/bin/syncd"]
CMD ["run"]
