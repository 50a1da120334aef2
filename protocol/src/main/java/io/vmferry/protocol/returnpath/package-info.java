/**
 * The return path, destination to source: its messages, and the preamble that introduces the path
 * when it is a connection of its own.
 *
 * <p>Every message is {@code u16 type, u16 length, payload}, big-endian:
 *
 * <pre>
 * type  message         length  payload
 * 1     SHUT            4       u32 0 = fine; the last message
 * 2     PONG            4       u32 value of the PING
 * 3     REQ_PAGES_ID    13+n    u64 start, u32 bytes, cstr block
 * 4     REQ_PAGES       12      u64 start, u32 bytes; block of the last REQ_PAGES_ID
 * 5     RECV_BITMAP     1+n     cstr block; after the message: u64 size, size bytes,
 *                               u64 0123456789ABCDEF
 * 6     RESUME_ACK      4       u32 1
 * 7     SWITCHOVER_ACK  0
 * </pre>
 *
 * <p>The bitmap has one bit per guest page, the first in the least significant bit of the first
 * byte; its size is rounded up to 8 bytes.
 *
 * <p>The preamble, between vmferry nodes only: {@code u32 564D4652 "VMFR", u32 1, 16 bytes
 * migration id}. On a path that is the reverse direction of the main connection there is none.
 */
package io.vmferry.protocol.returnpath;
