# Builds Mayfly and puts what runs into a small image. The sandboxes are made by Mayfly itself: no container runtime is
# needed inside, and no privileged mode; see compose.yaml for the two things that the default profile forbids.
FROM debian:12 AS build
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates make jq nodejs npm \
 && scripts/bootstrap && cmake --preset release && cmake --build --preset release --target mayfly

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libsimdjson14 libsqlite3-0 libssl3 \
 && rm -rf /var/lib/apt/lists/* && useradd --system --create-home --home-dir /var/lib/mayfly mayfly
WORKDIR /opt/mayfly
COPY --from=build /src/build/mayfly /src/build/libmayfly-zygote.so /src/build/libmayfly-toolhost.so build/
COPY --from=build /src/tool-host tool-host
COPY --from=build /src/node_modules node_modules
USER mayfly
ENV HOME=/var/lib/mayfly
VOLUME /var/lib/mayfly
EXPOSE 7070
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/mayfly/build/mayfly"]
# Inside the container loopback is nobody's but its own: a port that is published needs a key first
# (docker compose run --rm mayfly keys create --tenant acme --data /var/lib/mayfly).
CMD ["serve", "--data", "/var/lib/mayfly", "--listen", "0.0.0.0:7070"]
