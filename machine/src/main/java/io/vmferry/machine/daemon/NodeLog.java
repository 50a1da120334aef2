package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import io.vmferry.machine.log.JsonLogProvider;
import org.slf4j.event.Level;

/**
 * Configures the log: lines on stderr, with the time of day or as JSON. Must be done before the
 * first logger is made, so no class that a daemon loads before may have one.
 */
final class NodeLog {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private NodeLog() {}

    /** Sets format and level; a level given by system property wins. */
    static void configure(LogFormat format, boolean verbose) {
        // searching for the only provider would take longer, and be reported
        System.setProperty("slf4j.internal.verbosity", "WARN");
        switch (format) {
            case TEXT -> {
                System.setProperty("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
                text(verbose);
            }
            case JSON -> {
                System.setProperty("slf4j.provider", JsonLogProvider.class.getName());
                System.setProperty(
                        JsonLogProvider.LEVEL_PROPERTY,
                        (verbose ? Level.DEBUG : Level.INFO).name());
            }
        }
    }

    private static void text(boolean verbose) {
        property("logFile", "System.err");
        property("defaultLogLevel", verbose ? "debug" : "info");
        property("log.io.netty", "warn");
        property("log.io.micrometer", "warn");
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
