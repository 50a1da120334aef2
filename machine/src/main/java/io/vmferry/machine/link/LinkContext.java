package io.vmferry.machine.link;

/**
 * What all links of one transport share.
 *
 * @param attemptNanos how long an attempt to connect, to listen or to open a file may take
 */
record LinkContext(
        NettyEngineLoop loop,
        ReusedReceiveBuffer buffer,
        BlockingWork blocking,
        HostResolver resolver,
        long attemptNanos) {}
