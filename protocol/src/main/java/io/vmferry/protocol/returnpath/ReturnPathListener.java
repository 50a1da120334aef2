package io.vmferry.protocol.returnpath;

import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.StreamException;

/** Told the messages of a return path and where they are, in order and on the reader's thread. */
@FunctionalInterface
public interface ReturnPathListener {

    /**
     * A message. May refuse it; the reader adds the place.
     *
     * @param at all of it, a bitmap included
     */
    void message(Element at, ReturnPathMessage message) throws StreamException;
}
