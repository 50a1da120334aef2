/**
 * The channels that carry pages beside the main stream (capability {@code multifd}), each from the
 * source to the destination only.
 *
 * <pre>
 *   channel      := initial packet  packet*
 *   initial      := u32 0x11223344  u32 1  16 bytes uuid  u8 channel id  39 zeros
 *   packet       := header  payload
 *   header, 1344 bytes
 *     u32 magic  u32 version  u32 flags  u32 pages allocated  u32 normal pages
 *     u32 bytes of the payload  u64 number of the packet  u32 zero pages  u32 0  3 × u64 0
 *     256 bytes name of the block, filled up with NUL  128 × u64 offsets: normal pages, zero pages
 *   payload      := the normal pages in the order of their offsets, or one piece of a zlib or zstd
 *                   stream that is as long as the channel and is flushed with each packet
 * </pre>
 *
 * <p>A packet with flag SYNC in each channel belongs to one mark of the main stream: MULTIFD_FLUSH,
 * or up to QEMU 8.0 each EOS of RAM. What came before on any channel is older than what comes after
 * it. Packets with pages before the first of them are refused.
 *
 * <p>QEMU's {@code multifd.c}, {@code multifd-nocomp.c}, {@code multifd-zlib.c}, {@code
 * multifd-zstd.c}.
 */
package io.vmferry.protocol.multifd;
