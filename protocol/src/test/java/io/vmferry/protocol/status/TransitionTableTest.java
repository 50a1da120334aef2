package io.vmferry.protocol.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionTableTest {

    private static Transition<Side> thereAndBack(Side from, Side to) {
        return new Transition<>(from, to, "step");
    }

    @Test
    void theSameEdgeTwiceIsRefused() {
        Transition<Side> row = thereAndBack(Side.SOURCE, Side.DESTINATION);
        assertThatThrownBy(() -> new TransitionTable<>(Side.class, List.of(row, row)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Two rows from SOURCE to DESTINATION");
    }

    @Test
    void anEdgeToItselfIsRefused() {
        assertThatThrownBy(() -> thereAndBack(Side.SOURCE, Side.SOURCE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void successorsCannotBeChanged() {
        TransitionTable<Side> table =
                new TransitionTable<>(
                        Side.class, List.of(thereAndBack(Side.SOURCE, Side.DESTINATION)));
        assertThatThrownBy(() -> table.successors(Side.SOURCE).add(Side.SOURCE))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(table.successors(Side.DESTINATION)).isEmpty();
    }
}
