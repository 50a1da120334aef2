package io.vmferry.lab.matrix;

/**
 * The simulated guest of a course, and how fast it moves.
 *
 * @param bandwidthBytesPerSecond at most, before the switch to postcopy
 * @param stepsPerSecond pages that each vCPU writes
 */
record Load(int memoryPages, long bandwidthBytesPerSecond, int stepsPerSecond) {

    /** Little memory, so that many cells take little time. */
    static final Load USUAL = new Load(96, 1 << 20, 200);

    /** Writes here and there in what was sent: much is out of date in many places. */
    static final Load SCATTERED = new Load(384, 4 << 20, 2000);

    long memoryBytes() {
        return memoryPages * 4096L;
    }
}
