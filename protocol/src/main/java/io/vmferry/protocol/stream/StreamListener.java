package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;

/**
 * Told what a {@link StreamReader} finds and where, in stream order and on the reader's thread.
 * Each call may refuse with a {@link StreamException}, to which the reader adds the place; the
 * reader is dead afterwards. Each call may {@linkplain StreamReader#pause pause} the reader.
 */
public interface StreamListener {

    /** Whether nothing more is to be read for now; asked in front of each element. */
    default boolean held() {
        return false;
    }

    /** Magic and version are right. */
    default void fileHeader(Element at) throws StreamException {}

    /** The configuration; whether it fits is for the listener to decide. */
    void configuration(Element at, Configuration configuration) throws StreamException;

    /**
     * A START or FULL section begins.
     *
     * @param head the section without payload and footer
     * @return the reader of its payload
     * @throws StreamException when there is no such device, or not in this version
     */
    PayloadReader section(Element head, SectionHeader header) throws StreamException;

    /**
     * A PART or END begins; a destination treats both alike. Its place is passed as plain numbers,
     * since each requested page is a section of its own.
     *
     * @param offset bytes of the channel before the section
     * @return the reader of its payload
     * @throws StreamException when no section has this id
     */
    PayloadReader part(long offset, SectionType type, int sectionId) throws StreamException;

    /**
     * A section's payload and footer have been read.
     *
     * @param offset bytes of the channel before the section
     * @param lengthBytes all of it, the head included
     */
    default void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId)
            throws StreamException {}

    /** Any command but PACKAGED. */
    void command(Element at, Command command) throws StreamException;

    /**
     * PACKAGED: a package of so many bytes follows. Once refused, none of them is kept.
     *
     * @param head the command without the package
     */
    default void packageAnnounced(Element head, long lengthBytes) throws StreamException {}

    /**
     * A package with all its bytes.
     *
     * @param at the command and the package, which is the end of it
     * @param blob owned by the listener, which releases it
     */
    void packaged(Element at, ByteBuf blob) throws StreamException;

    /** The EOF byte: everything of the guest is here. */
    void endOfStream(Element at) throws StreamException;

    /** How much of a description is kept for {@link #vmDescription}; the rest of it is dropped. */
    default int keptDescriptionBytes() {
        return 0;
    }

    /**
     * The description, all of it read. A stream may do without it.
     *
     * @param at type, length and JSON
     * @param json the first bytes of the JSON, as many as are kept; needs no release
     */
    default void vmDescription(Element at, ByteBuf json) throws StreamException {}
}
