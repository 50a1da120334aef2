package io.vmferry.protocol.stream;

/**
 * The rules of the wire that a peer can break, one name each. The readers raise those that the
 * bytes alone decide; the engines raise those that need their own state (a machine name, a list of
 * blocks, the phase of the migration).
 */
public enum StreamError {
    /** The first four bytes are not "QEVM". */
    BAD_MAGIC,
    /** A new connection begins with no known magic. */
    UNKNOWN_CHANNEL,
    /** Stream version 2. */
    OBSOLETE_VERSION,
    /** A stream version other than 2 and 3. */
    UNSUPPORTED_VERSION,
    /** The stream ends in the middle of something, or before its EOF byte. */
    TRUNCATED,

    /** No configuration after the file header. */
    CONFIGURATION_MISSING,
    /** The source's machine type is not this one. */
    MACHINE_MISMATCH,
    /** The guest's page size is not this one. */
    TARGET_PAGE_BITS_MISMATCH,
    /** A capability name that is not known. */
    UNKNOWN_CAPABILITY,
    /** A list of more capabilities than there are. */
    TOO_MANY_CAPABILITIES,
    /** A validated capability is set on one side only. */
    CAPABILITY_MISMATCH,
    /** The guest has another UUID here. */
    UUID_MISMATCH,
    /** A subsection with a name that its parent does not have. */
    UNKNOWN_SUBSECTION,
    /** A subsection of a version that is not known. */
    SUBSECTION_VERSION,

    /** A type byte that is not known, or has no place where it stands. */
    UNKNOWN_SECTION_TYPE,
    /** START or FULL of a device that does not exist here. */
    UNKNOWN_SECTION,
    /** PART or END with an id that no START or FULL announced. */
    UNKNOWN_SECTION_ID,
    /** The payload is of a newer version than is known. */
    SECTION_VERSION_TOO_NEW,
    /** The payload is of a version that is no longer read. */
    SECTION_VERSION_TOO_OLD,
    /** Something else where a section footer must be: the payload has another length. */
    FOOTER_MISSING,
    /** The footer closes another section. */
    FOOTER_MISMATCH,
    /** A device refuses the state it was given. */
    DEVICE_STATE,
    /** The run state in {@code globalstate} is not known. */
    UNKNOWN_RUN_STATE,

    /** A command number that is not known. */
    UNKNOWN_COMMAND,
    /** A command of fixed length has another one. */
    COMMAND_LENGTH,
    /** A command that is not allowed inside a package. */
    COMMAND_IN_PACKAGE,
    /** PING before OPEN_RETURN_PATH. */
    RETURN_PATH_NOT_OPEN,
    /** ADVISE with neither 0 nor 16 bytes. */
    ADVISE_LENGTH,
    /** ADVISE contradicts the capability here, or the page sizes differ. */
    ADVISE_MISMATCH,
    /** A postcopy command in a postcopy state that does not allow it. */
    POSTCOPY_STATE,
    /** What stands after the point at which the migration has failed or paused. */
    MIGRATION_ENDED,
    /** A discard without a range, or with a piece of one. */
    DISCARD_LENGTH,
    /** A discard of another version than 0. */
    DISCARD_VERSION,
    /** The NUL after the block name of a discard is missing. */
    DISCARD_TERMINATOR,
    /** A discard in a block that does not exist. */
    DISCARD_BLOCK,
    /** A discard range that does not start on a page. */
    DISCARD_ALIGNMENT,
    /** A discard range that leaves its block. */
    DISCARD_RANGE,
    /** A package above the limit. */
    PACKAGE_TOO_LARGE,
    /** A package that ends with neither RUN nor an EOF byte. */
    PACKAGE_UNTERMINATED,
    /** RECV_BITMAP whose name does not fill its payload, or is empty. */
    RECV_BITMAP_LENGTH,
    /** RECV_BITMAP for a block that does not exist. */
    RECV_BITMAP_BLOCK,

