package io.vmferry.machine.daemon;

/**
 * Sets the log up: lines on stderr with the time of day. Must be done before the first logger is
 * made, so no class that a daemon loads before may have one.
 */
final class NodeLog {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private NodeLog() {}

    /** Chooses the level, unless somebody chose one by a system property. */
    static void configure(boolean verbose) {
        property("logFile", "System.err");
        property("defaultLogLevel", verbose ? "debug" : "info");
        property("log.io.netty", "warn");
        property("showDateTime", "true");
        property("dateTimeFormat", "HH:mm:ss.SSS");
        property("showThreadName", "false");
        property("showLogName", "false");
    }

    private static void property(String name, String value) {
        if (System.getProperty(PREFIX + name) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }
}
