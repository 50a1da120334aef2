package io.vmferry.machine.link;

/**
 * What all links of one transport share.
 *
 * @param attemptNanos how long an attempt to connect, to listen, to open a file or to send the rest
 *     before an orderly end may take
 */
record LinkContext(
        NettyEngineLoop loop,
        ReusedReceiveBuffer buffer,
        BlockingWork blocking,
        UnixSocketPaths unixPaths,
        HostResolver resolver,
        long attemptNanos) {}
