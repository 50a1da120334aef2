package io.vmferry.lab.simulator;

import java.util.SplittableRandom;

/**
 * What a simulated network does to bytes.
 *
 * @param maxFragmentBytes deliveries are cut into pieces of random size up to this
 */
public record LinkProfile(long latencyNanos, long bytesPerSecond, int maxFragmentBytes) {

    /** A network drawn at random: from a loopback to a slow long-distance line. */
    static LinkProfile random(SplittableRandom random) {
        long latency = random.nextLong(1_000, 20_000_000);
        long bandwidth = 1L << random.nextInt(20, 31);
        int fragment = random.nextInt(4) == 0 ? random.nextInt(1, 64) : 1 << random.nextInt(8, 20);
        return new LinkProfile(latency, bandwidth, fragment);
    }
}
