package io.vmferry.source.outgoing.state;

import java.util.Optional;

/** The error of a migration for {@code query-migrate}. Confined to the engine's loop. */
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

    /** Drops the recorded error, so that the next one counts. */
    public void forget() {
        text = Optional.empty();
    }

    /** Hides the error from {@code query-migrate}, as some versions do. */
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
