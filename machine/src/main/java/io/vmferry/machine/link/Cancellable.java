package io.vmferry.machine.link;

/** Something under way that can be cancelled: an attempt to connect or to listen. */
@FunctionalInterface
public interface Cancellable {

    /** Cancels it; without effect when it is over. */
    void cancel();
}
