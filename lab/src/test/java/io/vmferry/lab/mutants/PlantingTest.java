package io.vmferry.lab.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.lab.simulator.Invariant;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The effect of each kind of edit on a class. */
class PlantingTest {

    private static final MutatedMethod SUM =
            new MutatedMethod("lab.mutants.PlantedSample", "getAsLong");
    private static final MutatedMethod ADD = new MutatedMethod("lab.mutants.PlantedSample", "add");
    private static final MutatedMethod LARGE =
            new MutatedMethod("lab.mutants.PlantedSample", "isLarge");

    private final Planting planting = new Planting(getClass().getClassLoader());

    private static final class Loader extends ClassLoader {
        Loader() {
            super(PlantingTest.class.getClassLoader());
        }

        Class<?> define(byte[] bytes) {
            return defineClass(null, bytes, 0, bytes.length);
        }
    }

    private long sumWith(Edit... edits) throws Exception {
        Mutant mutant = Mutant.of("sample", "for a test", Invariant.MEMORY, edits);
        String name = SUM.internalClassName();
        byte[] changed = planting.plant(mutant, name, planting.read(name));
        return ((LongSupplier) new Loader().define(changed).getDeclaredConstructor().newInstance())
                .getAsLong();
    }

    @Test
    void withoutAnEditNothingChanges() throws Exception {
        assertThat(sumWith()).isEqualTo(31);
    }

    @Test
    void eachEditChangesItsInstruction() throws Exception {
        assertThat(sumWith(SUM.returning(7))).isEqualTo(7);
        assertThat(sumWith(ADD.returning(0))).isEqualTo(1);
        assertThat(sumWith(SUM.without("PlantedSample.add#1/2"))).isEqualTo(21);
        assertThat(sumWith(SUM.without("PlantedSample.add#2/2"))).isEqualTo(11);
        assertThat(sumWith(SUM.yielding("PlantedSample.isLarge", 1))).isEqualTo(1031);
        assertThat(sumWith(SUM.negating("PlantedSample.isLarge"))).isEqualTo(1031);
        assertThat(sumWith(SUM.shifting("PlantedSample.add#1/2", 5))).isEqualTo(36);
        assertThat(sumWith(ADD.reading("PlantedSample.total", 100))).isEqualTo(1120);
        assertThat(sumWith(ADD.misreading("PlantedSample.total", 1))).isEqualTo(33);
        assertThat(sumWith(ADD.keeping("PlantedSample.total"))).isEqualTo(1);
        assertThat(sumWith(LARGE.using(30, 50))).isEqualTo(1031);
        assertThat(sumWith(LARGE.using(30, 50), SUM.without("PlantedSample.add#2/2")))
                .isEqualTo(11);
    }

    @Test
    void anEditWithoutItsPlaceReportsWhatItFound() {
        assertThatThrownBy(() -> sumWith(SUM.without("PlantedSample.add")))
                .isInstanceOf(EditMissedException.class)
                .hasMessage(
                        "PlantedSample.getAsLong has 2 times PlantedSample.add, expected 1:"
                                + " PlantedSample.getAsLong does not call PlantedSample.add");
        assertThatThrownBy(() -> sumWith(SUM.without("PlantedSample.subtract")))
                .isInstanceOf(EditMissedException.class)
                .hasMessageContaining("has 0 times PlantedSample.subtract");
        assertThatThrownBy(() -> sumWith(LARGE.using(1, 51)))
                .isInstanceOf(EditMissedException.class)
                .hasMessageContaining("has 0 times 51");
        assertThatThrownBy(() -> sumWith(SUM.calling("nothing", "PlantedSample.isLarge")))
                .isInstanceOf(EditMissedException.class)
                .hasMessage("There is no substitute nothing");
        MutatedMethod gone = new MutatedMethod("lab.mutants.PlantedSample", "subtract");
        assertThatThrownBy(() -> sumWith(gone.returning(0)))
                .isInstanceOf(EditMissedException.class)
                .hasMessageContaining("There is no method PlantedSample.subtract");
        Mutant elsewhere =
                Mutant.of(
                        "gone",
                        "for a test",
                        Invariant.MEMORY,
                        new MutatedMethod("lab.Nowhere", "add").returning(0));
        assertThatThrownBy(() -> planting.check(elsewhere))
                .isInstanceOf(EditMissedException.class)
                .hasMessage("There is no class io/vmferry/lab/Nowhere");
    }
}
