package io.vmferry.lab.comparison;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a real source of a version has sent to a peer, for destinations of that version. */
final class Streams {

    private static final byte[] PACKAGED = {8, 0, 7, 0, 4};

    /** Of nobody: for the nodes whose streams are to be recorded. */
    static final Streams NONE = new Streams(new byte[0], new byte[0]);

    private final byte[] precopy;
    private final byte[] postcopy;

    /** What was recorded; the arrays are not copied. */
    Streams(byte[] precopy, byte[] postcopy) {
        this.precopy = precopy;
        this.postcopy = postcopy;
    }

    /** Part of a stream, by the name that situations give it. */
    byte[] part(String name) {
        return switch (name) {
            case "precopy" -> precopy;
            case "precopy-begin" -> Arrays.copyOf(precopy, precopy.length / 2);
            case "precopy-rest" -> Arrays.copyOfRange(precopy, precopy.length / 2, precopy.length);
            case "postcopy-package" -> Arrays.copyOf(postcopy, packageEnd());
            case "postcopy-rest" -> Arrays.copyOfRange(postcopy, packageEnd(), postcopy.length);
            default -> throw new IllegalArgumentException("There is no stream " + name);
        };
    }

    private int packageEnd() {
        for (int i = 0; i + 9 < postcopy.length; i++) {
            if (Arrays.equals(postcopy, i, i + PACKAGED.length, PACKAGED, 0, PACKAGED.length)) {
                int head = i + PACKAGED.length;
                return head + 4 + ByteBuffer.wrap(postcopy).getInt(head);
            }
        }
        throw new IllegalStateException("No package in " + postcopy.length + " bytes");
    }
}
