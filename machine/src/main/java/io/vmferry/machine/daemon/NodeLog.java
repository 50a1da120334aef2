package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import io.vmferry.machine.log.JsonLogProvider;
import org.slf4j.event.Level;

/**
 * Configures the log: lines on stderr, as text or as JSON. Text has the time of day on a terminal,
 * elsewhere the date, the zone and the daemon's name, since it may be kept and mixed with others.
 * Must be done before the first logger is made, so no class that a daemon loads before may have
 * one.
 */
final class NodeLog {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private static final String TIME = "HH:mm:ss.SSS";

    /** Hours and minutes with a colon between, or Z. */
    private static final String ZONE = "X".repeat(3);

    private NodeLog() {}

    /**
     * Sets format and level; what a system property gives wins.
     *
     * @param node the daemon
     * @param name of its guest
     * @param terminal whether stderr is one
     */
    static void configure(
            LogFormat format, boolean verbose, String node, String name, boolean terminal) {
        // searching for the only provider would take longer, and be reported
        System.setProperty("slf4j.internal.verbosity", "WARN");
        switch (format) {
            case TEXT -> {
                System.setProperty("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
                text(verbose, terminal ? TIME : dated(node));
            }
            case JSON -> {
                System.setProperty("slf4j.provider", JsonLogProvider.class.getName());
                System.setProperty(
                        JsonLogProvider.LEVEL_PROPERTY,
                        (verbose ? Level.DEBUG : Level.INFO).name());
                System.setProperty(JsonLogProvider.NODE_PROPERTY, node);
                System.setProperty(JsonLogProvider.NAME_PROPERTY, name);
            }
        }
    }

    /** The pattern of a date and time as in ISO 8601, and a name. */
    static String dated(String name) {
        return "yyyy-MM-dd'T'" + TIME + ZONE + " '" + name + "'";
    }

    private static void text(boolean verbose, String time) {
        property("logFile", "System.err");
        property("defaultLogLevel", verbose ? "debug" : "info");
        property("log.io.netty", "warn");
        property("log.io.micrometer", "warn");
        property("showDateTime", "true");
        property("dateTimeFormat", time);
        property("showThreadName", "false");
        property("showLogName", "false");
    }

    private static void property(String name, String value) {
        if (System.getProperty(PREFIX + name) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }
}