    /** A RAM block, listed or named by a page, that does not exist. */
    RAM_UNKNOWN_BLOCK,
    /** A RAM block has another length here. */
    RAM_SIZE_MISMATCH,
    /** The listed lengths do not add up to the announced total. */
    RAM_TOTAL_MISMATCH,
    /** A RAM block has another page size here. */
    RAM_PAGE_SIZE_MISMATCH,
    /** An ignored shared block lies at another guest-physical address here. */
    RAM_ADDRESS_MISMATCH,
    /** A page outside of its block. */
    RAM_OFFSET,
    /** A page continues a block before any block was named. */
    RAM_NO_PREVIOUS_BLOCK,
    /** A combination of record flags that means nothing, or not in this phase. */
    RAM_FLAGS,
    /** A zero page filled with something else. */
    RAM_ZERO_FILL,
    /** A page of XBZRLE in an encoding that does not exist. */
    RAM_XBZRLE_ENCODING,
    /** A page of XBZRLE with more encoded bytes than a page has. */
    RAM_XBZRLE_LENGTH,
    /** A page of XBZRLE with a run that is wrong, or goes beyond the page or what was sent. */
    RAM_XBZRLE_RUN,
    /** A zlib page, which is not built in. */
    RAM_COMPRESS_UNSUPPORTED,
    /** A page of another host page before the one under way is complete. */
    RAM_HOST_PAGE_SPLIT,
    /** A page that postcopy has placed already. */
    RAM_PAGE_PRESENT,

    /** A packet of a multifd channel with another magic. */
    MULTIFD_MAGIC,
    /** A packet of a multifd channel of another version than 1. */
    MULTIFD_VERSION,
    /** A multifd channel of a guest with another UUID. */
    MULTIFD_UUID,
    /** A multifd channel with a number that is too high, or that another one has. */
    MULTIFD_CHANNEL,
    /** More pages than a packet can have. */
    MULTIFD_PAGES,
    /** A page of a packet outside of its block, or not on a page. */
    MULTIFD_OFFSET,
    /** A packet that is compressed in another way than is configured here. */
    MULTIFD_COMPRESSION,
    /** A payload of another size than its pages have, or that is no compressed data. */
    MULTIFD_PAYLOAD,
    /** Pages before the first synchronisation. */
    MULTIFD_NOT_SYNCHRONISED,
    /** The state of a device on a multifd channel. */
    MULTIFD_DEVICE_STATE,

    /** A return-path message of type 0 or above the last. */
    RP_UNKNOWN_TYPE,
    /** A return-path message of a length that its type does not have. */
    RP_LENGTH,
    /** A page request or bitmap for a block that does not exist. */
    RP_UNKNOWN_BLOCK,
    /** REQ_PAGES before any REQ_PAGES_ID. */
    RP_NO_PREVIOUS_BLOCK,
    /** A page request that is not made of whole host pages. */
    RP_ALIGNMENT,
    /** A page request that leaves its block. */
    RP_RANGE,
    /** A bitmap that was not requested. */
    RP_BITMAP_STATE,
    /** A bitmap of another size than the block has. */
    RP_BITMAP_SIZE,
    /** The mark after a bitmap is missing. */
    RP_BITMAP_END_MARK,
    /** RESUME_ACK with another value than 1. */
    RP_RESUME_ACK_VALUE,
    /** More SWITCHOVER_ACKs than devices that wait for one. */
    RP_ACK_UNDERFLOW,
    /** SHUT with an error: the destination failed. */
    RP_SHUT_ERROR,
    /** A return-path connection that does not begin with its preamble's magic. */
    RP_PREAMBLE_MAGIC,
    /** A preamble of a version that is not known. */
    RP_PREAMBLE_VERSION,
    /** A return-path connection for a migration that does not exist here. */
    RP_UNKNOWN_MIGRATION
}
