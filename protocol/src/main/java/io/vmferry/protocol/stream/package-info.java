/**
 * The main channel's stream, source to destination: its grammar as values, a writer and an
 * incremental reader.
 *
 * <p>All integers are big-endian and unsigned unless said otherwise; there is no padding. A {@code
 * cstr} is one length byte and that many bytes of text without a terminator.
 *
 * <pre>
 * stream        := fileHeader [configuration] item* 00 [vmdescription]
 * fileHeader    := u32 5145564D "QEVM", u32 3
 * configuration := 07, u32 n, n bytes machine name, subsection*            no footer
 * subsection    := 05, cstr name, u32 version, fields, subsection*
 * item          := start | part | end | full | command
 * start         := 01, u32 section id, cstr idstr, u32 instance, u32 version, payload, footer
 * part          := 02, u32 section id, payload, footer
 * end           := 03, u32 section id, payload, footer
 * full          := 04, u32 section id, cstr idstr, u32 instance, u32 version, payload, footer
 * footer        := 7E, u32 section id
 * command       := 08, u16 command, u16 n, n bytes                         PACKAGED: blob follows
 * vmdescription := 06, u32 n, n bytes of JSON
 * </pre>
 *
 * <p>Configuration subsections, in the order in which they are sent:
 *
 * <pre>
 * configuration/target-page-bits     1   u32 bits
 * configuration/capabilities         1   u32 count, count x cstr
 * configuration/uuid                 1   16 bytes
 * configuration/vmferry-return-path  1   16 bytes: id of the migration; between vmferry nodes only
 * </pre>
 *
 * <p>Commands:
 *
 * <pre>
 *  1 OPEN_RETURN_PATH       0
 *  2 PING                   4     u32 value
 *  3 POSTCOPY_ADVISE        0|16  u64 OR of all RAM page sizes, u64 target page size
 *  4 POSTCOPY_LISTEN        0
 *  5 POSTCOPY_RUN           0
 *  6 POSTCOPY_RAM_DISCARD   3+n+16k  u8 0, cstr block, u8 0, k x (u64 start, u64 length)
 *  7 PACKAGED               4     u32 size of the blob after the command
 *  8 ENABLE_COLO            0
 *  9 POSTCOPY_RESUME        0
 * 10 RECV_BITMAP            1+n   cstr block
 * 11 SWITCHOVER_START       0
 * </pre>
 *
 * <p>The blob of PACKAGED is a run of items of the same grammar that ends with POSTCOPY_RUN. The
 * main connection of a recovered postcopy has neither file header nor configuration.
 *
 * <p>What only the destination can know (does the machine match, does a section exist) is decided
 * by the {@link io.vmferry.protocol.stream.StreamListener}; every refusal, of the reader and of the
 * listener, is a {@link io.vmferry.protocol.stream.StreamException} with a named {@link
 * io.vmferry.protocol.stream.StreamError}.
 */
package io.vmferry.protocol.stream;
