package io.vmferry.lab.qemu;

import io.vmferry.lab.pair.CutPair;
import io.vmferry.lab.process.QmpClient;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A postcopy with a real QEMU on one side is cut again and again, and recovered; in the end every
 * byte is the same.
 */
class RealQemuRecoveryIT extends PostcopyWithQemu {

    private static final int CUTS = 5;
    private static final int MOST_BYTES = 2 << 20;
    private static final long BYTES_PER_SECOND = 8 << 20;
    private static final long SEED = 17;

    @Override
    byte[] content() {
        byte[] content = new byte[BYTES];
        new SplittableRandom(SEED).nextBytes(content);
        Arrays.fill(content, 8 << 20, 9 << 20, (byte) 0);
        return content;
    }

    @Override
    void migrate(QmpClient source, QmpClient destination) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (CutPair pair = new CutPair(source, destination, address(0))) {
            pair.startPostcopy(BYTES_PER_SECOND);
            for (int cut = 1; cut <= CUTS; cut++) {
                pair.cutAfter(random.nextInt(MOST_BYTES));
                pair.recover(address(cut));
            }
            pair.complete();
        }
    }
}
