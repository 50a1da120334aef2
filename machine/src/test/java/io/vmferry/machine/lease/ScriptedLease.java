package io.vmferry.machine.lease;

import io.vmferry.machine.lease.Lease.LeaseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A lease that answers what a test says, within the call or when the test lets it. */
public final class ScriptedLease implements Lease {

    /** What the next attempts to take it come to. */
    public Taking taking = new Taking.Ours();

    /** What is seen by who looks. */
    public LeaseStatus status = LeaseStatus.UNKNOWN;

    /** Whether answers wait for {@link #answer}. */
    public boolean late;

    /** What was asked for, in order. */
    public final List<String> asked = new ArrayList<>();

    private final List<Runnable> answers = new ArrayList<>();
    private Consumer<String> whenLost = why -> {};
    private boolean held;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private Taking taken;

    @Override
    public void take(Consumer<Taking> done) {
        if (held && answers.isEmpty()) {
            // as a lease in a file: what it said when it was taken
            done.accept(taken);
            return;
        }
        ask(
                "take",
                () -> {
                    held = taking.owned();
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

    private void ask(String what, Runnable answer) {
        asked.add(what);
        if (late) {
            answers.add(answer);
        } else {
            answer.run();
        }
    }

    /** Answers the oldest request that waits. */
    public void answer() {
        answers.removeFirst().run();
    }

    /** How many requests wait for an answer. */
    public int waiting() {
        return answers.size();
    }

    /** Somebody else becomes the owner by force. */
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
