# The destination daemon; scripts/docker/build makes it. Options of the daemon follow the image's name:
#
#   docker run --rm vmferry/dest-node --help
#
#   /run/vmferry       its sockets; mount a folder to reach a monitor from outside: --qmp unix:/run/vmferry/qmp
#   /var/lib/vmferry   working folder; what both nodes share (--lease guest.lease) or is to stay
#   JDK_JAVA_OPTIONS   more options for the JVM; guest RAM lies outside its heap, count it on top
#
# Runs as user 10001. Healthy means: its own monitor answers, so the daemon lives and does what it is told.
# Since it has that monitor, a daemon ends by itself after its migration only with --once.
ARG BASE=vmferry/base
FROM ${BASE}
COPY lib/ /opt/vmferry/lib/
COPY java.args dest-node.jar /opt/vmferry/
HEALTHCHECK --interval=5s --timeout=10s --start-period=30s --retries=3 \
    CMD ["/opt/java/bin/java", "-Xmx16m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", \
         "-cp", "/opt/vmferry/dest-node.jar", "io.vmferry.machine.monitor.HealthCheck", "/run/vmferry/health.qmp"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/vmferry/java.args", "-jar", "/opt/vmferry/dest-node.jar", \
            "--qmp", "unix:/run/vmferry/health.qmp"]
