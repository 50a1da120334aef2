package io.vmferry.machine.oracle;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.GuestProgram;
import io.vmferry.machine.vcpu.PageGate;
import io.vmferry.machine.vcpu.VcpuState;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Checks the memory of a guest that has arrived, once. To be made when RAM and vCPU states are
 * loaded and before a vCPU runs; then it is put as the gate of the vCPUs, which may run at once,
 * and one thread sweeps.
 *
 * <p>The sweep reads a page and then reserves it, a vCPU reserves a page before it stores to it. If
 * the sweep is first it has seen no store of a vCPU; if it loses, what it saw is dropped, since the
 * vCPU has looked at the page before its store.
 */
public final class Oracle implements PageGate {
    private final GuestRam ram;
    private final List<VcpuState> states;
    private final List<GuestProgram> programs;
    private final int count;
    private final PageBitmap reserved;
    private final Found found;
    private final Examiner[] sweepers;
    private final Examiner[] guards;

    /** 1 while a vCPU is between its reservation and the account of what it saw. */
    private final AtomicIntegerArray guarding;

    private volatile boolean finished;
    private int nextBlock;
    private int nextWord;

    /**
     * An oracle for a guest with these vCPU states, in the order of their index.
     *
     * @throws IllegalArgumentException when the states are not those of one guest of this size
     */
    public Oracle(GuestRam ram, List<VcpuState> states) {
        checkComplete(ram, states);
        this.ram = ram;
        this.states = List.copyOf(states);
        this.programs = states.stream().map(VcpuState::program).toList();
        this.count = states.size();
        this.reserved = new PageBitmap(ram.pageCount());
        // left to the collector: a vCPU may pass its gate for the last time after the verdict
        this.found = new Found(ram.pageCount(), Arena.ofAuto());
        this.sweepers = examiners();
        this.guards = examiners();
        this.guarding = new AtomicIntegerArray(count);
    }

    /** Looks at a page before its vCPU stores to it for the first time. Always admits. */
    @Override
    public boolean admit(long page) {
        if (!finished && !reserved.get(page)) {
            int vcpu = (int) (page % count);
            guarding.set(vcpu, 1);
            try {
                if (!reserved.testAndSet(page)) {
                    guards[vcpu].look(page);
                    guards[vcpu].accept();
                }
            } finally {
                guarding.set(vcpu, 0);
            }
        }
        return true;
    }

    /** Sweeps over all that is left, and decides. */
    public OracleVerdict sweep() {
        while (!advance(Integer.MAX_VALUE)) {
            // one call does
        }
        return verdict();
    }

    /**
     * Sweeps over up to {@code words} groups of 64 pages; true when nothing is left. Called by one
     * thread at a time.
     */
    public boolean advance(int words) {
        int left = words;
        while (nextBlock < ram.blocks().size()) {
            RamBlock block = ram.blocks().get(nextBlock);
            while (nextWord < block.populated().wordCount()) {
                if (left-- == 0) {
                    return false;
                }
                sweepWord(block, nextWord++);
            }
            nextBlock++;
            nextWord = 0;
        }
        return true;
    }

    /**
     * Decides, after {@link #advance} has said that nothing is left.
     *
     * @throws IllegalStateException when something is left
     */
    public OracleVerdict verdict() {
        if (nextBlock < ram.blocks().size()) {
            throw new IllegalStateException("The sweep is not over");
        }
        awaitGuards();
        finished = true;
        Suspect first = null;
        long read = 0;
        long written = 0;
        long wrong = 0;
        boolean satisfied = true;
        for (int i = 0; i < count; i++) {
            read += sweepers[i].pagesRead() + guards[i].pagesRead();
            written += sweepers[i].pagesWritten() + guards[i].pagesWritten();
            if (!right(i)) {
                satisfied = false;
                WrongPageSearch search = search(i);
                wrong += search.wrongPages();
                first = Suspect.lower(first, search.first());
            }
        }
        return new OracleVerdict(
                satisfied,
                ram.pageCount(),
                read,
                written,
                wrong,
                Optional.ofNullable(first).map(this::name));
    }

    private void sweepWord(RamBlock block, int word) {
        long bits = block.populated().word(word);
        while (bits != 0) {
            long page = block.firstPage() + ((long) word << 6) + Long.numberOfTrailingZeros(bits);
            bits &= bits - 1;
            if (!reserved.get(page)) {
                Examiner sweeper = sweepers[(int) (page % count)];
                sweeper.look(page);
                if (!reserved.testAndSet(page)) {
                    sweeper.accept();
                }
            }
        }
    }

    /**
     * Every page with something in it is reserved by now. A vCPU that reserved one may still be at
     * it; what it reserves from now on was never stored to.
     */
    private void awaitGuards() {
        for (int i = 0; i < count; i++) {
            while (guarding.get(i) != 0) {
                Thread.onSpinWait();
            }
        }
    }

    private boolean right(int vcpu) {
        VcpuState state = states.get(vcpu);
        return sweepers[vcpu].wrongPages() + guards[vcpu].wrongPages() == 0
                && sweepers[vcpu].sum() + guards[vcpu].sum() == state.digest()
                && sweepers[vcpu].locator() + guards[vcpu].locator() == state.locator();
    }

    private WrongPageSearch search(int vcpu) {
        Examiner sweeper = sweepers[vcpu];
        Examiner guard = guards[vcpu];
        WrongPageSearch search = new WrongPageSearch(programs.get(vcpu), states.get(vcpu), found);
        search.run(
                sweeper.sum() + guard.sum(),
                sweeper.locator() + guard.locator(),
                Suspect.lower(sweeper.firstWrong(), guard.firstWrong()),
                sweeper.wrongPages() + guard.wrongPages());
        return search;
    }

    private WrongPage name(Suspect suspect) {
        long page = suspect.page();
        int vcpu = (int) (page % count);
        RamBlock block = ram.blockOfPage(page);
        long local = page - block.firstPage();
        OptionalLong lastWrite =
                new WrongPageSearch(programs.get(vcpu), states.get(vcpu), found).lastWrite(page);
        return new WrongPage(
                block.idstr(),
                local << RamBlock.PAGE_SHIFT,
                vcpu,
                lastWrite,
                suspect.foundStep(),
                block.receivedPass(local),
                suspect.explanation());
    }

    private Examiner[] examiners() {
        Examiner[] examiners = new Examiner[count];
        for (int i = 0; i < count; i++) {
            examiners[i] = new Examiner(ram, programs.get(i), states.get(i), found);
        }
        return examiners;
    }

    private static void checkComplete(GuestRam ram, List<VcpuState> states) {
        for (int i = 0; i < states.size(); i++) {
            VcpuState state = states.get(i);
            if (state.index() != i
                    || state.count() != states.size()
                    || state.guestPages() != ram.pageCount()) {
                throw new IllegalArgumentException(
                        "State %d is of vCPU %d of %d in a guest of %d pages: expected vCPU %d of %d in %d pages"
                                .formatted(
                                        i,
                                        state.index(),
                                        state.count(),
                                        state.guestPages(),
                                        i,
                                        states.size(),
                                        ram.pageCount()));
            }
        }
        if (states.isEmpty()) {
            throw new IllegalArgumentException("A guest without vCPUs has nothing to check");
        }
    }
}
