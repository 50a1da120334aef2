package io.vmferry.machine.oracle;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PageSource;
import io.vmferry.machine.memory.PlacedPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.VcpuState;
import io.vmferry.machine.vcpu.WorkloadSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A guest whose RAM was copied to another one, with methods that corrupt the copy. */
final class Move implements AutoCloseable {
    static final int PAGES = 96;
    static final int VCPUS = 3;
    private static final byte[] ZERO_PAGE = new byte[RamBlock.PAGE_SIZE];

    final GuestRam source = ram();
    final GuestRam target = ram();
    final List<Vcpu> vcpus;
    final SplittableRandom random;
    private byte[][] snapshot;

    Move(String workload, long seed, boolean image) {
        random = new SplittableRandom(seed);
        if (image) {
            for (int i = 0; i < PAGES / 2; i++) {
                byte[] bytes = new byte[RamBlock.PAGE_SIZE];
                random.nextBytes(bytes);
                put(source, random.nextInt(PAGES), bytes, 0);
            }
        }
        WorkloadSpec spec = WorkloadSpec.parse(workload);
        vcpus =
                IntStream.range(0, VCPUS)
                        .mapToObj(i -> new Vcpu(i, VCPUS, source, spec, seed * 31))
                        .toList();
        vcpus.forEach(Vcpu::boot);
        run();
        snapshot = IntStream.range(0, PAGES).mapToObj(p -> get(source, p)).toArray(byte[][]::new);
        run();
        for (int page = 0; page < PAGES; page++) {
            put(target, page, get(source, page), 1 + page % 5);
        }
    }

    private void run() {
        for (Vcpu vcpu : vcpus) {
            vcpu.run(random.nextInt(20, 80));
            vcpu.fault()
                    .ifPresent(fault -> {
                        throw new AssertionError(fault);
                    });
        }
    }

    List<VcpuState> states() {
        return vcpus.stream().map(Vcpu::save).toList();
    }

    byte[] sent(int page) {
        return get(source, page);
    }

    byte[] old(int page) {
        return snapshot[page];
    }

    boolean sentZero(int page) {
        return Arrays.equals(sent(page), ZERO_PAGE);
    }

    boolean oldZero(int page) {
        return Arrays.equals(old(page), ZERO_PAGE);
    }

    /** Overwrites a page of the target as if it had been received like that, in its usual pass. */
    void deliver(int page, byte[] content) {
        put(target, page, content, 1 + page % 5);
    }

    OracleVerdict verdict() {
        return new Oracle(target, states()).sweep();
    }

    /** The step that wrote a page last, found by replaying all steps; -1 for none. */
    long lastWrite(int page) {
        Vcpu vcpu = vcpus.get(page % VCPUS);
        long last = -1;
        for (long step = 0; step < vcpu.steps(); step++) {
            last = vcpu.save().program().page(step) == page ? step : last;
        }
        return last;
    }

    /** The pages that satisfy a condition, in random order. */
    List<Integer> pages(java.util.function.IntPredicate condition) {
        List<Integer> pages =
                new ArrayList<>(IntStream.range(0, PAGES).filter(condition).boxed().toList());
        for (int i = pages.size() - 1; i > 0; i--) {
            java.util.Collections.swap(pages, i, random.nextInt(i + 1));
        }
        return pages;
    }

    static String place(int page) {
        return page < PAGES / 2
                ? "low+0x%x".formatted(page * RamBlock.PAGE_SIZE)
                : "high+0x%x".formatted((page - PAGES / 2) * RamBlock.PAGE_SIZE);
    }

    private static GuestRam ram() {
        long half = PAGES / 2 * (long) RamBlock.PAGE_SIZE;
        return GuestRam.allocate(
                List.of(new RamBlockSpec("low", half), new RamBlockSpec("high", half)));
    }

    private static byte[] get(GuestRam ram, int page) {
        RamBlock block = ram.blockOfPage(page);
        byte[] bytes = new byte[RamBlock.PAGE_SIZE];
        block.copyPage(page - block.firstPage(), MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    private static void put(GuestRam ram, int page, byte[] content, int pass) {
        RamBlock block = ram.blockOfPage(page);
        ram.receivingPass(pass);
        if (Arrays.equals(content, ZERO_PAGE)) {
            PlacedPages.zero(block, page - block.firstPage());
        } else {
            ByteBuf in = Unpooled.wrappedBuffer(content);
            PlacedPages.place(block, page - block.firstPage(), PageSource.of(in));
        }
    }

    @Override
    public void close() {
        source.close();
        target.close();
    }
}
