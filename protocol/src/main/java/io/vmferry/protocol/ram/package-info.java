/**
 * The payload of section {@code ram}: records, each with a 64-bit word in front, ended by EOS. The
 * same records travel, without any framing, on a postcopy-preempt channel.
 *
 * <p>The word is a byte offset inside a RAM block (or a size) with flags in the low 12 bits. One
 * kind per record; CONTINUE may be added to any and is ignored where there is no block.
 *
 * <pre>
 * flag   record                      body after the word
 * 0x002  ZERO                        [cstr block] u8 fill = 0
 * 0x004  MEM_SIZE, offset = total    (cstr block, u64 length, [u64 page size], [u64 address])*
 * 0x008  PAGE                        [cstr block] 4096 bytes
 * 0x010  EOS                         -                           ends the payload
 * 0x020  CONTINUE                    modifier: no block name, the one of the page before
 * 0x040  XBZRLE                      [cstr block] u8 1, u16 n, n bytes            n is at most 4096
 * 0x080  HOOK                        -                           RDMA's; ignored or refused
 * 0x100  COMPRESS_PAGE               [cstr block] u32 n, n bytes                  refused so far
 * 0x200  MULTIFD_FLUSH               -
 * </pre>
 *
 * <p>The MEM_SIZE list ends when the lengths add up to the total. The page size is there for blocks
 * of huge pages when postcopy was advised, the address with {@code x-ignore-shared}.
 *
 * <p>Pages never become objects: {@link io.vmferry.protocol.ram.RamReader} hands words and bytes to
 * a {@link io.vmferry.protocol.ram.RamBlockSink}, {@link io.vmferry.protocol.ram.RamWriter} appends
 * them.
 */
package io.vmferry.protocol.ram;
