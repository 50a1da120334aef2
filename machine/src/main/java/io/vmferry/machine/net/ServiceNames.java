package io.vmferry.machine.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The system's list of names for TCP ports.
 *
 * @param file the list, which may be missing
 */
public record ServiceNames(Path file) {

    /** The list of this machine. */
    public static final ServiceNames SYSTEM = new ServiceNames(Path.of("/etc/services"));

    /** Whether a port is written as a number, as C reads one. */
    public static boolean isNumber(String service) {
        return service.strip().matches("\\+?[0-9]+") && service.stripTrailing().equals(service);
    }

    /** The port of a name; empty when the list has none. Reads the file. */
    public OptionalInt port(String name) throws IOException {
        if (!Files.isReadable(file)) {
            return OptionalInt.empty();
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> Arrays.asList(line.split("#", 2)[0].strip().split("\\s+")))
                    .filter(words -> words.size() > 1 && isOf(name, words))
                    .mapToInt(words -> Integer.parseInt(words.get(1).split("/")[0]))
                    .findFirst();
        }
    }

    /** A line has a name, a port with its protocol, and more names. */
    private static boolean isOf(String name, List<String> words) {
        return words.get(1).matches("[0-9]{1,5}/tcp")
                && (words.getFirst().equals(name) || words.subList(2, words.size()).contains(name));
    }
}
