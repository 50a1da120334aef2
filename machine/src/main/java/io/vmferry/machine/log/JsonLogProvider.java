package io.vmferry.machine.log;

import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The SLF4J provider of the JSON log. Selected by the system property {@code slf4j.provider}, not
 * announced as a service.
 */
public final class JsonLogProvider implements SLF4JServiceProvider {

    /** The version of SLF4J that this is written for. */
    private static final String API_VERSION = "2.0.99";

    /** The system property with the lowest level that is logged, an SLF4J {@link Level}. */
    public static final String LEVEL_PROPERTY = "vmferry.log.level";

    /** The system property with the daemon of this process. */
    public static final String NODE_PROPERTY = "vmferry.log.node";

    /** The system property with the name of its guest. */
    public static final String NAME_PROPERTY = "vmferry.log.name";

    /** The prefix of our own loggers; libraries log from WARN on. */
    private static final String OURS = "io.vmferry.";

    private final ConcurrentHashMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();
    private final JsonLogOutput output =
            new JsonLogOutput(
                    System.err,
                    System.getProperty(NODE_PROPERTY, ""),
                    System.getProperty(NAME_PROPERTY, ""));
    private final Level level = Level.valueOf(System.getProperty(LEVEL_PROPERTY, "INFO"));

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name ->
                loggers.computeIfAbsent(
                        name,
                        known ->
                                new JsonLogger(
                                        known,
                                        known.startsWith(OURS) ? level : Level.WARN,
                                        output));
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return API_VERSION;
    }

    @Override
    public void initialize() {
        // nothing that is not made with the provider
    }
}
