package io.vmferry.lab.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathListener;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast a bitmap of received pages is handled in a recovery, without the network: copied,
 * written, read, inverted and counted. Against a plain copy of as many bytes in the same run.
 */
final class BitmapSpeed implements ReturnPathListener {

    private static final int PAGE_BYTES = 4096;
    private static final int GUEST_GIBIBYTES = 64;
    private static final int WARM_UP = 60;
    private static final int ROUNDS = 40;

    private final PageBitmap received;
    private final ByteBuf wire;
    private final long[] copied;
    private long missing;

    private BitmapSpeed(long pages) {
        received = new PageBitmap(pages);
        for (long page = 0; page < pages; page += 3) {
            received.set(page);
        }
        wire = Unpooled.directBuffer((int) (pages / 8) + 1024);
        copied = new long[received.wordCount()];
    }

    static List<Figure> measure(Stand stand) throws Exception {
        long pages = stand.scaled(GUEST_GIBIBYTES * Stand.GIB) / PAGE_BYTES;
        BitmapSpeed bench = new BitmapSpeed(pages);
        double mebibytes = pages / 8.0 / Stand.MIB;
        List<Double> rates = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        for (int run = 0; run < stand.runs(); run++) {
            bench.handle(WARM_UP);
            rates.add(mebibytes * ROUNDS / seconds(() -> bench.handle(ROUNDS)));
            copies.add(mebibytes * ROUNDS / seconds(() -> bench.copy(ROUNDS)));
            stand.say("bitmap %.0f MiB/s".formatted(rates.getLast()));
        }
        bench.wire.release();
        String note =
                "the bitmap of a guest of %d MiB, %.1f MiB, by the time that it takes to copy, write, read, invert and count it"
                        .formatted(
                                stand.scaled(GUEST_GIBIBYTES * Stand.GIB) / Stand.MIB, mebibytes);
        Samples handled = new Samples(rates);
        return List.of(
                Figure.unmarked("recovery-bitmap", "MiB/s", handled, note),
                Figure.unmarked(
                        "recovery-bitmap-to-copy",
                        "x",
                        handled.dividedBy(new Samples(copies)),
                        "the same as a multiple of one plain copy of as many bytes"));
    }

    private interface Work {
        void run() throws StreamException;
    }

    private static double seconds(Work work) throws StreamException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private void handle(int rounds) throws StreamException {
        for (int i = 0; i < rounds; i++) {
            wire.clear();
            ReceivedBitmap bitmap = ReceivedBitmap.copyOf(received.toWords());
            ReturnPathWriter.write(wire, new ReturnPathMessage.RecvBitmap("ram", bitmap));
            new ReturnPathReader(this, block -> received.wordCount() * (long) Long.BYTES, true)
                    .read(wire);
        }
        if (missing != received.pageCount() - received.cardinality()) {
            throw new AssertionError("Wrong number of missing pages: " + missing);
        }
    }

    @Override
    public void message(long offset, long lengthBytes, ReturnPathMessage message) {
        ReceivedBitmap bitmap = ((ReturnPathMessage.RecvBitmap) message).bitmap();
        long count = 0;
        for (int i = 0; i < copied.length; i++) {
            copied[i] = ~bitmap.word(i);
            count += Long.bitCount(copied[i]);
        }
        missing = count;
    }

    private void copy(int rounds) {
        for (int i = 0; i < rounds; i++) {
            System.arraycopy(received.toWords(), 0, copied, 0, copied.length);
        }
    }
}
