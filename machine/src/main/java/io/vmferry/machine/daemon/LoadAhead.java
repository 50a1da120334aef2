package io.vmferry.machine.daemon;

import io.netty.channel.epoll.Epoll;
import io.vmferry.machine.memory.HostMemory;

/**
 * Brings the slow parts of a start in on a second thread while the command line is being read: the
 * bindings to the kernel's memory calls and Netty's native transport.
 */
final class LoadAhead {

    private LoadAhead() {}

    /** Begins and returns at once. What is not loaded in time is loaded where it is needed. */
    static void begin() {
        thread(HostMemory::makeBindings);
        thread(Epoll::isAvailable);
    }

    private static void thread(Runnable load) {
        Thread.ofPlatform().daemon().name("load-ahead").start(load);
    }
}
