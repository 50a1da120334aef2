package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;

/**
 * Told what a {@link StreamReader} finds, in stream order and on the reader's thread. Each call may
 * refuse with a {@link StreamException}, to which the reader adds the place; the reader is dead
 * afterwards. Each call may {@linkplain StreamReader#pause pause} the reader.
 */
public interface StreamListener {

    /** Whether nothing more is to be read for now; asked in front of each element. */
    default boolean held() {
        return false;
    }

    /** Magic and version are right. */
    void fileHeader() throws StreamException;

    /** The configuration; whether it fits is for the listener to decide. */
    void configuration(Configuration configuration) throws StreamException;

    /**
     * A START or FULL section begins.
     *
     * @return the reader of its payload
     * @throws StreamException when there is no such device, or not in this version
     */
    PayloadReader section(SectionHeader header) throws StreamException;

    /**
     * A PART or END begins; a destination treats both alike.
     *
     * @return the reader of its payload
     * @throws StreamException when no section has this id
     */
    PayloadReader part(SectionType type, int sectionId) throws StreamException;

    /** A section's payload and footer have been read. */
    void sectionEnd(SectionType type, int sectionId) throws StreamException;

    /** Any command but PACKAGED. */
    void command(Command command) throws StreamException;

    /** PACKAGED: a package of so many bytes follows. Once refused, none of them is kept. */
    default void packageAnnounced(long lengthBytes) throws StreamException {}

    /**
     * A package with all its bytes.
     *
     * @param blob owned by the listener, which releases it
     */
    void packaged(ByteBuf blob) throws StreamException;

    /** The EOF byte: everything of the guest is here. */
    void endOfStream() throws StreamException;

    /** The description was read and dropped. A stream may do without it. */
    void vmDescription(long lengthBytes) throws StreamException;
}
