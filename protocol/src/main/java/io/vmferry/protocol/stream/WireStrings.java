package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Names on the wire: a length byte and that many bytes. The bytes are kept one to one (ISO 8859-1),
 * so that a name with odd bytes is a name that nothing has, never another one.
 */
public final class WireStrings {

    /** The longest name that a length byte can announce. */
    public static final int MAX_CSTR_BYTES = 255;

    private WireStrings() {}

    /** Bytes that the name at {@code index} takes with its length byte; the byte is readable. */
    public static int cstrBytesAt(ByteBuf in, int index) {
        return 1 + in.getUnsignedByte(index);
    }

    /** The name at {@code index}; all its bytes are readable. */
    public static String getCstr(ByteBuf in, int index) {
        return in.toString(index + 1, in.getUnsignedByte(index), StandardCharsets.ISO_8859_1);
    }

    /** Reads a name whose bytes are all readable. */
    public static String readCstr(ByteBuf in) {
        return readText(in, in.readUnsignedByte());
    }

    /** Reads a name of a length that came before it in another form. */
    public static String readText(ByteBuf in, int lengthBytes) {
        return in.readCharSequence(lengthBytes, StandardCharsets.ISO_8859_1).toString();
    }

    /** Appends a name of at most 255 characters. */
    public static void writeCstr(ByteBuf out, String text) {
        byte[] bytes = bytes(text);
        if (bytes.length > MAX_CSTR_BYTES) {
            throw new IllegalArgumentException(
                    "A name of " + bytes.length + " bytes is longer than 255");
        }
        out.writeByte(bytes.length).writeBytes(bytes);
    }

    /** The bytes of a name as they go on the wire. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Checks that a name has 1 to 255 characters of one byte each. */
    public static void requireName(String text) {
        if (text.isEmpty() || text.length() > MAX_CSTR_BYTES || !singleBytes(text)) {
            throw new IllegalArgumentException(
                    "A name has 1 to 255 single-byte characters, this is " + quote(text));
        }
    }

    private static boolean singleBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    /** The name in quotes for a message; bytes that do not print are escaped. */
    public static String quote(String text) {
        return "'" + printable(text) + "'";
    }

    /** The name for a message, bytes that do not print being escaped. */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.chars()
                .forEach(c -> {
                    if (c >= 0x20 && c < 0x7F) {
                        printable.append((char) c);
                    } else {
                        // no formatter: it would cost a thousand bytes for each of the name's
                        printable.append(c < 0x10 ? "\\x0" : "\\x").append(Integer.toHexString(c));
                    }
                });
        return printable.toString();
    }
}
