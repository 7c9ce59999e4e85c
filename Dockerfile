# A small image with quarry in it: docker build -t quarry . && docker run --rm -v "$PWD:/work" quarry ingest .
FROM debian:bookworm-slim AS build
WORKDIR /src
# What changes rarely comes first, so that it is not done again for every change of the code.
COPY scripts/setup scripts/setup
COPY third_party third_party
RUN scripts/setup --build-only
COPY . .
RUN scripts/package

FROM debian:bookworm-slim AS program
COPY --from=build /src/build/package/*.deb /tmp/
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates poppler-utils /tmp/*.deb \
    && rm -rf /tmp/*.deb /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 quarry
USER quarry
WORKDIR /work
ENTRYPOINT ["quarry"]

# The server: docker build --target serve -t quarry-serve . && docker run -p 8420:8420 -v "$PWD:/work" quarry-serve
# It listens for others than itself only when the base has a user or a key.
FROM program AS serve
EXPOSE 8420
STOPSIGNAL SIGTERM
CMD ["serve", "--listen", "0.0.0.0:8420"]

FROM program
CMD ["--help"]
