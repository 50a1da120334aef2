package io.vmferry.protocol.returnpath;

import io.vmferry.protocol.stream.StreamException;

/** Told the messages of a return path, in order and on the reader's thread. */
@FunctionalInterface
public interface ReturnPathListener {

    /** A message, a bitmap complete. May refuse it; the reader adds the place. */
    void message(ReturnPathMessage message) throws StreamException;
}
