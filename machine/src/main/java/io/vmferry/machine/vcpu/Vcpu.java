package io.vmferry.machine.vcpu;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.PageContent.ContentKind;
import io.vmferry.machine.vcpu.PageContent.SameSeedException;
import io.vmferry.machine.vcpu.VcpuState.StepInterval;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One virtual CPU. It executes the steps of its {@link GuestProgram} on demand, and keeps the
 * digest of its pages and the ledger of its steps.
 *
 * <p>Driven by one thread at a time; a change of driver must order the two (starting and joining a
 * thread does). Only {@link #steps} may be read by others meanwhile. It reads no clock and starts
 * no thread.
 *
 * <p>Before a page is overwritten the vCPU looks at what it wrote there last. Something impossible
 * is a {@link GuestFault}, and the guest goes no further.
 */
public final class Vcpu {
    private static final VarHandle PUBLISHED_STEPS;

    static {
        try {
            PUBLISHED_STEPS =
                    MethodHandles.lookup().findVarHandle(Vcpu.class, "publishedSteps", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int index;
    private final int count;
    private final GuestRam ram;
    private final List<StepInterval> closedIntervals = new ArrayList<>();

    private WorkloadSpec spec;
    private long seed;
    private GuestProgram program;
    private PageContent content;
    private PageGate gate = PageGate.OPEN;
    private @Nullable GuestFault fault;
    private RamBlock block;

    private long steps;
    private long digest;
    private long locator;
    private long imagePages;
    private long intervalStart;

    @SuppressWarnings("unused") // through PUBLISHED_STEPS
    private long publishedSteps;

    /**
     * A vCPU at step 0.
     *
     * @throws IllegalArgumentException when the workload does not fit into the RAM
     */
    public Vcpu(int index, int count, GuestRam ram, WorkloadSpec spec, long seed) {
        this.index = index;
        this.count = count;
        this.ram = ram;
        this.spec = spec;
        this.seed = seed;
        this.program = new GuestProgram(seed, spec, index, count, ram.pageCount());
        this.content = new PageContent(seed);
        this.block = ram.blocks().getFirst();
    }

    public int index() {
        return index;
    }

    /** The number of steps executed since the guest was first started, on whichever side. */
    public long steps() {
        return (long) PUBLISHED_STEPS.getAcquire(this);
    }

    /** What the guest does; changed by {@link #load}. */
    public WorkloadSpec workload() {
        return spec;
    }

    /** Puts a gate before every page access, in place of the former one. */
    public void gate(PageGate gate) {
        this.gate = gate;
    }

    /** What was found wrong, after which nothing more is executed. */
    public Optional<GuestFault> fault() {
        return Optional.ofNullable(fault);
    }

    /**
     * Starts a new guest: digests the initial memory image, which must be in RAM by now, and writes
     * the boot content.
     *
     * @throws SameSeedException when the image is of a guest that cannot be told from this one
     */
    public void boot() {
        if (steps != 0) {
            throw new IllegalStateException("vCPU " + index + " is past its boot");
        }
        adoptImage();
        while (steps < program.bootSteps() && run(Integer.MAX_VALUE, program.bootSteps()) > 0) {
            // more boot steps than an int can count take more than one turn
        }
    }

    /**
     * Executes up to {@code maxSteps} steps and returns how many. Fewer means that the program has
     * ended, that a gate did not admit a page, or that there is a {@link #fault}.
     */
    public int run(int maxSteps) {
        return run(maxSteps, program.endStep());
    }

    private int run(int maxSteps, long endStep) {
        int done = 0;
        while (done < maxSteps && steps < endStep && fault == null) {
            long page = program.page(steps);
            if (!gate.admit(page)) {
                break;
            }
            boolean executed = program.increments() ? increment(page) : overwrite(page);
            if (!executed) {
                break;
            }
            steps++;
            done++;
        }
        PUBLISHED_STEPS.setRelease(this, steps);
        return done;
    }

    /** The state to be sent. The vCPU must not be running. */
    public VcpuState save() {
        return new VcpuState(
                index,
                count,
                seed,
                spec.text(),
                ram.pageCount(),
                steps,
                digest,
                locator,
                imagePages);
    }

    /**
     * Takes over a state that was sent.
     *
     * @throws IllegalArgumentException when the state is not one of this vCPU in a guest of this
     *     size
     */
    public void load(VcpuState state) {
        if (state.index() != index || state.count() != count) {
            throw new IllegalArgumentException(
                    "State of vCPU %d of %d was sent to vCPU %d of %d"
                            .formatted(state.index(), state.count(), index, count));
        }
        if (state.guestPages() != ram.pageCount()) {
            throw new IllegalArgumentException(
                    "State of vCPU %d is of a guest with %d pages of RAM, this one has %d"
                            .formatted(index, state.guestPages(), ram.pageCount()));
        }
        GuestProgram loaded = state.program();
        closeInterval();
        program = loaded;
        spec = WorkloadSpec.parse(state.workload());
        seed = state.seed();
        content = new PageContent(seed);
        steps = state.stepsExecuted();
        digest = state.digest();
        locator = state.locator();
        imagePages = state.imagePages();
        intervalStart = steps;
        fault = null;
        PUBLISHED_STEPS.setRelease(this, steps);
    }

    /** The steps that were executed here, in order. */
    public List<StepInterval> ledger() {
        List<StepInterval> all = new ArrayList<>(closedIntervals);
        if (steps > intervalStart) {
            all.add(new StepInterval(intervalStart, steps));
        }
        return List.copyOf(all);
    }

    private void closeInterval() {
        if (steps > intervalStart) {
            closedIntervals.add(new StepInterval(intervalStart, steps));
        }
    }

    private void adoptImage() {
        for (RamBlock each : ram.blocks()) {
            for (long local = each.populated().nextSet(0);
                    local >= 0;
                    local = each.populated().nextSet(local + 1)) {
                long page = each.firstPage() + local;
                if (program.has(page) && !each.isZero(local)) {
                    long offset = local << RamBlock.PAGE_SHIFT;
                    refuseOwnMark(each, offset);
                    account(
                            page,
                            content.imageContribution(
                                    page, PageContent.crc(each.segment(), offset)));
                    imagePages++;
                }
            }
        }
    }

    private void refuseOwnMark(RamBlock each, long offset) {
        if (content.marked(each.segment(), offset)) {
            throw new SameSeedException(seed);
        }
    }

    private boolean overwrite(long page) {
        RamBlock target = blockOf(page);
        MemorySegment memory = target.segment();
        long local = page - target.firstPage();
        long offset = local << RamBlock.PAGE_SHIFT;
        long before = contributionOfOldContent(target, memory, local, offset, page);
        if (fault != null) {
            return false;
        }
        target.willStore(local);
        ContentKind kind = program.content(steps);
        if (kind == ContentKind.ZERO) {
            memory.asSlice(offset, RamBlock.PAGE_SIZE).fill((byte) 0);
            account(page, -before);
        } else {
            content.write(memory, offset, page, index, steps, kind);
            account(page, content.contribution(page, steps) - before);
        }
        target.stored(local);
        return true;
    }

    private boolean increment(long page) {
        RamBlock target = blockOf(page);
        long local = page - target.firstPage();
        long offset = local << RamBlock.PAGE_SHIFT;
        byte old = target.segment().get(ValueLayout.JAVA_BYTE, offset);
        byte expected = (byte) program.increments(page, steps);
        if (imagePages == 0 && old != expected) {
            fail(page, "its first byte is " + old + ", expected " + expected);
            return false;
        }
        target.willStore(local);
        target.segment().set(ValueLayout.JAVA_BYTE, offset, (byte) (old + 1));
        target.stored(local);
        return true;
    }

    /**
     * The share in the digest of what is about to be overwritten; sets a fault if it cannot be
     * true.
     */
    private long contributionOfOldContent(
            RamBlock target, MemorySegment memory, long local, long offset, long page) {
        if (!target.populated().get(local)) {
            return 0;
        }
        if (content.marked(memory, offset)) {
            HeaderCheck.fault(content, program, memory, offset, page, steps)
                    .ifPresent(text -> fail(page, text));
            return content.contribution(page, content.step(memory, offset));
        }
        if (target.isZero(local)) {
            return 0;
        }
        if (imagePages == 0) {
            fail(page, "it holds bytes that the guest did not write");
            return 0;
        }
        imagePages--;
        return content.imageContribution(page, PageContent.crc(memory, offset));
    }

    private void account(long page, long difference) {
        digest += difference;
        locator += page * difference;
    }

    private void fail(long page, String explanation) {
        fault = new GuestFault(index, steps, page, explanation);
    }

    /** Nearly always the block of the access before. */
    private RamBlock blockOf(long page) {
        if (page < block.firstPage() || page - block.firstPage() >= block.pageCount()) {
            block = ram.blockOfPage(page);
        }
        return block;
    }
}
