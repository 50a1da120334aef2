package io.vmferry.machine.memory;

import io.netty.buffer.ByteBuf;

/**
 * A buffer that pages are taken from, with the address of its memory. Where Netty has no Unsafe it
 * makes an object each time that it is asked for an address, so it is asked once for many pages.
 *
 * <p>Valid as long as the buffer is neither resized nor released.
 *
 * @param address of the first byte; 0 when the buffer has none
 */
public record PageSource(ByteBuf bytes, long address) {

    /** A buffer as it is now. */
    public static PageSource of(ByteBuf bytes) {
        return new PageSource(bytes, bytes.hasMemoryAddress() ? bytes.memoryAddress() : 0);
    }
}
