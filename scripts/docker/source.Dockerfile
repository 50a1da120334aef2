# The source daemon; scripts/docker/build makes it. Options of the daemon follow the image's name:
#
#   docker run --rm vmferry/source-node --help
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
LABEL org.opencontainers.image.title="vmferry source node" \
      org.opencontainers.image.description="Runs a guest and migrates it, as the source QEMU of a live migration does" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY lib/ /opt/vmferry/lib/
COPY LICENSE NOTICE /opt/vmferry/
COPY licenses/ /opt/vmferry/licenses/
COPY java.args source-node.jar /opt/vmferry/
# monitor, metrics
EXPOSE 4441 9464
VOLUME ["/run/vmferry", "/var/lib/vmferry"]
HEALTHCHECK --interval=5s --timeout=10s --start-period=30s --retries=3 \
    CMD ["/opt/java/bin/java", "-Xmx16m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", \
         "-cp", "/opt/vmferry/source-node.jar", "io.vmferry.machine.monitor.HealthCheck", "/run/vmferry/health.qmp"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/vmferry/java.args", "-jar", "/opt/vmferry/source-node.jar", \
            "--health-socket", "/run/vmferry/health.qmp"]
