package io.vmferry.lab.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The TCP connections of a container, as its kernel lists them. */
record Sockets(List<Connection> connections) {

    private static final int HEX = 16;
    private static final String ESTABLISHED = "01";

    /** Ports of this side and of the other one. */
    record Connection(int local, int remote) {}

    /** Reads {@code /proc/PID/net/tcp}, which needs no program in the container. */
    static Sockets established(ContainerNode node) throws IOException {
        List<Connection> found = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            Path file = Path.of("/proc", Long.toString(node.pid()), "net", table);
            assumeTrue(Files.isReadable(file) || table.equals("tcp6"), file + " cannot be read");
            if (Files.isReadable(file)) {
                Files.readAllLines(file).stream().skip(1).forEach(line -> add(line, found));
            }
        }
        return new Sockets(found);
    }

    /** {@code sl local_address rem_address st …}, addresses with a hexadecimal port. */
    private static void add(String line, List<Connection> found) {
        String[] fields = line.strip().split("\\s+");
        if (fields[3].equals(ESTABLISHED)) {
            found.add(new Connection(port(fields[1]), port(fields[2])));
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEX);
    }

    List<Connection> to(int port) {
        return connections.stream().filter(c -> c.remote() == port).toList();
    }

    List<Connection> from(int port) {
        return connections.stream().filter(c -> c.local() == port).toList();
    }
}
