package io.vmferry.dest.incoming.ram;

/** What is done where the main stream waits for the multifd channels. */
public interface StreamMarks {

    /** MULTIFD_FLUSH. */
    void flush();

    /** The end of what a section holds. */
    void endOfSection();
}
