package io.vmferry.protocol.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PostcopyStateTest {

    @Test
    void everyPairIsAllowedOrNotAsTheOtherWritingSays() {
        Set<String> allowed = new TreeSet<>();
        for (PostcopyState from : PostcopyState.values()) {
            for (PostcopyState to : PostcopyState.values()) {
                if (PostcopyState.transitions().allows(from, to)) {
                    allowed.add((from + " " + to).toLowerCase(Locale.ROOT));
                }
            }
        }
        assertThat(allowed)
                .isEqualTo(
                        MigrationTransitionsTest.edges(
                                """
                                none: advise
                                advise: none discard listening
                                discard: listening
                                listening: running end
                                running: end
                                """));
        assertThat(Reachable.from(PostcopyState.transitions(), PostcopyState.NONE))
                .containsExactly(PostcopyState.values());
    }
}
