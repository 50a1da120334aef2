package io.vmferry.protocol.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllStepsTest {

    private final List<String> done = new ArrayList<>();

    @Test
    void runsAllInOrder() {
        AllSteps.run(() -> done.add("a"), () -> done.add("b"));
        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void goesOnAfterAFailureAndThrowsTheFirst() {
        assertThatThrownBy(() ->
                        AllSteps.run(
                                () -> {
                                    throw new IllegalStateException("first");
                                },
                                () -> done.add("b"),
                                () -> {
                                    throw new AssertionError("second");
                                },
                                () -> done.add("d")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("first")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(done).containsExactly("b", "d");
    }

    @Test
    void anErrorIsAnErrorStill() {
        assertThatThrownBy(() ->
                        AllSteps.run(() -> {
                            throw new OutOfMemoryError("planned");
                        }))
                .isInstanceOf(OutOfMemoryError.class);
    }
}
