package io.vmferry.protocol.returnpath;

import io.vmferry.protocol.stream.StreamException;

/** Told the messages of a return path and where they are, in order and on the reader's thread. */
@FunctionalInterface
public interface ReturnPathListener {

    /**
     * A message. May refuse it; the reader adds the place, which is told in plain numbers, since
     * each page that is waited for is a message.
     *
     * @param offset bytes of the return path before the message
     * @param lengthBytes all of it, a bitmap included
     */
    void message(long offset, long lengthBytes, ReturnPathMessage message) throws StreamException;
}
