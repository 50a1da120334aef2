package io.vmferry.machine.lease;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The record in a lease file: lines of text with its holder, the number of times it was taken and
 * the last holder's mark, padded with spaces to a fixed size. A record is written over the one
 * before, so that a disk that is full can neither refuse a new one nor empty the file.
 *
 * @param holder for a person who looks; empty when nobody has the lease
 * @param taken how often it was taken by anybody
 * @param mark what tells the one who took it last from everybody else; empty where nobody has, or
 *     one that knew no marks
 */
record LeaseRecord(String holder, long taken, String mark) {

    /** Space for this much is reserved when a lease file is made. */
    static final int BYTES = 512;

    private static final int MAX_HOLDER_CHARACTERS = 100;
    private static final Pattern TAKEN = Pattern.compile("(?m)^taken (\\d{1,18}) times$");
    private static final Pattern MARK = Pattern.compile("(?m)^mark ([0-9a-f]{16})$");
    private static final Pattern LINE_BREAKS = Pattern.compile("\\R+");

    /** The record of a lease that was never taken. */
    static final LeaseRecord NEW = new LeaseRecord("", 0, "");

    LeaseRecord {
        String line = LINE_BREAKS.matcher(holder).replaceAll(" ");
        holder = line.substring(0, Math.min(line.length(), MAX_HOLDER_CHARACTERS));
    }

    /** Whether a file holds a record, or is empty. */
    static boolean isIn(FileChannel file) throws IOException {
        return file.size() == 0 || (file.size() <= BYTES && TAKEN.matcher(text(file)).find());
    }

    /** Reads the record of a file of any size; one without a count was never taken. */
    static LeaseRecord read(FileChannel file) throws IOException {
        String text = text(file);
        Matcher counted = TAKEN.matcher(text);
        Matcher marked = MARK.matcher(text);
        return new LeaseRecord(
                text.lines().findFirst().orElse("").strip(),
                counted.find() ? Long.parseLong(counted.group(1)) : 0,
                marked.find() ? marked.group(1) : "");
    }

    private static String text(FileChannel file) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(BYTES);
        while (content.hasRemaining() && file.read(content, content.position()) > 0) {
            // a file may give less than it was asked for
        }
        return StandardCharsets.UTF_8.decode(content.flip()).toString();
    }

    /** Overwrites the record of a file. */
    void write(FileChannel file) throws IOException {
        String lines = holder + "\ntaken " + taken + " times\n";
        if (!mark.isEmpty()) {
            lines += "mark " + mark + "\n";
        }
        byte[] text = lines.getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, BYTES);
        Arrays.fill(padded, text.length, BYTES - 1, (byte) ' ');
        padded[BYTES - 1] = '\n';
        ByteBuffer bytes = ByteBuffer.wrap(padded);
        while (bytes.hasRemaining()) {
            file.write(bytes, bytes.position());
        }
    }
}
