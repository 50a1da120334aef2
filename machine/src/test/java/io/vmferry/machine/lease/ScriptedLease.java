package io.vmferry.machine.lease;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A lease whose responses a test sets, given within the call or on {@link #respond}. */
public final class ScriptedLease implements Lease {

    /** The result of the next attempts to take the lease. */
    public Taking taking = new Taking.Ours();

    /** The result of {@link #look}. */
    public LeaseStatus status = LeaseStatus.UNKNOWN;

    /** Whether responses wait for {@link #respond}. */
    public boolean late;

    /** The requests in order. */
    public final List<String> asked = new ArrayList<>();

    private final List<Runnable> responses = new ArrayList<>();
    private Consumer<String> whenLost = why -> {};
    private boolean held;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private Taking taken;

    @Override
    public void take(Consumer<Taking> done) {
        if (held && responses.isEmpty()) {
            // as a file lease: the result of the first take
            done.accept(taken);
            return;
        }
        ask(
                "take",
                () -> {
                    held = taking.held();
                    taken = taking;
                    done.accept(taking);
                });
    }

    @Override
    public void giveUp(Runnable done) {
        leave("give up", done);
    }

    @Override
    public void putBack(Runnable done) {
        leave("put back", done);
    }

    private void leave(String what, Runnable done) {
        ask(
                what,
                () -> {
                    held = false;
                    done.run();
                });
    }

    @Override
    public void look(Consumer<LeaseStatus> done) {
        ask("look", () -> done.accept(status));
    }

    private void ask(String what, Runnable response) {
        asked.add(what);
        if (late) {
            responses.add(response);
        } else {
            response.run();
        }
    }

    /** Responds to the oldest pending call. */
    public void respond() {
        responses.removeFirst().run();
    }

    /** The number of pending calls. */
    public int waiting() {
        return responses.size();
    }

    /** Makes another process the holder, although the lease is held here. */
    public void lose(String why) {
        held = false;
        whenLost.accept(why);
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public void whenLost(Consumer<String> action) {
        whenLost = action;
    }

    @Override
    public String description() {
        return "lease L";
    }
}
