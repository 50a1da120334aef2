package io.vmferry.machine.link;

/** Something under way that can be cancelled: connecting or listening. */
@FunctionalInterface
public interface Cancellable {

    /** Cancels it; without effect when it is over. */
    void cancel();
}
