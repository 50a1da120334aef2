package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;

/** Looks at the bytes of one direction. What is not complete yet is kept until it is. */
interface Parser {

    /**
     * Takes bytes in.
     *
     * @param bytes borrowed
     */
    void take(ByteBuf bytes, Outlet out);

    /** The sender has ended: what was kept passes as it is. */
    void end(Outlet out);

    /** Carries everything unseen. */
    Parser BLIND =
            new Parser() {
                @Override
                public void take(ByteBuf bytes, Outlet out) {
                    out.pass(bytes.readRetainedSlice(bytes.readableBytes()));
                }

                @Override
                public void end(Outlet out) {
                    // nothing is kept
                }
            };
}
