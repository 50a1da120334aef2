package io.vmferry.machine.verdict;

import io.vmferry.protocol.Named;

/** What is known about the memory of a guest. */
public enum MemoryState implements Named {
    /** Every page is what the guest last wrote, and it wrote some. */
    PROVED,
    /** Every page is what the guest last wrote, which is nothing: that proves nothing. */
    NOTHING_WRITTEN,
    /** Some page is not what the guest last wrote. */
    WRONG,
    /** Nobody has checked it here, or there is nothing to check it against. */
    UNCHECKED,
    /** The check has ended with an error. */
    CHECK_FAILED
}
