package io.vmferry.machine.daemon;

import io.netty.channel.epoll.Epoll;
import io.vmferry.machine.memory.HostMemory;
import java.util.zip.CRC32C;

/**
 * Brings the slow parts of a start in on a second thread while the command line is being read: the
 * bindings to the kernel's memory calls, Netty's native transport and the tables of a checksum.
 */
final class LoadAhead {

    private LoadAhead() {}

    /** Begins and returns at once. What is not loaded in time is loaded where it is needed. */
    static void begin() {
        thread(HostMemory::makeBindings);
        thread(Epoll::isAvailable);
        thread(CRC32C::new);
    }

    private static void thread(Runnable load) {
        Thread.ofPlatform().daemon().name("load-ahead").start(load);
    }
}
