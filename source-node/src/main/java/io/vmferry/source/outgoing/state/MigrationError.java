package io.vmferry.source.outgoing.state;

import java.util.Optional;

/** Why a migration failed, as {@code query-migrate} tells it. Owned by the engine's loop. */
public final class MigrationError {

    private Optional<String> text = Optional.empty();
    private boolean reported = true;

    /** Another migration begins. */
    public void restart(Optional<String> first) {
        text = first;
        reported = true;
    }

    /** Records an error; the first of a migration wins. */
    public void record(String reason) {
        if (text.isEmpty()) {
            text = Optional.of(reason);
        }
    }

    /** What was recorded is settled, and what follows tells why the migration ends. */
    public void forget() {
        text = Optional.empty();
    }

    /** As some versions do, {@code query-migrate} has no {@code error-desc}. */
    public void conceal() {
        reported = false;
    }

    /** The error, as far as it is known. */
    public Optional<String> text() {
        return text;
    }

    /** Whether {@code query-migrate} has an {@code error-desc} when there is an error. */
    public boolean reported() {
        return reported;
    }
}
