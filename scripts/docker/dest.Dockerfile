# The destination daemon; scripts/docker/build makes it. Options of the daemon follow the image's name:
#
#   docker run --rm vmferry/dest-node --help
#
#   /run/vmferry       its sockets; mount a directory to reach a monitor from outside: --qmp unix:/run/vmferry/qmp
#   /var/lib/vmferry   working directory: files that both nodes share (--lease guest.lease) or that are kept
#   /opt/vmferry/licenses   of what the image contains; NOTICE beside it lists that
#   _JAVA_OPTIONS      options of the JVM that override the image's; guest RAM is beside the heap of -Xmx
#
# Ports are those that compose.yml and the documents use; a node listens where its options say.
# Runs as user 10001. Healthy means that its socket for health checks replies.
# A daemon with a monitor exits after its migration only with --once.
ARG BASE=vmferry/base
FROM ${BASE}
LABEL org.opencontainers.image.title="vmferry destination node" \
      org.opencontainers.image.description="Waits for a guest, runs it and checks its memory, as the destination QEMU of a live migration" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY lib/ /opt/vmferry/lib/
COPY LICENSE NOTICE /opt/vmferry/
COPY licenses/ /opt/vmferry/licenses/
COPY java.args dest-node.jar /opt/vmferry/
# migration, monitor, metrics
EXPOSE 4444 4442 9464
VOLUME ["/run/vmferry", "/var/lib/vmferry"]
HEALTHCHECK --interval=5s --timeout=10s --start-period=30s --retries=3 \
    CMD ["/opt/java/bin/java", "-Xmx16m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", \
         "-cp", "/opt/vmferry/dest-node.jar", "io.vmferry.machine.monitor.HealthCheck", "/run/vmferry/health.qmp"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/vmferry/java.args", "-jar", "/opt/vmferry/dest-node.jar", \
            "--health-socket", "/run/vmferry/health.qmp"]
