package io.vmferry.machine.vcpu;

/**
 * Whether it is worth a vCPU's while to look for the end of its waits, as the last ones tell. Where
 * the processors are taken for good, by a background that is sent as fast as it goes, whoever looks
 * only takes a processor from those that fetch the page, and gets it back late. Belongs to the
 * vCPU's thread.
 */
final class Patience {

    /** Longer than most pages take on a loopback or within a rack. */
    static final long LOOK_NANOS = 300_000;

    /**
     * So many more long waits than short ones, and it is not just a start, when everything that
     * fetches a page runs for the first time.
     */
    static final int MANY_LONG = 150;

    /** Few short waits are enough to look again. */
    static final int MOST_REMEMBERED = MANY_LONG + 10;

    private int longWaits;

    /** Whether to look before the next sleep. */
    boolean worthLooking() {
        return longWaits < MANY_LONG;
    }

    /** A wait is over that took so long. */
    void waited(long nanos) {
        longWaits =
                nanos > LOOK_NANOS
                        ? Math.min(longWaits + 1, MOST_REMEMBERED)
                        : Math.max(longWaits - 1, 0);
    }
}
