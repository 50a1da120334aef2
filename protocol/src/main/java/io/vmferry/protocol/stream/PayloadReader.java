package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;

/** Reads the payload of one section, in as many pieces as the bytes arrive in. */
@FunctionalInterface
public interface PayloadReader {

    /**
     * Consumes what it can. Must consume nothing of an item that is not there as a whole, and may
     * stop early; it is called again while it makes progress, and then when there are more bytes.
     * When it throws, the reader index tells the place of the fault.
     *
     * @param in bytes of the stream, borrowed; those after the payload must be left unread
     * @return true when the payload is complete
     */
    boolean read(ByteBuf in) throws StreamException;

    /** Takes the fields of a payload of fixed length. */
    @FunctionalInterface
    interface FieldsLoader {

        /** Reads the fields; all bytes of the payload are there. */
        void load(StateReader fields) throws StreamException;
    }

    /**
     * A payload of a known, small length. It is handed over when all its bytes are there; fields
     * that the loader leaves unread are skipped.
     */
    static PayloadReader fixed(int lengthBytes, FieldsLoader loader) {
        return in -> {
            if (in.readableBytes() < lengthBytes) {
                return false;
            }
            int start = in.readerIndex();
            loader.load(new StateReader(in.slice(start, lengthBytes)));
            in.readerIndex(start + lengthBytes);
            return true;
        };
    }

    /** A payload of a known length, of any size, that is dropped. */
    static PayloadReader skipping(long lengthBytes) {
        return new PayloadReader() {
            private long leftBytes = lengthBytes;

            @Override
            public boolean read(ByteBuf in) {
                int skipped = (int) Math.min(leftBytes, in.readableBytes());
                in.skipBytes(skipped);
                leftBytes -= skipped;
                return leftBytes == 0;
            }
        };
    }
}
