package io.vmferry.protocol.stream;

/**
 * Where an element lies in its channel or package. The elements of a channel follow each other
 * without a gap, from its first byte on.
 *
 * @param offset bytes of the channel before the element
 * @param lengthBytes bytes of the element
 */
public record Element(long offset, long lengthBytes) {

    /** Bytes of the channel up to the end of the element. */
    public long end() {
        return offset + lengthBytes;
    }
}
