package io.vmferry.machine.metrics;

/**
 * Where metrics are served, {@code HOST:PORT}.
 *
 * @param port 0 takes any
 */
public record MetricsAddress(String host, int port) {

    private static final int LARGEST_PORT = 0xFFFF;

    /**
     * Reads {@code HOST:PORT}, with an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException with a message for whoever typed it
     */
    public static MetricsAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            String host = text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (bracketed || host.indexOf(':') < 0) {
                return new MetricsAddress(
                        bracketed ? host.substring(1, host.length() - 1) : host,
                        port(text, text.substring(colon + 1)));
            }
        }
        throw malformed(text);
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 0 && port <= LARGEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below, like a port that is out of range
        }
        throw malformed(text);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "Expected --metrics HOST:PORT, [IPV6]:PORT for an IPv6 address, got '%s'"
                        .formatted(text));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
