package io.vmferry.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this build is.
 *
 * @param version of the project
 * @param commit the beginning of its hash, with {@code -dirty} behind it if files had been changed;
 *     {@code unknown} where the sources came without Git
 */
public record BuildInfo(String version, String commit) {

    private static final String RESOURCE = "build.properties";

    /** The running build, as its Maven run has written it down. */
    public static BuildInfo running() {
        return Running.INFO;
    }

    /** A line for {@code --version}: the program, its commit and the Java it runs on. */
    public String line() {
        return "vmferry %s (commit %s, Java %s, %s)"
                .formatted(version, commit, Runtime.version(), System.getProperty("java.vendor"));
    }

    private static final class Running {
        private static final BuildInfo INFO = read();

        private static BuildInfo read() {
            Properties properties = new Properties();
            try (InputStream written = BuildInfo.class.getResourceAsStream(RESOURCE)) {
                if (written != null) {
                    properties.load(written);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new BuildInfo(
                    properties.getProperty("version", "unknown"),
                    properties.getProperty("commit", "unknown"));
        }
    }
}
