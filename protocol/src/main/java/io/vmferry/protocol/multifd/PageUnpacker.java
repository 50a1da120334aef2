package io.vmferry.protocol.multifd;

import java.nio.ByteBuffer;

/** Reads the payloads of one channel, which are the pieces of one compressed stream. */
interface PageUnpacker extends AutoCloseable {

    /** Copies them. */
    PageUnpacker NONE = (packed, out) -> out.put(packed);

    /**
     * Reads a payload, or as much of it as there is room for.
     *
     * @throws UnpackException if it is no such data
     */
    void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException;

    @Override
    default void close() {}

    /** A payload that is not what the compression makes; the message says why. */
    final class UnpackException extends Exception {

        UnpackException(String message) {
            super(message);
        }
    }
}
