# The destination daemon; scripts/docker/build makes it. Options of the daemon follow the image's name:
#
#   docker run --rm vmferry/dest-node --help
#
#   /run/vmferry       its sockets; mount a directory to reach a monitor from outside: --qmp unix:/run/vmferry/qmp
#   /var/lib/vmferry   working directory: files that both nodes share (--lease guest.lease) or that are kept
#   JDK_JAVA_OPTIONS   further options of the JVM; guest RAM is off-heap and comes in addition to -Xmx
#
# Runs as user 10001. Healthy means that its monitor replies.
# A daemon with a monitor exits after its migration only with --once.
ARG BASE=vmferry/base
FROM ${BASE}
COPY lib/ /opt/vmferry/lib/
COPY java.args dest-node.jar /opt/vmferry/
HEALTHCHECK --interval=5s --timeout=10s --start-period=30s --retries=3 \
    CMD ["/opt/java/bin/java", "-Xmx16m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", \
         "-cp", "/opt/vmferry/dest-node.jar", "io.vmferry.machine.monitor.HealthCheck", "/run/vmferry/health.qmp"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/vmferry/java.args", "-jar", "/opt/vmferry/dest-node.jar", \
            "--health-socket", "/run/vmferry/health.qmp"]
