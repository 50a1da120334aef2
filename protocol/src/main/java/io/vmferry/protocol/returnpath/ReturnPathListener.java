package io.vmferry.protocol.returnpath;

import io.vmferry.protocol.stream.StreamException;

/**
 * Receives the messages of a return path with their places, in order and on the reader's thread.
 */
@FunctionalInterface
public interface ReturnPathListener {

    /**
     * A message. May refuse it; the reader adds the place, passed as plain numbers, since each
     * requested page is a message.
     *
     * @param offset bytes of the return path before the message
     * @param lengthBytes all of it, a bitmap included
     */
    void message(long offset, long lengthBytes, ReturnPathMessage message) throws StreamException;
}
