package io.vmferry.lab.comparison;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The recorded streams of a real source of a version, for destinations of that version. */
final class Streams {

    private static final byte[] PACKAGED = {8, 0, 7, 0, 4};

    private static final byte[] RUN = {8, 0, 5, 0, 0};
    private static final byte[] GARBAGE = {-1, -1, -1, -1, -1};

    /** No streams: for the nodes whose streams are to be recorded. */
    static final Streams NONE = new Streams(new byte[0], new byte[0]);

    private final byte[] precopy;
    private final byte[] postcopy;

    /** The recorded streams; the arrays are not copied. */
    Streams(byte[] precopy, byte[] postcopy) {
        this.precopy = precopy;
        this.postcopy = postcopy;
    }

    /** Part of a stream, by the name that dialogues give it. */
    byte[] part(String name) {
        return switch (name) {
            case "precopy" -> precopy;
            case "precopy-begin" -> Arrays.copyOf(precopy, precopy.length / 2);
            case "precopy-rest" -> Arrays.copyOfRange(precopy, precopy.length / 2, precopy.length);
            case "postcopy-package" -> Arrays.copyOf(postcopy, packageEnd());
            case "postcopy-package-without-run" -> packageEndingWith(new byte[0]);
            case "postcopy-package-garbage" -> packageEndingWith(GARBAGE);
            case "postcopy-rest" -> Arrays.copyOfRange(postcopy, packageEnd(), postcopy.length);
            default -> throw new IllegalArgumentException("There is no stream " + name);
        };
    }

    private int packageEnd() {
        int head = packageLengthAt();
        return head + Integer.BYTES + ByteBuffer.wrap(postcopy).getInt(head);
    }

    /** The package with something else in place of the command that ends it. */
    private byte[] packageEndingWith(byte[] end) {
        int run = packageEnd() - RUN.length;
        byte[] changed = Arrays.copyOf(postcopy, run + end.length);
        System.arraycopy(end, 0, changed, run, end.length);
        int head = packageLengthAt();
        ByteBuffer.wrap(changed).putInt(head, changed.length - head - Integer.BYTES);
        return changed;
    }

    private int packageLengthAt() {
        for (int i = 0; i + 9 < postcopy.length; i++) {
            if (Arrays.equals(postcopy, i, i + PACKAGED.length, PACKAGED, 0, PACKAGED.length)) {
                return i + PACKAGED.length;
            }
        }
        throw new IllegalStateException("No package in " + postcopy.length + " bytes");
    }
}
