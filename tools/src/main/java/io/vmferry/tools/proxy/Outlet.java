package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;

/** Where a parser puts what it has looked at. */
interface Outlet {

    /** Bytes that pass. Takes ownership. */
    void pass(ByteBuf bytes);

    /**
     * A whole message of the return path that passes, or does not.
     *
     * @param bytes owned by the outlet from now on
     */
    void message(Passing passing, ByteBuf bytes);

    /** Something of the stream that has passed. */
    void passed(Passing passing);

    /** From here on nothing can be understood. */
    void unread(String reason);
}
