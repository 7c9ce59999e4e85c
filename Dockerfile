# A small image with quarry in it: docker build -t quarry .
# It reads and writes the folder that is mounted at /work, as the user who owns it:
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" quarry ingest .
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
    && apt-get install -y --no-install-recommends ca-certificates libedit2 libpq5 poppler-utils /tmp/*.deb \
    && rm -rf /tmp/*.deb /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 quarry \
    && install --directory --owner=quarry --group=quarry /work
USER quarry
WORKDIR /work
ENTRYPOINT ["quarry"]

# The server, with its base in the volume /work: docker build --target serve -t quarry-serve .
# It listens for others than itself only when the base has a user or a key: docs/serve.md says how to begin.
FROM program AS serve
VOLUME /work
EXPOSE 8420
STOPSIGNAL SIGTERM
CMD ["serve", "--listen", "0.0.0.0:8420"]

FROM program
CMD ["--help"]
