# The frontend image, with nothing but one static binary.
#
#   docker buildx build -f frontend.Dockerfile .                                  compiles the binary
#   docker buildx build -f frontend.Dockerfile --build-context binary=DIR .       copies DIR/linux_amd64/airflow-frontend
#
# Steps with network trust the certificates in the secret `ca-bundle`, if it is given.

ARG RUST_VERSION=1.95

# A named context `binary` with compiled binaries replaces this stage, which is then neither run nor pulled.
# The stage runs on the builder's own platform; the linker that comes with Rust builds the binary for any platform.
FROM --platform=$BUILDPLATFORM rust:${RUST_VERSION}-slim-bookworm AS binary
WORKDIR /source
ARG TARGETOS
ARG TARGETARCH
# cargo locks the target folder as a whole, so each platform gets its own.
RUN --mount=type=bind,target=/source \
    --mount=type=cache,id=airflow-frontend-registry,target=/usr/local/cargo/registry \
    --mount=type=cache,id=airflow-frontend-$TARGETARCH,target=/target \
    --mount=type=secret,id=ca-bundle \
    set -e; \
    if [ -s /run/secrets/ca-bundle ]; then \
        export CARGO_HTTP_CAINFO=/run/secrets/ca-bundle SSL_CERT_FILE=/run/secrets/ca-bundle; \
    fi; \
    case "$TARGETOS/$TARGETARCH" in \
        linux/amd64) triple=x86_64-unknown-linux-musl ;; \
        linux/arm64) triple=aarch64-unknown-linux-musl ;; \
        *) echo "no frontend for $TARGETOS/$TARGETARCH" >&2; exit 1 ;; \
    esac; \
    libraries=$(rustc --print target-libdir --target "$triple"); \
    if [ ! -d "$libraries" ]; then rustup target add "$triple"; fi; \
    cargo build --locked --release --target "$triple" --target-dir /target --bin airflow-frontend; \
    install -D "/target/$triple/release/airflow-frontend" "/${TARGETOS}_$TARGETARCH/airflow-frontend"

FROM scratch
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=0.0.0
ARG REVISION=unknown
COPY --from=binary /${TARGETOS}_${TARGETARCH}/airflow-frontend /airflow-frontend
# Tells BuildKit, before it runs the frontend, that it needs no network and which features it has.
LABEL moby.buildkit.frontend.network.none=true \
      moby.buildkit.frontend.caps=moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts,moby.buildkit.frontend.gitquerystring \
      org.opencontainers.image.title=airflow-frontend \
      org.opencontainers.image.description="A BuildKit frontend that builds Apache Airflow images" \
      org.opencontainers.image.source=https://github.com/myorg/airflow-frontend \
      org.opencontainers.image.licenses=Apache-2.0 \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
ENTRYPOINT ["/airflow-frontend"]
